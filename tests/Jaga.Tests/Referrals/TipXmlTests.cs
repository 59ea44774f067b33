using System.Text;
using System.Xml.Linq;
using System.Xml.Schema;
using Jaga.Referrals.CyberTip;

namespace Jaga.Tests.Referrals;

/// <summary>Documents with the least, the usual and everything known, against NCMEC's schema and field by field.</summary>
public sealed class TipXmlTests
{
    [Theory, InlineData("least"), InlineData("usual"), InlineData("everything")]
    public void A_report_is_valid_by_the_schema_however_much_is_known(string how)
    {
        var report = how switch { "least" => TipScene.Least, "usual" => TipScene.Usual, _ => TipScene.Everything };

        Assert.Empty(TipRules.Wrong(report, TipScene.At));
        Assert.Empty(Schema().Wrong(TipXml.Report(report)));
    }

    [Fact]
    public void The_details_of_a_file_are_valid_by_the_schema_with_the_least_and_with_everything()
    {
        Assert.Empty(Schema().Wrong(TipXml.FileDetails(1, "f", new())));
        Assert.Empty(TipRules.Wrong(TipScene.WholeFile, TipScene.At));
        Assert.Empty(Schema().Wrong(TipXml.FileDetails(1, "f", TipScene.WholeFile)));
    }

    [Fact]
    public void The_least_report_holds_the_incident_and_the_reporting_person_and_nothing_that_is_not_known() =>
        Assert.Equal(["report", "incidentSummary", "incidentType", "incidentDateTime", "reporter", "reportingPerson", "firstName", "lastName", "email"], Names(TipXml.Report(TipScene.Least)));

    [Fact]
    public void The_usual_report_tells_these_fields_and_no_others()
    {
        var xml = TipXml.Report(TipScene.Usual);

        string[] told =
        [
            "report",
            "report/incidentSummary", "report/incidentSummary/incidentType", "report/incidentSummary/platform", "report/incidentSummary/incidentDateTime", "report/incidentSummary/incidentDateTimeDescription",
            "report/internetDetails", "report/internetDetails/webPageIncident", "report/internetDetails/webPageIncident/url",
            "report/reporter", "report/reporter/reportingPerson", "report/reporter/reportingPerson/firstName", "report/reporter/reportingPerson/lastName", "report/reporter/reportingPerson/email", "report/reporter/reportingPerson/email/@type",
            "report/personOrUserReported", "report/personOrUserReported/espIdentifier", "report/personOrUserReported/espService", "report/personOrUserReported/screenName",
            "report/personOrUserReported/ipCaptureEvent", "report/personOrUserReported/ipCaptureEvent/ipAddress", "report/personOrUserReported/ipCaptureEvent/eventName", "report/personOrUserReported/ipCaptureEvent/dateTime",
            "report/personOrUserReported/ipCaptureEvent/port", "report/personOrUserReported/priorCTReports", "report/personOrUserReported/accountTemporarilyDisabled", "report/personOrUserReported/accountTemporarilyDisabled/@disabledDate",
        ];
        Assert.Equal(told, Paths(xml.Root!));
        Assert.Equal("2026-01-05T08:30:00Z", xml.Descendants("incidentDateTime").Single().Value);
        Assert.Equal("3999999", xml.Descendants("priorCTReports").Single().Value);
    }

    [Fact]
    public void The_least_details_of_a_file_name_the_report_and_the_file_and_nothing_else() =>
        Assert.Equal(["fileDetails", "fileDetails/reportId", "fileDetails/fileId"], Paths(TipXml.FileDetails(1, "f", new()).Root!));

    [Fact]
    public void With_everything_known_every_element_and_attribute_of_the_schema_is_there_in_each_of_its_places()
    {
        var told = Paths(TipXml.Report(TipScene.Everything).Root!).Concat(Paths(TipXml.FileDetails(1, "f", TipScene.WholeFile).Root!)).ToHashSet();
        var schema = new XmlSchemaSet { XmlResolver = null };
        using var reader = System.Xml.XmlReader.Create(Xsd());
        schema.Add(null, reader);
        schema.Compile();
        var known = new[] { "report", "fileDetails" }.SelectMany(name => Paths((XmlSchemaElement)schema.GlobalElements[new System.Xml.XmlQualifiedName(name)]!, "")).ToHashSet();

        // The mark of a meme stands in the schema twice, once by itself in place of all other marks: it is told among them.
        Assert.Equal("fileDetails/potentialMeme", string.Join(' ', known.Except(told).Order(StringComparer.Ordinal)));
        Assert.Equal("", string.Join(' ', told.Except(known).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Marks_are_only_ever_true_and_absent_ones_absent()
    {
        var xml = TipXml.Report(TipScene.Least with { Incident = TipScene.Least.Incident with { Annotations = [TipAnnotation.Spam] } });

        Assert.Equal("<reportAnnotations><spam>true</spam></reportAnnotations>", xml.Descendants("reportAnnotations").Single().ToString(SaveOptions.DisableFormatting));
    }

    [Fact]
    public void Characters_that_no_XML_can_carry_are_shown_as_unreadable_and_nothing_is_lost_beside_them()
    {
        var bytes = TipXml.Bytes(TipXml.Report(TipScene.Least with { AdditionalInfo = "before\u0000\uD800after \U0001F4F7 <&>" }));

        Assert.Equal("before\uFFFD\uFFFDafter \U0001F4F7 <&>", XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root!.Element("additionalInfo")!.Value);
        Assert.Equal((byte)'<', bytes[0]);
    }

    [Fact]
    public void A_document_in_another_order_is_refused_by_the_schema_with_its_place()
    {
        var xml = TipXml.Report(TipScene.Least);
        xml.Root!.Add(new XElement("batchedReport", new XAttribute("reason", "VIRAL_POTENTIAL_MEME")));

        Assert.Contains("batchedReport", Assert.Single(Schema().Wrong(xml)).Reason);
    }

    [Theory, InlineData(""), InlineData("<html/>"), InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><x>&e;</x>")]
    public void What_is_no_schema_is_refused_and_nothing_outside_it_is_read(string xsd) => Assert.Throws<InvalidDataException>(() => TipSchema.Read(Encoding.UTF8.GetBytes(xsd)));

    internal static string Xsd() => SharedData.Path("..", "schemas", "ncmec", "cyber_tipline.xsd");

    // Each element and attribute once, by its place.
    private static List<string> Paths(XElement element) => [.. element.DescendantsAndSelf().SelectMany(e => (IEnumerable<string>)[PathOf(e), .. e.Attributes().Select(a => $"{PathOf(e)}/@{a.Name.LocalName}")]).Distinct()];

    private static string PathOf(XElement element) => string.Join('/', element.AncestorsAndSelf().Reverse().Select(e => e.Name.LocalName));

    private static IEnumerable<string> Paths(XmlSchemaElement element, string above)
    {
        var path = above + element.QualifiedName.Name;
        yield return path;
        if (element.ElementSchemaType is XmlSchemaComplexType type)
        {
            foreach (XmlSchemaAttribute attribute in type.AttributeUses.Values)
            {
                yield return $"{path}/@{attribute.QualifiedName.Name}";
            }

            foreach (var below in Below(type.ContentTypeParticle).SelectMany(child => Paths(child, path + "/")))
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<XmlSchemaElement> Below(XmlSchemaParticle particle) => particle switch
    {
        XmlSchemaElement element => [element],
        XmlSchemaGroupBase group => group.Items.Cast<XmlSchemaParticle>().SelectMany(Below),
        _ => [],
    };

    private static TipSchema Schema() => TipSchema.Read(File.ReadAllBytes(Xsd()));

    private static IEnumerable<string> Names(XContainer xml) => (xml is XDocument document ? document.Root! : (XElement)xml).DescendantsAndSelf().Select(e => e.Name.LocalName);
}
