using System.Net;
using System.Text.RegularExpressions;

namespace Jaga.Referrals.CyberTip;

/// <summary>Something in a draft that NCMEC would refuse, or misunderstand.</summary>
/// <param name="Field">Where, e.g. <c>reported.captures[0].port</c>.</param>
/// <param name="Reason">What is wrong, in a sentence a person can act on.</param>
public sealed record TipFault(string Field, string Reason);

/// <summary>
/// What a report must keep beyond the schema's grammar: lengths, exclusions, and what belongs to whom. Lengths are those that two public clients enforce
/// after NCMEC's documentation (July 2026); the documentation itself was not read, so the live service may be stricter.
/// </summary>
public static partial class TipRules
{
    /// <summary>Everything that is wrong with <paramref name="report"/>; empty when it may be sent.</summary>
    public static IReadOnlyList<TipFault> Wrong(TipReport report, DateTimeOffset now)
    {
        var faults = new Faults();
        var incident = faults.In("incident");
        incident.If(report.Incident.At > now, "at", "The incident lies in the future; NCMEC refuses that.");
        incident.If(!Enum.IsDefined(report.Incident.Type), "type", "This is not a type of incident that NCMEC knows.");
        incident.Text("platform", report.Incident.Platform, 256);
        incident.Text("atDescription", report.Incident.AtDescription, 3000);
        incident.Text("escalation", report.Incident.Escalation, 3000);
        incident.If(report.Incident.Escalation is { } why && string.IsNullOrWhiteSpace(why), "escalation", "To escalate, say why; to not escalate, leave it out.");
        faults.Each("places", report.Places, Place);
        if (report.LawEnforcement is { } law)
        {
            LawEnforcement(law, faults.In("lawEnforcement"));
        }

        Reporter(report.Reporter, faults.In("reporter"));
        if (report.Reported is { } reported)
        {
            Party(reported, faults.In("reported"), Role.Reported);
        }

        faults.Each("intendedRecipients", report.IntendedRecipients, (p, f) => Party(p, f, Role.Recipient));
        faults.Each("victims", report.Victims, (p, f) => Party(p, f, Role.Victim));
        return faults.All;
    }

    /// <summary>Everything that is wrong with what is told about a file.</summary>
    public static IReadOnlyList<TipFault> Wrong(TipFile file, DateTimeOffset now)
    {
        var faults = new Faults();
        faults.Text("fileName", file.FileName, 2056);
        faults.Text("originalName", file.OriginalName, 2056);
        faults.Text("location", file.Location, 2083);
        faults.If(file.UploadedAt > now, "uploadedAt", "The upload lies in the future.");
        faults.If(file.Relevance is TipRelevance.Supplemental && file.Class is not null, "class", "A supplemental file carries no classification.");
        faults.If(file.Relevance is TipRelevance.Supplemental && file.Annotations.Contains(TipFileAnnotation.PotentialMeme), "annotations", "A supplemental file is not marked as a potential meme.");
        faults.Each("hashes", file.Hashes, (h, f) =>
        {
            f.Text("type", h.Type, 64, needed: true);
            f.Text("value", h.Value, 3000, needed: true);
        });
        faults.Each("exif", file.Exif, (d, f) => f.Text("name", d.Name, 64, needed: true));
        if (file.Capture is { } capture)
        {
            Capture(capture, faults.In("capture"));
        }

        faults.Each("devices", file.Devices, Device);
        return faults.All;
    }

    private enum Role
    {
        Reported,
        Recipient,
        Victim,
        Associated,
    }

    private static void Place(TipPlace place, Faults faults)
    {
        faults.Each("urls", place.Urls, (url, f) => f.Url("", url));
        faults.Each("emails", place.Emails, Email);
        faults.Text("name", place.Name, 255);
        faults.Text("roomName", place.RoomName, 255);
        faults.Text("console", place.Console, 255);
        faults.If(place.Latitude is < -90 or > 90, "latitude", "Degrees from -90 to 90.");
        faults.If(place.Longitude is < -180 or > 180, "longitude", "Degrees from -180 to 180.");
        faults.Each("captures", place.Captures, Capture);
        faults.Each("addresses", place.Addresses, Address);
        if (place.Phone is { } phone)
        {
            Phone(phone, faults.In("phone"));
        }

        // A field that this kind of place does not have would be left out of the document: better to be told.
        var kind = place.Kind;
        faults.Only(kind is TipPlaceKind.WebPage, ("urls", place.Urls.Count > 0), ("thirdPartyHosted", place.ThirdPartyHosted is not null));
        faults.Only(kind is TipPlaceKind.Email or TipPlaceKind.Newsgroup, ("emails", place.Emails.Count > 0));
        faults.Only(kind is TipPlaceKind.Email or TipPlaceKind.Newsgroup or TipPlaceKind.Chat or TipPlaceKind.Game, ("content", place.Content is not null));
        faults.Only(kind is not (TipPlaceKind.WebPage or TipPlaceKind.Email or TipPlaceKind.CellPhone), ("name", place.Name is not null));
        faults.Only(kind is TipPlaceKind.Chat, ("roomName", place.RoomName is not null));
        faults.Only(kind is TipPlaceKind.Game, ("console", place.Console is not null));
        faults.Only(kind is TipPlaceKind.CellPhone, ("phone", place.Phone is not null), ("latitude", place.Latitude is not null), ("longitude", place.Longitude is not null));
        faults.Only(kind is TipPlaceKind.OffInternet, ("addresses", place.Addresses.Count > 0));
        faults.Only(kind is TipPlaceKind.PeerToPeer, ("captures", place.Captures.Count > 0), ("fileNames", place.FileNames is not null));
    }

    private static void LawEnforcement(TipLawEnforcement law, Faults faults)
    {
        faults.Text("agency", law.Agency, 255, needed: true);
        faults.Text("caseNumber", law.CaseNumber, 255);
        faults.If(law.Country is not null && law.ServedInternational is null, "country", "The country belongs to legal process from abroad.");
        if (law.Officer is { } officer)
        {
            Person(officer, faults.In("officer"), contact: true);
        }
    }

    private static void Reporter(TipReporter reporter, Faults faults)
    {
        Person(reporter.Person, faults.In("person"), contact: false);
        faults.If(reporter.Person.Emails.Count == 0, "person.emails", "NCMEC wants an e-mail address of the reporting person: set Jaga__Referrals__Reporter__Email.");
        if (reporter.Contact is { } contact)
        {
            Person(contact, faults.In("contact"), contact: true);
        }

        faults.Text("termsOfService", reporter.TermsOfService, 3000);
        if (reporter.LegalUrl is { } url)
        {
            faults.Url("legalUrl", url);
        }
    }

    private static void Party(TipParty party, Faults faults, Role role)
    {
        if (party.Person is { } person)
        {
            Person(person, faults.In("person"), contact: false);
        }

        faults.Text("espIdentifier", party.EspIdentifier, 255);
        faults.Text("espService", party.EspService, 100);
        faults.Text("screenName", party.ScreenName, 256);
        faults.Text("groupIdentifier", party.GroupIdentifier, 255);
        faults.Each("profileUrls", party.ProfileUrls, (url, f) => f.Url("", url));
        faults.Each("captures", party.Captures, Capture);
        faults.Each("devices", party.Devices, Device);
        faults.If(party.PermanentlyDisabled?.Reenabled is not null, "permanentlyDisabled.reenabled", "What is shut for good was not opened again.");
        faults.Only(role is not Role.Victim, ("groupIdentifier", party.GroupIdentifier is not null));
        faults.Only(role is Role.Reported, ("vehicleDescription", party.VehicleDescription is not null), ("thirdPartyUser", party.ThirdPartyUser is not null));
        faults.Only(role is Role.Victim, ("schoolName", party.SchoolName is not null));
        faults.Only(role is Role.Reported or Role.Victim, ("associated", party.Associated.Count > 0));
        faults.Only(role is not Role.Associated, ("estimatedLocation", party.EstimatedLocation is not null));
        faults.Each("associated", party.Associated, (a, f) =>
        {
            f.If(a.ThirdPartyPlatform is not null && a.Platform is null, "thirdPartyPlatform", "It says something about the platform, which is missing.");
            Party(a.Party, f.In("party"), Role.Associated);
        });
    }

    private static void Person(TipPerson person, Faults faults, bool contact)
    {
        faults.Text("firstName", person.FirstName, 100);
        faults.Text("lastName", person.LastName, 100);
        faults.If(person.Age is < 0 or > 150, "age", "Years from 0 to 150.");
        faults.Only(!contact, ("age", person.Age is not null), ("born", person.Born is not null));
        faults.Each("phones", person.Phones, Phone);
        faults.Each("emails", person.Emails, Email);
        faults.Each("addresses", person.Addresses, Address);
    }

    private static void Email(TipEmail email, Faults faults)
    {
        faults.Text("address", email.Address, 255, needed: true);
        faults.If(email.Address is { } address && !address.Contains('@', StringComparison.Ordinal), "address", "This is not an e-mail address.");
    }

    private static void Phone(TipPhone phone, Faults faults)
    {
        faults.Text("number", phone.Number, 50, needed: true);
        faults.If(phone.CallingCode is { } code && !CallingCode().IsMatch(code), "callingCode", "A plus and one to three digits, e.g. +62.");
        faults.If(phone.Extension is { } extension && !Digits().IsMatch(extension), "extension", "Digits.");
    }

    private static void Address(TipAddress address, Faults faults)
    {
        faults.Text("street", address.Street, 255);
        faults.Text("city", address.City, 100);
        faults.Text("zip", address.Zip, 20);
    }

    private static void Capture(TipCapture capture, Faults faults)
    {
        faults.If(!IPAddress.TryParse(capture.Address, out _), "address", "This is not an IP address.");
        faults.If(capture.Port is < 1 or > 65535, "port", "Ports are 1 to 65535.");
    }

    private static void Device(TipDevice device, Faults faults)
    {
        faults.Text("idType", device.IdType, 255, needed: true);
        faults.Text("id", device.Id, 2083, needed: true);
    }

    /// <summary>Gathers faults, each under the path that leads to it.</summary>
    private sealed record Faults(string Path = "")
    {
        public List<TipFault> All { get; private init; } = [];

        public Faults In(string name) => new(Join(name)) { All = All };

        public void If(bool wrong, string field, string reason)
        {
            if (wrong)
            {
                All.Add(new(Join(field), reason));
            }
        }

        public void Text(string field, string? text, int most, bool needed = false)
        {
            If(needed && string.IsNullOrWhiteSpace(text), field, "This is needed.");
            If(text?.Length > most, field, $"At most {most:N0} characters.");
        }

        public void Url(string field, string url) => If(url is not { Length: > 0 and <= 2083 } || url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)), field, "An address has at most 2,083 characters and no space in it; NCMEC refuses others.");

        public void Only(bool here, params (string Field, bool Given)[] fields)
        {
            foreach (var (field, given) in fields)
            {
                If(given && !here, field, "NCMEC's schema has no place for this here; say it in the additional information.");
            }
        }

        public void Each<T>(string name, IReadOnlyList<T> list, Action<T, Faults> check)
        {
            for (var i = 0; i < list.Count; i++)
            {
                check(list[i], In($"{name}[{i}]"));
            }
        }

        private string Join(string name) => Path.Length == 0 ? name : name.Length == 0 ? Path : $"{Path}.{name}";
    }

    [GeneratedRegex(@"^\+[0-9]{1,3}$")]
    private static partial Regex CallingCode();

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Digits();
}
