using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Jaga.Referrals.CyberTip;

/// <summary>
/// Writes reports and file details as NCMEC's schema has them: no namespace, children in the order of its sequences (another order is answered with 4100),
/// what is unknown left out, marks only ever <c>true</c>.
/// </summary>
public static class TipXml
{
    private static readonly string[] IncidentTypes =
    [
        "Child Pornography (possession, manufacture, and distribution)",
        "Child Sex Trafficking",
        "Child Sex Tourism",
        "Child Sexual Molestation",
        "Misleading Domain Name",
        "Misleading Words or Digital Images on the Internet",
        "Online Enticement of Children for Sexual Acts",
        "Unsolicited Obscene Material Sent to a Child",
    ];

    /// <summary>NCMEC's words for a type of incident.</summary>
    public static string Words(TipIncidentType type) => IncidentTypes[(int)type];

    /// <summary>The <c>report</c> document.</summary>
    public static XDocument Report(TipReport report) => new(new XElement("report",
        report.BatchedAsViral ? new XElement("batchedReport", new XAttribute("reason", "VIRAL_POTENTIAL_MEME")) : null,
        Incident(report.Incident),
        report.Places.Select(place => new XElement("internetDetails", Place(place))),
        report.LawEnforcement is { } law ? LawEnforcement(law) : null,
        Reporter(report.Reporter),
        report.Reported is { } reported ? Reported(reported) : null,
        report.IntendedRecipients.Select(Recipient),
        report.Victims.Select(Victim),
        Text("additionalInfo", report.AdditionalInfo)));

    /// <summary>The <c>fileDetails</c> document for a file that NCMEC has.</summary>
    public static XDocument FileDetails(long reportId, string fileId, TipFile file) => new(new XElement("fileDetails",
        new XElement("reportId", reportId),
        new XElement("fileId", fileId),
        Text("fileName", file.FileName),
        Text("originalFileName", file.OriginalName),
        Time("uploadedToEspTimestamp", file.UploadedAt),
        Text("locationOfFile", file.Location),
        Bool("fileViewedByEsp", file.Viewed),
        Bool("exifViewedByEsp", file.ExifViewed),
        Bool("publiclyAvailable", file.PubliclyAvailable),
        file.Relevance is { } relevance ? new XElement("fileRelevance", relevance is TipRelevance.Reported ? "Reported" : "Supplemental Reported") : null,
        Marks("fileAnnotations", file.Annotations),
        file.Class is { } named ? new XElement("industryClassification", named.ToString()) : null,
        file.Hashes.Select(h => new XElement("originalFileHash", new XAttribute("hashType", Clean(h.Type)), Clean(h.Value))),
        file.Capture is { } capture ? Capture(capture) : null,
        file.Devices.Select(Device),
        file.Exif.Count == 0 ? null : new XElement("details", new XAttribute("type", "EXIF"), file.Exif.Select(d => new XElement("nameValuePair", Text("name", d.Name), Text("value", d.Value)))),
        file.AdditionalInfo.Select(line => Text("additionalInfo", line))));

    /// <summary>The bytes that are sent: UTF-8 without a byte order mark.</summary>
    public static byte[] Bytes(XDocument document)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new() { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            document.Save(writer);
        }

        return bytes.ToArray();
    }

    private static XElement Incident(TipIncident incident) => new("incidentSummary",
        new XElement("incidentType", Words(incident.Type)),
        Text("platform", incident.Platform),
        Text("escalateToHighPriority", incident.Escalation),
        Marks("reportAnnotations", incident.Annotations),
        Time("incidentDateTime", incident.At),
        Text("incidentDateTimeDescription", incident.AtDescription));

    private static XElement Place(TipPlace place) => place.Kind switch
    {
        TipPlaceKind.WebPage => new("webPageIncident",
            place.ThirdPartyHosted is { } hosted ? new XAttribute("thirdPartyHostedContent", hosted) : null, place.Urls.Select(u => Text("url", u)), Info(place)),
        TipPlaceKind.Email => new("emailIncident", place.Emails.Select(e => Email("emailAddress", e)), Text("content", place.Content), Info(place)),
        TipPlaceKind.Newsgroup => new("newsgroupIncident", Text("name", place.Name), place.Emails.Select(e => Email("emailAddress", e)), Text("content", place.Content), Info(place)),
        TipPlaceKind.Chat => new("chatImIncident", Text("chatClient", place.Name), Text("chatRoomName", place.RoomName), Text("content", place.Content), Info(place)),
        TipPlaceKind.Game => new("onlineGamingIncident", Text("gameName", place.Name), Text("console", place.Console), Text("content", place.Content), Info(place)),
        TipPlaceKind.CellPhone => new("cellPhoneIncident", place.Phone is { } phone ? Phone("phoneNumber", phone) : null, Number("latitude", place.Latitude), Number("longitude", place.Longitude), Info(place)),
        TipPlaceKind.OffInternet => new("nonInternetIncident", Text("locationName", place.Name), place.Addresses.Select(a => Address("incidentAddress", a)), Info(place)),
        _ => new("peer2peerIncident", Text("client", place.Name), place.Captures.Select(Capture), Text("fileNames", place.FileNames), Info(place)),
    };

    private static XElement? Info(TipPlace place) => Text("additionalInfo", place.AdditionalInfo);

    private static XElement LawEnforcement(TipLawEnforcement law) => new("lawEnforcement",
        Text("agencyName", law.Agency),
        Text("caseNumber", law.CaseNumber),
        law.Officer is { } officer ? Person("officerContact", officer) : null,
        Bool("reportedToLe", law.ReportedToThem),
        Bool("servedLegalProcessDomestic", law.ServedDomestic),
        law.ServedInternational is { } served ? new XElement("servedLegalProcessInternational", law.Country is { } country ? new XAttribute("fleaCountry", country) : null, served) : null);

    private static XElement Reporter(TipReporter reporter) => new("reporter",
        Person("reportingPerson", reporter.Person),
        reporter.Contact is { } contact ? Person("contactPerson", contact) : null,
        Text("companyTemplate", reporter.CompanyTemplate),
        Text("termsOfService", reporter.TermsOfService),
        Text("legalURL", reporter.LegalUrl));

    private static XElement Reported(TipParty party) => new("personOrUserReported",
        party.Person is { } person ? Person("personOrUserReportedPerson", person) : null,
        Text("vehicleDescription", party.VehicleDescription),
        Account(party),
        Bool("thirdPartyUserReported", party.ThirdPartyUser),
        Standing(party, group: true),
        party.Associated.Select(Associated),
        Text("additionalInfo", party.AdditionalInfo));

    private static XElement Recipient(TipParty party) => new("intendedRecipient",
        party.Person is { } person ? Person("intendedRecipientPerson", person) : null,
        Account(party),
        Standing(party, group: true),
        Text("additionalInfo", party.AdditionalInfo));

    private static XElement Victim(TipParty party) => new("victim",
        Person("victimPerson", party.Person ?? new()),
        Account(party),
        Text("schoolName", party.SchoolName),
        Standing(party, group: false),
        party.Associated.Select(Associated),
        Text("additionalInfo", party.AdditionalInfo));

    private static IEnumerable<object?> Account(TipParty party) =>
    [
        Text("espIdentifier", party.EspIdentifier),
        Text("espService", party.EspService),
        Bool("compromisedAccount", party.Compromised),
        Text("screenName", party.ScreenName),
        party.DisplayNames.Select(n => Text("displayName", n)),
        party.ProfileUrls.Select(u => Text("profileUrl", u)),
        Text("profileBio", party.ProfileBio),
        party.Captures.Select(Capture),
        party.Devices.Select(Device),
    ];

    private static IEnumerable<object?> Standing(TipParty party, bool group) =>
    [
        party.PriorReports.Select(r => new XElement("priorCTReports", r)),
        group ? Text("groupIdentifier", party.GroupIdentifier) : null,
        Disabled("accountTemporarilyDisabled", party.TemporarilyDisabled),
        Disabled("accountPermanentlyDisabled", party.PermanentlyDisabled),
        party.EstimatedLocation is { } location ? Location(location) : null,
        Bool("allEmailsReported", party.AllEmailsReported),
    ];

    // The same facts in an order of its own, and the earlier reports in the singular: so the schema has it.
    private static XElement Associated(TipAssociated associated)
    {
        var (party, person) = (associated.Party, associated.Party.Person ?? new());
        return new("associatedAccount",
            new XAttribute("type", associated.Type is TipAssociation.ParentOrGuardian ? "Parent/Guardian" : associated.Type.ToString()),
            associated.Platform is { } platform ? new XElement("platform", associated.ThirdPartyPlatform is { } other ? new XAttribute("thirdPartyUser", other) : null, Clean(platform)) : null,
            Text("firstName", person.FirstName),
            Text("middleName", associated.MiddleName),
            Text("lastName", person.LastName),
            person.Age is { } age ? new XElement("approximateAge", age) : null,
            Date("dateOfBirth", person.Born),
            person.Phones.Select(p => Phone("phone", p)),
            person.Emails.Select(e => Email("email", e)),
            Bool("allEmailsReported", party.AllEmailsReported),
            person.Addresses.Select(a => Address("address", a)),
            Text("espService", party.EspService),
            Text("espIdentifier", party.EspIdentifier),
            party.ProfileUrls.Select(u => Text("profileUrl", u)),
            Text("screenName", party.ScreenName),
            party.DisplayNames.Select(n => Text("displayName", n)),
            Text("profileBio", party.ProfileBio),
            Text("groupIdentifier", party.GroupIdentifier),
            Bool("compromisedAccount", party.Compromised),
            Disabled("accountTemporarilyDisabled", party.TemporarilyDisabled),
            Disabled("accountPermanentlyDisabled", party.PermanentlyDisabled),
            party.Captures.Select(Capture),
            party.Devices.Select(Device),
            party.PriorReports.Select(r => new XElement("priorCTReport", r)),
            Text("additionalInfo", party.AdditionalInfo));
    }

    private static XElement Person(string name, TipPerson person) => new(name,
        Text("firstName", person.FirstName),
        Text("lastName", person.LastName),
        person.Phones.Select(p => Phone("phone", p)),
        person.Emails.Select(e => Email("email", e)),
        person.Addresses.Select(a => Address("address", a)),
        person.Age is { } age ? new XElement("age", age) : null,
        Date("dateOfBirth", person.Born));

    private static XElement Email(string name, TipEmail email) =>
        new(name, Attribute("type", email.Type), Attribute("verified", email.Verified), Moment("verificationDate", email.VerifiedAt), Clean(email.Address));

    private static XElement Phone(string name, TipPhone phone) => new(name, Attribute("type", phone.Type), Attribute("verified", phone.Verified), Moment("verificationDate", phone.VerifiedAt),
        Attribute("countryCallingCode", phone.CallingCode), Attribute("extension", phone.Extension), Clean(phone.Number));

    private static XElement Address(string name, TipAddress address) => new(name,
        Attribute("type", address.Type),
        Text("address", address.Street),
        Text("city", address.City),
        Text("zipCode", address.Zip),
        Text("state", address.UsaState),
        Text("nonUsaState", address.OtherState),
        Text("country", address.Country));

    private static XElement Capture(TipCapture capture) => new("ipCaptureEvent",
        Text("ipAddress", capture.Address), Text("eventName", capture.Event?.ToString()), Time("dateTime", capture.At), Bool("possibleProxy", capture.PossibleProxy), capture.Port is { } port ? new XElement("port", port) : null);

    private static XElement Device(TipDevice device) =>
        new("deviceId", Text("idType", device.IdType), Text("idValue", device.Id), Text("eventName", device.Event?.ToString()), Time("dateTime", device.At));

    private static XElement Location(TipLocation location) => new("estimatedLocation",
        Attribute("verified", location.Verified), Moment("timestamp", location.At), Text("city", location.City), Text("region", location.Region), Text("countryCode", location.Country));

    private static XElement? Disabled(string name, TipDisabled? disabled) => disabled is null ? null : new(name, Moment("disabledDate", disabled.At), Attribute("userNotified", disabled.UserNotified),
        Moment("userNotifiedDate", disabled.UserNotifiedAt), Moment("reenabledDate", disabled.Reenabled), disabled.Disabled);

    // A mark is fixed to true: to say that something is not so, it is left out.
    private static XElement? Marks<T>(string name, IReadOnlyList<T> marks)
        where T : struct, Enum => marks.Count == 0 ? null : new(name, marks.Distinct().Order().Select(m => new XElement(char.ToLowerInvariant(m.ToString()[0]) + m.ToString()[1..], true)));

    private static XElement? Text(string name, string? value) => value is null ? null : new(name, Clean(value));

    private static XElement? Bool(string name, bool? value) => value is null ? null : new(name, value.Value);

    private static XElement? Number(string name, double? value) => value is null ? null : new(name, value.Value.ToString("R", CultureInfo.InvariantCulture));

    private static XElement? Time(string name, DateTimeOffset? value) => value is null ? null : new(name, Told(value.Value));

    private static XElement? Date(string name, DateOnly? value) => value is null ? null : new(name, value.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static XAttribute? Attribute(string name, object? value) => value switch
    {
        null => null,
        bool yes => new(name, yes),
        _ => new(name, Clean(value.ToString()!)),
    };

    private static XAttribute? Moment(string name, DateTimeOffset? value) => value is null ? null : new(name, Told(value.Value));

    private static string Told(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What somebody wrote may hold characters that no XML can carry; each is shown as the mark of an unreadable one, so that its place is kept.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            clean.Append(pair || XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
            if (pair)
            {
                clean.Append(text[++i]);
            }
        }

        return clean.ToString();
    }
}
