using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Items.Fingerprints;
using Jaga.Items.Lookbacks;
using Jaga.Matching;
using Jaga.Media;
using Jaga.People;
using Jaga.Tests.Banks;
using static Jaga.Tests.Items.LookbackScene;
using Verdict = Jaga.Cases.Verdict;
using Words = Jaga.Kernel.Words;

namespace Jaga.Tests.Items;

/// <summary>Signals that arrive are searched for in everything that was checked before.</summary>
public sealed class LookbackTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_pair_within_the_banks_distance_is_found_and_no_other(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        for (var distance = 0; distance <= 40; distance++)
        {
            await jaga.Keep($"d{distance}", Altered(Hash(distance), distance));
            if (distance % 10 == 9)
            {
                await jaga.Block();
            }
        }

        var bank = await jaga.Bank(wish: new() { OnMatch = OnMatch.Hold, Labels = ["gambling"] });
        await jaga.Signals(bank, [.. Enumerable.Range(0, 41).Select(Hash)]);
        await jaga.LookBack();

        var met = await jaga.OnTheDesk();
        Assert.Equal(Enumerable.Range(0, 32).Select(d => ($"d{d}", d)), met.Select(m => (m.Subject, m.Distance)).OrderBy(m => m.Distance));
        Assert.All(met, m => Assert.Equal(RecordLookback.Source, m.By));
        var row = (await jaga.Lookbacks()).Single();
        Assert.Equal((LookbackState.Done, 41, 41, 41, 32), (row.State, row.Signals, row.Total, row.Done, row.Found));
        await jaga.Do(async db =>
        {
            // Nothing is done to what was found: that takes a person.
            Assert.Equal(0, await db.Actions.CountAsync());
            Assert.Equal(32, await db.Items.CountAsync(i => i.Case != null));
            Assert.Equal(["lookback.started", "lookback.finished"], await db.AuditLines.Where(l => l.Action.StartsWith("lookback.")).OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync());
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Turned_pictures_frames_and_digests_are_met_as_they_are_when_checked(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        var signals = new List<AddSignals.Written>();
        foreach (var turn in Enum.GetValues<Dihedral>())
        {
            var eight = Enumerable.Range(0, 8).Select(i => Hash(100 + (10 * (int)turn) + i)).ToArray();
            foreach (var (straight, crossed) in ((Dihedral, Dihedral)[])[(Dihedral.Original, Dihedral.FlipPlus1), (Dihedral.FlipY, Dihedral.Rotate90), (Dihedral.Rotate180, Dihedral.FlipMinus1), (Dihedral.FlipX, Dihedral.Rotate270)])
            {
                eight[(int)crossed] = eight[(int)straight].Transposed();
            }

            await jaga.Keep(Words.Of(turn), reading: Read(new(eight[0], 80), eight, []));
            signals.Add(new(Altered(eight[(int)turn], 31).ToString(), "pdq"));
        }

        await jaga.Keep("film", reading: Read(null, [], [new(0, new(Hash(1), 90), 0), new(7, new(Hash(2), 90), 7)]));
        await jaga.Keep("plain", Hash(3), quality: 49);
        await jaga.Keep("md5", md5: Md5(1));
        await jaga.Keep("sha256", sha256: Hash(2_000).ToArray());
        await jaga.Keep("stranger", Hash(4), md5: Md5(3));
        signals.AddRange([new(Hash(2).ToString(), "pdq"), new(Hash(3).ToString(), "pdq"), new(Convert.ToHexString(Md5(1)), "md5"), new(Convert.ToHexString(Hash(2_000).ToArray()), "sha256")]);
        await jaga.Signals(bank, [.. signals]);
        await jaga.LookBack();

        var met = await jaga.OnTheDesk();
        Assert.Equal(
            Enum.GetValues<Dihedral>().Select(t => (Words.Of(t), Words.Of(t), 31)).Append(("film", "original", 0)).Append(("md5", "original", 0)).Append(("sha256", "original", 0)).Order(),
            met.Select(m => (m.Subject, m.Variant, m.Distance)).Order());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Texts_links_vectors_named_hashes_and_whole_films_are_met_as_they_are_when_checked(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var text = "Main di situs slot gacor malam ini, bonus besar menanti semua anggota baru kami";
        var film = Enumerable.Range(200, 10).Select(i => new VpdqFrame(i, new(Hash(i), 90), i, i == 200 ? 3 : 1)).ToList();
        var vector = Enumerable.Range(0, VectorIndex.Bytes).Select(i => (byte)(i * 5)).ToArray();
        byte[] Beside(int by) => [(byte)(vector[0] + by), .. vector[1..]];
        var bank = await jaga.Bank(wish: new() { FilmQueryPercent = 40, FilmSignalPercent = 50, VectorDistance = 5 });

        // Each kind checked as it is, near enough, and too far.
        var asked = new Dictionary<string, MatchQuery>
        {
            ["text"] = new MatchQuery().With(text), ["text-near"] = new MatchQuery().With(text.Replace("malam ini", "m4lam  INI", StringComparison.Ordinal)), ["text-other"] = new MatchQuery().With("Rapat warga dimulai pukul tujuh di balai desa, mohon hadir tepat waktu ya"),
            ["short"] = new MatchQuery().With("slot"), ["short-other"] = new MatchQuery().With("kursi"),
            ["link"] = new MatchQuery().With("lihat https://example.com/a?b=1 ya"), ["link-other"] = new MatchQuery().With("lihat https://example.com/other ya"),
            ["named"] = new() { Others = [new("netclean", new byte[] { 0, 255 })] }, ["named-other"] = new() { Others = [new("netclean", new byte[] { 1, 255 })] },
            ["vector"] = new() { Vectors = [vector] }, ["vector-near"] = new() { Vectors = [Beside(9), Beside(5)] }, ["vector-far"] = new() { Vectors = [Beside(6)] },
            ["film"] = new() { Film = new(film) },
            ["film-cut"] = new() { Film = new(film.Skip(1).Take(7).Concat(Strangers(7))), Frames = [.. film.Skip(1).Take(7).Select(f => (f.Number, f.Pdq))] },
            ["film-part"] = new() { Film = new([.. film.Skip(1).Take(5)]) },
            ["film-drowned"] = new() { Film = new([.. film, .. Strangers(60)]) },
        };
        foreach (var (id, query) in asked)
        {
            await jaga.Keep(id, query: query);
            if (asked.Keys.ToList().IndexOf(id) % 5 == 4)
            {
                await jaga.Block();
            }
        }

        await jaga.Import(bank, $"hash,algorithm\n\"{text}\",text\nslot,text\nhttps://example.com/a?b=1,url\nnetclean:00ff,external\n{Convert.ToHexString(vector)},photodna\n");
        await jaga.Import(bank, $$"""{"algorithm":"vpdq","hash":[{{string.Join(',', film.SelectMany(f => Enumerable.Repeat(f, f.Seen)).Select((f, i) => $"\"{f.Pdq.Hash},90,{i}.000\""))}}]}""");
        await jaga.LookBack();

        // What a check would answer now is what was found, no more and no less.
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        Assert.Equal(["film", "film-cut", "link", "named", "short", "text", "text-near", "vector", "vector-near"], asked.Where(a => matcher.Find(a.Value).Count > 0).Select(a => a.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            asked.SelectMany(a => matcher.Find(a.Value).Select(m => (a.Key, m.Signal.ToString(), m.Distance))).Order(),
            (await jaga.OnTheDesk()).Select(m => (m.Subject, m.Signal, m.Distance)).Order());

        static IEnumerable<VpdqFrame> Strangers(int count) => Enumerable.Range(5_000, count).Select(i => new VpdqFrame(i, new(Hash(i), 90), i));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_arrives_meanwhile_is_taken_together_by_the_next_and_nothing_comes_twice(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        for (var i = 0; i < 6; i++)
        {
            await jaga.Keep($"i{i}", Hash(i));
            await jaga.Block();
        }

        await jaga.Signals(bank, Hash(0), Hash(1));
        await jaga.Begin();
        await jaga.Signals(bank, Hash(2));
        await jaga.Signals(bank, Hash(3));
        await jaga.Begin();
        Assert.Single(await jaga.Lookbacks());
        await jaga.Search();
        await jaga.LookBack();
        await jaga.LookBack();

        var rows = await jaga.Lookbacks();
        Assert.Equal([(2, 2), (2, 2)], rows.Select(r => (r.Signals, r.Found)));

        // Everything once more, as after a crash that lost every checkpoint, and because somebody asks for the bank.
        await jaga.Do(db => db.Database.ExecuteSqlAsync($"UPDATE lookback_parts SET next_block = number + 1, ended = (1 = 0)"));
        await jaga.Do(db => db.Database.ExecuteSqlAsync($"UPDATE lookbacks SET state = 'Running'"));
        await jaga.Search();
        var again = await jaga.Ask<StartLookback, ReadLookbacks.Row>(start => start.Run(new(bank.Id), BankScene.Operator, default));
        await jaga.Search();

        Assert.Equal(["i0", "i1", "i2", "i3"], (await jaga.OnTheDesk()).Select(m => m.Subject).Order());
        Assert.Equal((LookbackState.Done, 0, "bridges"), await jaga.Ask<ReadLookbacks, (LookbackState, long, string?)>(async read => await read.One(again.Id, default) is var r ? (r.State, r.Found, r.Bank) : default));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_check_that_comes_late_and_knew_less_is_looked_up_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Keep("early", Hash(1));
        await jaga.Signals(bank, Hash(1));
        await jaga.LookBack();
        await jaga.Keep("late", Hash(1), seq: 0); // its node was behind
        await jaga.Begin();

        Assert.Equal(["early", "late"], (await jaga.OnTheDesk()).Select(m => m.Subject).Order());
        Assert.Equal(0, await jaga.Ask<CheckTail, int>(tail => tail.Run(default)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_met_when_it_was_checked_is_not_met_again_and_allow_lists_and_watching_hold(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank(wish: new() { OnMatch = OnMatch.Case });
        await jaga.Signals(bank, Hash(1));
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);
        await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "met" }, hashes = new { pdq = Hash(1).ToString(), quality = 90 } });
        await jaga.Keep("allowed", Hash(2));
        await jaga.Keep("watched", Hash(3));
        await jaga.Signals(await jaga.Bank("good", new() { OnMatch = OnMatch.Allow }), Hash(2));
        await jaga.Signals(await jaga.Bank("tried", new() { OnMatch = OnMatch.Watch }), Hash(3));
        await jaga.Signals(bank, Hash(2));
        await jaga.LookBack();
        await jaga.Ask<StartLookback, ReadLookbacks.Row>(start => start.Run(new(bank.Id), BankScene.Operator, default));
        await jaga.Search();

        Assert.Equal(["met"], (await jaga.OnTheDesk()).Select(m => m.Subject));
    }

    [Fact]
    public async Task A_decision_finds_the_copies_and_not_the_item_itself()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Keep("item", Hash(1));
        await jaga.Keep("copy", Hash(1));
        var bank = await jaga.Bank();
        await jaga.Do(async db =>
        {
            var scope = jaga.Services.CreateAsyncScope();
            var (own, audit) = (scope.ServiceProvider.GetRequiredService<SetAside>(), scope.ServiceProvider.GetRequiredService<Jaga.Audit.AuditLog>());
            var write = scope.ServiceProvider.GetRequiredService<Db>();
            await using var transaction = await write.Begin(default);
            var @case = Case.Open(new("item", "item"), "terrorism", Severity.Critical, jaga.Clock.Now);
            var decision = Decision.Of(BankScene.Operator, @case.Id, Verdict.Illegal, "law", "a banked bridge", jaga.Clock.Now, TimeSpan.Zero);
            @case.Decide(BankScene.Operator, 0, jaga.Clock.Now);
            write.AddRange(@case, decision);
            audit.Record(BankScene.Operator, "case.decided", @case.Subject);
            audit.Record(BankScene.Operator, "decision.made", decision.Subject);
            await own.Add("terrorism", [new(SignalType.Pdq, Hash(1).ToArray(), 90)], decision.Subject, BankScene.Operator, default);
            await transaction.Commit(default);
        });
        await jaga.LookBack();

        Assert.Equal(["copy"], (await jaga.OnTheDesk()).Select(m => m.Subject));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_person_pauses_resumes_and_cancels_it(Store store)
    {
        // By its interface: SteerLookback.
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Keep("item", Hash(1));
        await jaga.Signals(bank, Hash(1));
        await jaga.Begin();
        var id = (await jaga.Lookbacks()).Single().Id;
        using var lead = await jaga.As(Role.Lead);

        Assert.Equal("paused", await Ask(Steering.Pause, HttpStatusCode.OK));
        Assert.Equal(0, await jaga.Search());
        await Ask(Steering.Pause, HttpStatusCode.Conflict);
        jaga.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("running", await Ask(Steering.Resume, HttpStatusCode.OK));
        Assert.Equal(1, await jaga.Search());
        Assert.Equal("done", (string?)JsonNode.Parse(await lead.GetStringAsync($"/api/v1/lookbacks/{id}"))!["state"]);
        await Ask(Steering.Cancel, HttpStatusCode.Conflict);
        Assert.Single(await jaga.OnTheDesk());

        await jaga.Keep("other", Hash(2), seq: jaga.Services.GetRequiredService<Matcher>().Seq);
        await jaga.Signals(bank, Hash(2));
        await jaga.Begin();
        id = (await jaga.Lookbacks())[0].Id;
        Assert.Equal("cancelled", await Ask(Steering.Cancel, HttpStatusCode.OK));
        Assert.Equal(0, await jaga.Search());
        await jaga.LookBack();
        Assert.Equal(2, JsonNode.Parse(await lead.GetStringAsync("/api/v1/lookbacks"))!["rows"]!.AsArray().Count);
        Assert.Single(await jaga.OnTheDesk());

        async Task<string?> Ask(Steering steering, HttpStatusCode status)
        {
            using var answer = await lead.PostAsJsonAsync($"/api/v1/lookbacks/{id}/{Words.Of(steering)}", new { why = "a test" });
            Assert.Equal(status, answer.StatusCode);
            return status is HttpStatusCode.OK ? (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["state"] : null;
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Two_nodes_share_the_parts_and_bring_nothing_twice(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        for (var block = 0; block < 20; block++)
        {
            for (var i = 0; i < 3; i++)
            {
                // The same item in many blocks: its case is wanted by both at once.
                await jaga.Keep(i == 0 ? "everywhere" : $"i{block}-{i}", Hash((10 * block) + i));
            }

            await jaga.Block();
        }

        await jaga.Signals(bank, [.. Enumerable.Range(0, 20).SelectMany(b => Enumerable.Range(0, 3).Select(i => Hash((10 * b) + i)))]);
        await jaga.Begin();
        using var other = ActivatorUtilities.CreateInstance<LookbackRunner>(jaga.Services);
        var parts = await Task.WhenAll(jaga.Search(), other.RunDue(default));

        Assert.Equal(20, parts.Sum());
        var met = await jaga.OnTheDesk();
        Assert.Equal(60, met.Count);
        Assert.Equal(60, met.Select(m => m.Signal).Distinct().Count());
        Assert.Equal((LookbackState.Done, 60), (await jaga.Lookbacks()).Select(r => (r.State, r.Found)).Single());
        await jaga.Do(async db => Assert.Equal(41, await db.Cases.CountAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Fingerprints_that_are_too_old_are_dropped(Store store)
    {
        await using var jaga = await JagaHost.Start(store, null, ("Items:KeepFingerprints", "30.00:00:00"));
        await jaga.Keep("old", Hash(1));
        await jaga.Block();
        await jaga.Keep("old-in-tail", Hash(1));
        jaga.Clock.Advance(TimeSpan.FromDays(31));
        await jaga.Keep("new", Hash(1));
        await jaga.Ask<DropFingerprints, bool>(drop => drop.Run(default));
        await jaga.Signals(await jaga.Bank(), Hash(1));
        await jaga.LookBack();

        Assert.Equal(["new"], (await jaga.OnTheDesk()).Select(m => m.Subject));
        await jaga.Do(async db =>
        {
            Assert.Equal(["new"], await db.Items.Where(i => i.Pdq != null).Select(i => i.ExternalId).ToListAsync());
            Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "fingerprints.dropped"));
        });
    }

    [Theory, InlineData(0.5, 2, 1, 1.0), InlineData(1, 2, 2, 1.0), InlineData(0.1, 2, 1, 0.2), InlineData(0.75, 2, 2, 0.75), InlineData(0.01, 64, 1, 0.64)]
    public void Its_share_of_the_machine_is_threads_and_their_rests(double share, int processors, int lanes, double duty)
    {
        var shared = new LookbackSettings { Share = share }.Shared(processors);
        Assert.Equal(lanes, shared.Lanes);
        Assert.Equal(duty, shared.Duty, 6);
    }

    private static byte[] Md5(int number) => Convert.FromHexString(BankScene.Md5(number));

    private static MediaReading Read(PdqFingerprint? pdq, IReadOnlyList<PdqHash> eight, IEnumerable<VpdqFrame> frames) => new()
    {
        Outcome = MediaOutcome.Read, Reason = "", Format = "png", Size = 1, Digests = Digests.Of([]), Pdq = pdq, Dihedral = eight, Frames = new(frames),
    };
}
