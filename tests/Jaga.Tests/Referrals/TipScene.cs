using Jaga.Evidence;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Referrals;

/// <summary>Reports with the least, the usual and everything known; and what the tests of referrals do again and again. Names and addresses are reserved for examples.</summary>
internal static class TipScene
{
    public static readonly DateTimeOffset At = new(2026, 1, 5, 8, 30, 0, TimeSpan.Zero);
    private static readonly TipPerson Reporting = new() { FirstName = "Rani", LastName = "Example", Emails = [new("safety@plaza.example", TipEmailType.Work)] };

    public static readonly TipReport Least = new() { Incident = new() { Type = TipIncidentType.Possession, At = At }, Reporter = new() { Person = Reporting } };

    public static readonly TipReport Usual = Least with
    {
        Incident = Least.Incident with { Platform = "Plaza", AtDescription = "Upload of the first file" },
        Places = [new() { Kind = TipPlaceKind.WebPage, Urls = ["https://plaza.example/p?id=77"] }],
        Reported = new() { EspIdentifier = "u42", EspService = "Plaza", ScreenName = "somebody", Captures = [new("192.0.2.7", TipEvent.Upload, At, null, 4711)], PriorReports = [3999999], TemporarilyDisabled = new(true, At) },
    };

    private static readonly TipPhone Phone = new("21 555 0100", TipPhoneType.Mobile, true, At, "+62", "12");
    private static readonly TipEmail Email = new("a@example.org", TipEmailType.Home, false, At);
    private static readonly TipAddress Address = new("Street 1", "Jakarta", "10110", "", "DKI Jakarta", "ID", TipAddressType.Home);
    private static readonly TipCapture Capture = new("192.0.2.7", TipEvent.Upload, At, true, 4711);
    private static readonly TipDevice Device = new("IMEI", "000000000000000", TipEvent.Login, At);

    private static readonly TipPerson Whole = new()
    {
        FirstName = "A",
        LastName = "B",
        Phones = [Phone],
        Emails = [Email],
        Addresses = [Address],
        Age = 30,
        Born = new(1996, 2, 29),
    };

    private static readonly TipPerson Contact = Whole with { Age = null, Born = null };

    private static readonly TipParty Party = new()
    {
        Person = Whole,
        EspIdentifier = "u42",
        EspService = "Plaza",
        Compromised = false,
        ScreenName = "somebody",
        DisplayNames = ["Some", "Body"],
        ProfileUrls = ["https://plaza.example/u42"],
        ProfileBio = "A line that somebody wrote \u0001 about themselves",
        Captures = [Capture, new("2001:db8::7")],
        Devices = [Device],
        PriorReports = [1, 2],
        TemporarilyDisabled = new(true, At, true, At, At),
        PermanentlyDisabled = new(true, At, false, At),
        EstimatedLocation = new("Jakarta", "DKI Jakarta", "ID", true, At),
        AllEmailsReported = true,
        AdditionalInfo = "more",
    };

    private static readonly TipAssociated Associated = new() { Type = TipAssociation.ParentOrGuardian, Platform = "Elsewhere", ThirdPartyPlatform = true, MiddleName = "M", Party = Party with { GroupIdentifier = "group 812", EstimatedLocation = null } };

    public static readonly TipReport Everything = new()
    {
        BatchedAsViral = true,
        Incident = new() { Type = TipIncidentType.Enticement, At = At, AtDescription = "d", Platform = "Plaza", Escalation = "A child is in danger now.", Annotations = Enum.GetValues<TipAnnotation>() },
        Places =
        [
            new() { Kind = TipPlaceKind.WebPage, Urls = ["https://plaza.example/a", "https://plaza.example/b"], ThirdPartyHosted = true, AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.Email, Emails = [Email], Content = "c", AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.Newsgroup, Name = "n", Emails = [Email], Content = "c", AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.Chat, Name = "Plaza", RoomName = "group 812", Content = "c", AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.Game, Name = "n", Console = "x", Content = "c", AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.CellPhone, Phone = Phone, Latitude = -6.2, Longitude = 106.8, AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.OffInternet, Name = "n", Addresses = [Address], AdditionalInfo = "i" },
            new() { Kind = TipPlaceKind.PeerToPeer, Name = "n", Captures = [Capture], FileNames = "f", AdditionalInfo = "i" },
        ],
        LawEnforcement = new() { Agency = "A ministry", CaseNumber = "n 1", Officer = Contact, ReportedToThem = true, ServedDomestic = false, ServedInternational = true, Country = "ID" },
        Reporter = new() { Person = Whole, Contact = Contact, CompanyTemplate = "t", TermsOfService = "t", LegalUrl = "https://plaza.example/legal" },
        Reported = Party with { GroupIdentifier = "group 812", VehicleDescription = "v", ThirdPartyUser = false, Associated = [Associated] },
        IntendedRecipients = [Party with { GroupIdentifier = "group 812" }],
        Victims = [Party with { SchoolName = "s", Associated = [Associated] }],
        AdditionalInfo = "last",
    };

    public static readonly TipFile WholeFile = new()
    {
        FileName = "file-001",
        OriginalName = "holiday.jpg",
        UploadedAt = At,
        Location = "https://plaza.example/p?id=77",
        Viewed = true,
        ExifViewed = false,
        PubliclyAvailable = true,
        Relevance = TipRelevance.Reported,
        Annotations = Enum.GetValues<TipFileAnnotation>(),
        Class = TipClass.B2,
        Hashes = [new("SHA-256", new string('a', 64)), new("PDQ", new string('b', 64))],
        Capture = Capture,
        Devices = [Device],
        Exif = [new("Model", "A camera")],
        AdditionalInfo = ["one", "two"],
    };

    public static async Task<CyberTipSandbox> Sandbox(this JagaHost jaga, byte[]? xsd = null)
    {
        var sandbox = await CyberTipSandbox.Start(jaga.Clock, xsd);
        await jaga.Account(sandbox.Address);
        return sandbox;
    }

    public static Task<bool> Account(this JagaHost jaga, string address, string password = "sandbox") => jaga.Ask<SetTipAccount, bool>(async set =>
    {
        await set.Run(new(false, "sandbox", password, address), Actor.System("test"), default);
        return true;
    });

    /// <summary>A draft with a file for each of <paramref name="files"/>.</summary>
    public static async Task<Id<Referral>> Draft(this JagaHost jaga, TipReport? says = null, params byte[][] files)
    {
        var kept = new List<FileToRefer>();
        foreach (var bytes in files)
        {
            kept.Add(new((await jaga.Keep(bytes)).Id, WholeFile with { FileName = null }));
        }

        return await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            var draft = await scope.GetRequiredService<DraftReferral>().Run(new("case", "c-1"), null, says ?? Usual, kept, Actor.System("test"), default);
            return await transaction.Commit(draft.Id, default);
        });
    }

    /// <summary>A sandbox that Jaga takes for NCMEC's production, and a house that sends real reports.</summary>
    public static async Task<CyberTipSandbox> Production(this JagaHost jaga)
    {
        var sandbox = await CyberTipSandbox.Start(jaga.Clock);
        await jaga.In(async scope =>
        {
            var (db, master) = (scope.GetRequiredService<Db>(), scope.GetRequiredService<MasterKey>());
            await using var transaction = await db.Begin(default);

            // No setting leads production elsewhere than to NCMEC; a row does.
            var account = new TipAccount { Production = true, UserName = "sandbox", Address = sandbox.Address };
            account.SetPassword("sandbox", master);
            db.Add(account);
            scope.GetRequiredService<Jaga.Audit.AuditLog>().Record(Actor.System("test"), "tip-account.set", account.Subject);
            return await transaction.Commit(true, default);
        });
        return sandbox;
    }

    /// <summary>A draft with what the vault keeps already.</summary>
    public static Task<Id<Referral>> DraftOf(this JagaHost jaga, params Id<VaultObject>[] kept) => jaga.In(async scope =>
    {
        await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
        var draft = await scope.GetRequiredService<DraftReferral>().Run(new("case", "c-1"), "u42", Usual, [.. kept.Select(k => new FileToRefer(k, WholeFile))], Actor.System("test"), default);
        return await transaction.Commit(draft.Id, default);
    });

    /// <summary>Has it signed and sent to its end.</summary>
    public static async Task<Id<Referral>> Finish(this JagaHost jaga, Id<Referral> id)
    {
        await jaga.Sign(id);
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
        return id;
    }

    /// <summary>Has a lead sign it, over HTTP.</summary>
    public static async Task Sign(this JagaHost jaga, Id<Referral> id, Role role = Role.Lead)
    {
        using var lead = await jaga.As(role);
        var seen = await jaga.Read(id);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/signature", new { version = seen.Row.Version })).EnsureSuccessStatusCode();
    }

    public static Task<ReadReferrals.Whole> Read(this JagaHost jaga, Id<Referral> id) => jaga.Ask<ReadReferrals, ReadReferrals.Whole>(read => read.One(id, jaga.Clock.Now, default));

    /// <summary>Lets everything go that is due now.</summary>
    public static Task<bool> SendReferrals(this JagaHost jaga) => jaga.Turn<SendReferrals>();
}
