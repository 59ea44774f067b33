using System.Text;
using System.Xml.Linq;
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
    public void The_usual_report_tells_the_account_its_address_of_upload_and_what_was_reported_before()
    {
        var xml = TipXml.Report(TipScene.Usual);

        Assert.Equal(["espIdentifier", "espService", "screenName", "ipCaptureEvent", "ipAddress", "eventName", "dateTime", "port", "priorCTReports", "accountTemporarilyDisabled"], Names(xml.Root!.Element("personOrUserReported")!).Skip(1));
        Assert.Equal("2026-01-05T08:30:00Z", xml.Descendants("incidentDateTime").Single().Value);
        Assert.Equal("3999999", xml.Descendants("priorCTReports").Single().Value);
    }

    [Fact]
    public void Everything_that_the_schema_knows_has_its_place_in_a_report()
    {
        var known = Names(TipXml.Report(TipScene.Everything)).Concat(Names(TipXml.FileDetails(1, "f", TipScene.WholeFile))).ToHashSet();
        string[] theirAnswers = ["reportResponse", "reportDoneResponse", "responseCode", "responseDescription", "hash", "files"];

        // potentialMeme stands in the schema twice, once as a choice of old; the state of an address of the United States is left empty here.
        Assert.Empty(XDocument.Load(Xsd()).Descendants().Where(e => e.Name.LocalName is "element").Select(e => (string?)e.Attribute("name")).OfType<string>().Distinct().Except(known).Except(theirAnswers));
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

    private static TipSchema Schema() => TipSchema.Read(File.ReadAllBytes(Xsd()));

    private static IEnumerable<string> Names(XContainer xml) => (xml is XDocument document ? document.Root! : (XElement)xml).DescendantsAndSelf().Select(e => e.Name.LocalName);
}
