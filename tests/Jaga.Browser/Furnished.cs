using Jaga.Banks;
using Jaga.Cases.Statements;
using Jaga.Disclosure;
using Jaga.Evidence;
using Jaga.Exchanges;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Packages;
using Jaga.People;
using Jaga.People.Agencies;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Reports;
using Jaga.Reports.Flaggers;
using AskBack = Jaga.Orders.AskClarification;

namespace Jaga.Browser;

/// <summary>A house with something in every room, come there by the way it always comes: a platform's upload, a decision, a delivery, a receipt.</summary>
public sealed class Furnished : IAsyncDisposable
{
    private readonly PlatformReceiver _platform;

    private Furnished(JagaHost jaga, PlatformReceiver platform, FrontDesk desk) => (Jaga, _platform, Desk) = (jaga, platform, desk);

    public JagaHost Jaga { get; }

    public FrontDesk Desk { get; }

    /// <summary>A picture whose hash is banked.</summary>
    public Picture Known { get; } = Picture.Draw(5, 640, 480);

    /// <summary>A house whose bank knows a picture, with <paramref name="waiting"/> cases about copies of it in the queue.</summary>
    public static async Task<Furnished> Start(int waiting)
    {
        var platform = await PlatformReceiver.Start();
        var jaga = await JagaHost.Start(Store.Sqlite);
        var house = new Furnished(jaga, platform, await FrontDesk.Open(jaga, platform));
        await house.Desk.Bank("bridges", "banked", house.Known);
        for (var i = 1; i <= waiting; i++)
        {
            // A second apart, for the queue goes by age where all else is equal.
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
            await house.Desk.Check($"photo-{i}", house.Known.Altered().Png());
        }

        return house;
    }

    /// <summary>Has one case decided and its action carried out and confirmed, another's on its way, so that every page has something on it. Gives all paths.</summary>
    public async Task<IReadOnlyList<string>> Furnish()
    {
        var decided = await Desk.Next();
        await Desk.Reveal(decided);
        await Desk.Decide(decided, "illegal", [FrontDesk.Act("remove", "item", "photo-1"), FrontDesk.Act("geoblock", "item", "photo-1", "ID")]);
        Jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Jaga.RunWorker();
        var open = await Desk.Next();
        await Desk.Reveal(open);
        await Jaga.RunWorker();
        List<string> paths = ["/", "/queue", "/reveals", $"/cases/{open["id"]}", "/cases", $"/cases/{decided["id"]}", "/banks", "/lookbacks", "/quarantine", "/opinions", "/match-service", "/deliveries?state=all", "/actions?state=all", "/statements", "/statements/templates", "/statements/templates/en/removal/legal", "/obligations", "/obligations/calendar", "/obligations/calendar?view=week", "/obligations/workload", "/obligations/on-call", "/obligations/report", "/obligations/report/sheet", "/regimes", "/regimes/id-permenkominfo-5-2020.takedown-urgent/ladder", "/audit", "/audit/0", "/evidence", .. await Destroyed(), "/status", "/docs", "/account", "/people", "/sign-in/second-factor", .. await Links()];
        await Judge();
        await Call();
        paths.AddRange(await Letters());
        var exchange = await Jaga.Ask<AddExchange, ReadExchanges.Shown>(add => add.Run(new(ExchangeKind.Folder, new() { Name = "A file", Address = "list.csv" }), Actor.System("test"), default));
        paths.AddRange(["/exchanges", $"/exchanges/{exchange.Id}"]);
        paths.AddRange(["/referrals", .. await Refer()]);
        paths.AddRange(["/disclosures?state=all", "/disclosures/enter", $"/disclosures/{await Ask()}"]);
        paths.AddRange(await Pack((string)decided["id"]!));
        paths.AddRange(["/reports", $"/reports/{await Report()}", $"/cases/{await Jaga.Ask<Db, Id<Cases.Case>>(db => db.ReportCounts.Select(c => c.Case).FirstAsync())}"]);
        paths.Add($"/cases/{await Jaga.Ask<Db, Id<Cases.Case>>(db => db.Cases.Where(c => c.About.Kind == Cases.Locations.InWords).Select(c => c.Id).FirstAsync())}");
        paths.AddRange(["/flaggers", $"/flaggers/{await Flag()}"]);
        paths.AddRange(await Order());
        var objected = Jaga.Services.GetRequiredService<StatementLinks>().Token(await Jaga.Ask<Db, Id<Statement>>(db => db.Statements.Select(s => s.Id).FirstAsync()));
        await Jaga.Ask<ObjectToDecision, ObjectToDecision.Answer>(objectTo => objectTo.Run(new(objected, "It is a bridge, and nothing else."), default));
        await Jaga.Do(async db =>
        {
            var statement = await db.Statements.Select(s => s.Id).FirstAsync();
            paths.AddRange([$"/statements/{statement}", StatementLinks.Path + Jaga.Services.GetRequiredService<StatementLinks>().Token(statement)]);
            paths.Add($"/banks/{await db.Banks.Select(b => b.Id).FirstAsync()}");
            paths.Add($"/deliveries/{await db.Deliveries.Select(d => d.Id).FirstAsync()}");
            paths.Add($"/evidence/{await db.Exhibits.Select(e => e.Id).FirstAsync()}");
            paths.Add($"/obligations/{await db.Obligations.Where(o => o.State == ObligationState.Open).Select(o => o.Id).FirstAsync()}");
        });
        return paths;
    }

    // Evidence whose time is over, its certificate, and somebody who asked for erasure.
    // The first administrator's is in FirstStartTests: here somebody is at home.
    private async Task<string[]> Links()
    {
        const string email = "invited@example.org";
        var invited = await Jaga.Ask<InviteStaff, InviteStaff.Invitation>(invite => invite.Run(new(email, "Dewi Lestari", [Role.Reviewer]), Actor.System("test"), default));
        return [invited.Link, await Jaga.Ask<MakeSignInLink, string>(make => make.Run(email, Actor.System("test"), default))];
    }

    private async Task<IReadOnlyList<string>> Destroyed()
    {
        await using var scope = Jaga.Services.CreateAsyncScope();
        await using (var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default))
        {
            await scope.ServiceProvider.GetRequiredService<Vault>().Keep(new byte[] { 1 }, "text/plain", new("item", "old"), Actor.System("test"), "kept", Jaga.Clock.Now, default);
            await transaction.Commit(default);
        }

        await Jaga.Ask<DestroyExpired, bool>(destroy => destroy.Run(default));
        var asked = await Jaga.Ask<AskErasure, ReadErasures.Answer>(ask => ask.Run(new("item/photo-1", "letter 12"), Actor.System("test"), default));
        var certificate = await Jaga.Ask<Db, Id<DestructionCertificate>>(db => db.DestructionCertificates.Select(c => c.Id).FirstAsync());
        return ["/evidence/alarms", "/evidence/certificates", $"/evidence/certificates/{certificate}", "/evidence/erasures", $"/evidence/erasures/{asked.Request.Id}"];
    }

    // A draft that still lacks whom NCMEC asks for, one with a file, one that was dropped; and a service that does not answer.
    private async Task<IReadOnlyList<string>> Refer()
    {
        var (least, me) = (new TipReport { Incident = new() { Type = TipIncidentType.Enticement, At = Jaga.Clock.Now }, Reporter = new() { Person = new() } }, Actor.System("test"));
        var usual = least with
        {
            Incident = least.Incident with { Platform = "Plaza", Annotations = [TipAnnotation.Sextortion] },
            Places = [new() { Kind = TipPlaceKind.Chat, Name = "Plaza", RoomName = "group 812", Content = "words" }],
            Reporter = new() { Person = new() { Emails = [new("safety@plaza.example")] } },
            Reported = new() { EspIdentifier = "u42", EspService = "Plaza", PriorReports = [4000001] },
        };
        var file = new FileToRefer(await Jaga.Ask<Db, Id<Evidence.VaultObject>>(db => db.CaseMedia.Select(m => m.Original).FirstAsync()), new() { OriginalName = "a-holiday-at-the-bridge.jpg", Viewed = true, ExifViewed = false, Relevance = TipRelevance.Reported });
        var paths = new List<string>();
        foreach (var (says, files) in new (TipReport, FileToRefer[])[] { (least, []), (usual, [file]), (usual, []) })
        {
            await using var scope = Jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            paths.Add($"/referrals/{await transaction.Commit((await scope.ServiceProvider.GetRequiredService<DraftReferral>().Run(new("case", "test"), "u42", says, files, me, default)).Id, default)}");
        }

        await Jaga.Ask<SteerReferral, bool>(async steer =>
        {
            await steer.Drop(Id<Referral>.Parse(paths[2].Split('/')[^1], null), new("It is a drawing of a bridge."), me, default);
            return true;
        });
        await Jaga.Ask<SetTipAccount, bool>(async set =>
        {
            await set.Run(new(false, "sandbox", "sandbox", "http://127.0.0.1:9/ispws"), me, default);
            return true;
        });
        await Jaga.Ask<WatchSchema, bool>(watch => watch.Run(default));
        return paths;
    }

    // A rota, somebody away, a ladder of the house's own, an order that was broken and explained, and an urgent notice that nobody has taken.
    private async Task Call()
    {
        var me = Actor.System("test");
        var (ani, budi) = (await Jaga.AddStaff("ani@example.org", "correct horse battery", Role.Lead), await Jaga.AddStaff("budi@example.org", "correct horse battery", Role.Lead));
        await Jaga.Ask<SetRota, SetRota.Answer>(set => set.Run(new("leads", Whom.Owner, "Asia/Jakarta", "2026-03-02T09:00", [ani.ToString(), budi.ToString()]), me, default));
        await Jaga.Ask<RecordAbsence, RecordAbsence.Answer>(record => record.Run(new(ani.ToString(), Jaga.Clock.Now, Jaga.Clock.Now.AddDays(3)), me, default));
        await Jaga.Ask<SetLadder, ReadLadders.Version>(set => set.Run("house.decide-case", new([new(50, Whom.Lead), new(100, Whom.Everyone, 24)], null, null, "We hear of it sooner."), me, default));
        await using var scope = Jaga.Services.CreateAsyncScope();
        await using (var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default))
        {
            scope.ServiceProvider.GetRequiredService<Duties>().Open("id-permenkominfo-5-2020.takedown-urgent", new("item", "photo-9"), "the Ministry", me, Jaga.Clock.Now.AddHours(-5));
            await transaction.Commit(default);
        }

        while (await Jaga.Ask<WalkLadder, bool>(walk => walk.Run(default)))
        {
        }

        var broken = await Jaga.Ask<Db, Id<Obligation>>(db => db.Obligations.Where(o => o.State == ObligationState.Broken).Select(o => o.Id).FirstAsync());
        await Jaga.Ask<ExplainObligation, bool>(async explain =>
        {
            await explain.Run(broken, new("The power was out in the whole district."), me, default);
            return true;
        });
    }

    // A letter of a coalition, its answer in two versions and on its way, a template, and mail that nobody could read.
    private async Task<IReadOnlyList<string>> Letters()
    {
        var (writer, other) = (Actor.System("test"), Actor.System("head"));
        var coalition = await Jaga.Ask<RegisterLetter, ReadLetters.Card>(register => register.Run(
            new([.. Enumerable.Range(1, 3).Select(i => new PartyForm($"Person {i}", $"Organisation {i}", PostalAddress: $"Jalan Contoh {i}\nJakarta"))], "What will you do?", "en", "C-17", "We ask you to answer."), writer, default));
        var answer = await Jaga.Ask<DraftLetter, ReadLetters.Card>(draft => draft.Run(new("Our answer to {{recipient.organisation}}", "Dear {{recipient.name}},\n\nwe did this:\n\n- one\n- two", Answers: coalition.Id), writer, default));
        await Jaga.Ask<ReviseLetter, ReadLetters.Card>(revise => revise.Run(answer.Id, new("Our answer to {{recipient.organisation}}", "Dear {{recipient.name}},\n\nwe did more:\n\n- one\n- two\n- three", 1, "the third"), writer, default));
        var drafted = await Jaga.Ask<DraftLetter, ReadLetters.Card>(draft => draft.Run(new("A question", "Dear {{recipient.name}}", Answers: coalition.Id), writer, default));
        await Jaga.Ask<ApproveLetter, ReadLetters.Card>(approve => approve.Run(answer.Id, new(2), other, default));
        await Jaga.Ask<SendLetter, ReadLetters.Card>(send => send.Run(answer.Id, writer, default));
        var template = await Jaga.Ask<SaveTemplate, ReadTemplates.Shown>(save => save.Run(new("Answer", "id", "Jawaban", "Yth. {{recipient.name}}"), writer, default));
        await Jaga.Ask<SaveTemplate, ReadTemplates.Shown>(save => save.Run(new("Answer", "id", "Jawaban", "Kepada {{recipient.name}}", 1), writer, default));
        await Jaga.Ask<TakeNotification, ReadNotifications.Row>(take => take.Run("Subject: hello\n\nA reply."u8.ToArray(), default));
        return ["/letters?which=all", $"/letters/{coalition.Id}", $"/letters/{answer.Id}", $"/letters/{drafted.Id}", $"/letters/new?answers={coalition.Id}", "/letters/incoming", $"/letters/templates/{template.Id}", "/letters/notifications"];
    }

    // A flagger with a key, a warning and a suspension in force.
    private async Task<Id<Flagger>> Flag()
    {
        var me = Actor.System("test");
        var id = (await Jaga.Ask<AddFlagger, AddFlagger.Answer>(add => add.Run(new("Jembatan Aman", FlaggerKind.Trusted, "A coordinator", "ID", ["fraud"], "post@example.org"), me, default))).Id;
        await Jaga.Ask<CreateFlaggerKey, CreateApiKey.Created>(create => create.Run(id, new("intake"), me, default));
        var warning = await Jaga.Ask<WarnReporter, ReadMisuse.Row>(warn => warn.RunFor(id, new("Most of it was of nothing."), me, default));
        await Jaga.Ask<TellMisuse, ReadMisuse.Row>(tell => tell.Run(warning.Id, new("By telephone."), me, default));
        Jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        await Jaga.Ask<SuspendReporter, ReadMisuse.Row>(suspend => suspend.RunFor(id, new("Again of nothing.", 30), me, default));
        return id;
    }

    // A report by somebody who said who they are, has asked since, and was answered once.
    private async Task<Id<Report>> Report()
    {
        var me = Actor.System("test");
        var draft = new ReportDraft("harassment", "group:812", "They name the school of a pupil and ask where the pupil lives.", "yesterday evening", Identity: new("Ibu Sari", "sari@example.org", "021-1", "Jalan Contoh 1"));
        var receipt = await Jaga.Ask<TakeReport, Receipt>(take => take.Run(draft, me, default));
        await Jaga.Ask<TakeReport, Receipt>(take => take.Run(new("grooming", "akun @jahat99 di chat", "An adult asks my daughter for her address.", "this week", InWords: true), me, default));
        while (await Jaga.Ask<SortReports, bool>(sort => sort.Run(default)))
        {
        }

        await Jaga.Ask<AnswerReport, bool>(async answer =>
        {
            await answer.Run(receipt.Id, new("At what time?"), me, default);
            return true;
        });
        await Jaga.Ask<OpenReceipt, bool>(async open =>
        {
            await open.Write(receipt.Code, "At nine, every evening.", default);
            return true;
        });
        return receipt.Id;
    }

    // An authority's request for data, in an emergency, that came by letter with a document that nobody has read, and a question that is still to be brought.
    private async Task<Id<DataRequest>> Ask()
    {
        var me = Actor.System("test");
        var agency = await Jaga.Ask<AddAgency, AgencyCard>(add => add.Run(new("Police", AgencyKind.LawEnforcement, "ID", ["*"], ["id-permenkominfo-5-2020"], "021-110"), me, default));
        await Jaga.Ask<VerifyAgency, AgencyCard>(verify => verify.Run(agency.Id, new("called back"), me, default));
        var order = new DocumentSent(DocumentKind.CourtOrder, "1/Pen.Pid/2026", new(2026, 1, 2), "PN Jakarta Selatan", "application/pdf", [1, 2, 3]);
        var request = (await Jaga.Ask<SendDataRequest, SendDataRequest.Answer>(send => send.RunFor(agency.Id, new(
            "id-permenkominfo-5-2020", "KUHAP, Pasal 43", "To find who runs the group", "A group that sells banked pictures", [new("group", "g7"), new("account", "u42")],
            Enum.GetValues<DataClass>(), "UU 44/2008, Pasal 29", 144, Documents: [order], Emergency: EmergencyKind.ThreatToLife, EmergencyReason: "A message announces it"), me, default))).Id;
        await Jaga.Ask<global::Jaga.Disclosure.AskClarification, global::Jaga.Disclosure.AskClarification.Answer>(ask => ask.Run(request, new("Which of the two groups of this name?"), me, default));
        return request;
    }

    // A package of the decided case for the police, to be released; their key is not confirmed yet.
    private async Task<IReadOnlyList<string>> Pack(string decided)
    {
        var me = Actor.System("test");
        var police = await Jaga.Ask<Db, Id<Agency>>(db => db.Agencies.Where(a => a.Name == "Police").Select(a => a.Id).SingleAsync());
        await using (var scope = Jaga.Services.CreateAsyncScope())
        await using (var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default))
        {
            var key = new EncryptionKey { Id = Id<EncryptionKey>.New(Jaga.Clock.Now), Agency = police, Armored = "", Fingerprint = new('A', 40), Names = "Unit Siber <unit@example.org>", Algorithm = "ed25519", CreatedAt = Jaga.Clock.Now, AddedBy = me.ToString(), AddedByName = me.Name, AddedAt = Jaga.Clock.Now };
            scope.ServiceProvider.GetRequiredService<Db>().Add(key);
            scope.ServiceProvider.GetRequiredService<global::Jaga.Audit.AuditLog>().Record(me, "agency.key-added", key.Subject);
            await transaction.Commit(default);
        }

        var package = await Jaga.Ask<PreparePackage, PreparePackage.Answer>(prepare => prepare.Run(new([new("case", decided)], "id-police", police, "Please read the report first."), me, default));
        return ["/packages", "/packages/profiles", $"/packages/new?about=case/{decided}", $"/packages/{package.Id}", $"/agencies/{police}"];
    }

    // A ministry's order that came by letter, its warning with a fine, the objection to that, and a question about it.
    private async Task<IReadOnlyList<string>> Order()
    {
        var me = Actor.System("test");
        var agency = await Jaga.Ask<AddAgency, AgencyCard>(add => add.Run(new("Kementerian Contoh", AgencyKind.Ministry, "ID", ["csam"], ["id-saman"], "Narahubung, 021-3452841"), me, default));
        await Jaga.Ask<VerifyAgency, AgencyCard>(verify => verify.Run(agency.Id, new("called back"), me, default));
        var form = new OrderForm("csam", ["group:812", "https://platform.example/g/812/posts/4711", "item:photo-1"], "UU 1/2024, Pasal 40", "The group shares what the law forbids.", Redress: "PTUN Jakarta", Reference: "B-17/KOMDIGI/2026");
        var order = (await Jaga.Ask<EnterOrder, OrderReceipt>(enter => enter.Run(new(agency.Id, OrderChannel.Letter, form), me, default))).Id;
        var warning = await Jaga.Ask<RegisterWarning, RegisterWarning.Answer>(register => register.Run(order, new("Take it down.", 2, FineAmount: 500_000_000, FineCurrency: "IDR"), me, default));
        await Jaga.Ask<ReplyToWarning, ReplyToWarning.Answer>(reply => reply.Run(order, warning.Id, new(ReplyKind.Objection, "It was down already."), me, default));
        await Jaga.Ask<AskBack, AskBack.Answer>(ask => ask.Run(order, new("Which of the posts do you mean?"), me, default));
        return ["/orders", "/orders/enter", $"/orders/{order}", "/agencies", $"/agencies/{agency.Id}"];
    }

    // A list of somebody else's, of which one signal is right, one is out of use, and one in quarantine; and a small platform that asked.
    private async Task Judge()
    {
        var me = Actor.System("test");
        var bank = await Jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "their list", Labels = ["banked"], DropsDeconfirmed = true }, BankOrigin.ThirdParty), me, default));
        var hashes = new[] { 'a', 'b', 'c' }.Select(c => new string(c, 32)).ToList();
        await Jaga.Ask<AddSignals, AddSignals.Answer>(add => add.Run(bank.Id, new("their list", [.. hashes.Select(h => new AddSignals.Written(h, "md5", Entry: $"E-{h[0]}", Member: "a hotline"))]), me, default));
        var signals = new List<long>();
        foreach (var hash in hashes)
        {
            signals.Add((await Jaga.Ask<ReadSignals, IReadOnlyList<ReadSignals.Row>>(read => read.Find(bank.Id, hash, default)))[0].Id);
        }

        await Jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(bank.Id, signals[0], new(Judgement.Confirm, "seen and compared"), me, default));
        await Jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(bank.Id, signals[1], new(Judgement.Deconfirm, "it is a blank page"), me, default));
        await using var scope = Jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        await scope.ServiceProvider.GetRequiredService<StandSignal>().Run(signals[2], await scope.ServiceProvider.GetRequiredService<Db>().Banks.Where(b => b.Id == bank.Id).Select(b => b.Number).SingleAsync(), StandingState.Quarantined, "120 matches from 60 accounts in 01:00:00; 0.10 were usual.", null, Actor.System("flood"), default);
        await transaction.Commit(default);
        using var small = await Jaga.Key(Permission.AskKnown);
        (await small.PostAsJsonAsync("/api/v1/ask", new { items = new[] { new { md5 = hashes[0] } } })).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await Jaga.DisposeAsync();
        await _platform.DisposeAsync();
    }
}
