using Jaga.Banks;
using Jaga.Items.Fingerprints;
using Jaga.Items.Lookbacks;
using Jaga.Matching;
using Jaga.Tests.Banks;
using static Jaga.Tests.Items.LookbackScene;

namespace Jaga.Tests.Items;

/// <summary>Look-backs, and signals that match too much or were out of use.</summary>
public sealed class LookbackFloodTests
{
    private static readonly (string, string)[] Small = [("Flood:Matches", "5"), ("Flood:Accounts", "3")];

    [Fact]
    public async Task What_a_look_back_finds_makes_the_next_live_match_no_flood()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: Small);
        for (var i = 0; i < 10; i++)
        {
            await jaga.Keep($"old{i}", Hash(1));
        }

        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await jaga.Signals(await jaga.Bank(), Hash(1));
        await jaga.LookBack();
        using var platform = await jaga.Key(Permission.CheckItems);
        using var answer = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "new" }, hashes = new { pdq = Hash(1).ToString(), quality = 90 } });
        Assert.True(answer.IsSuccessStatusCode);
        await jaga.Do(async db => Assert.Equal((0, 11), (await db.SignalStandings.CountAsync(), await db.Cases.CountAsync())));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_signal_that_meets_too_much_of_what_is_old_is_put_aside_and_its_lead_gets_the_rest_when_it_is_released(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: [.. Small, ("Flood:Lookback", "3")]);
        for (var i = 0; i < 8; i++)
        {
            await jaga.Keep($"old{i}", Hash(1));
        }

        await jaga.Keep("other", Hash(2));
        var bank = await jaga.Bank();
        await jaga.Signals(bank, Hash(1), Hash(2));
        await jaga.LookBack();
        await jaga.Do(async db =>
        {
            Assert.Equal((4, 4, 5), (await db.Cases.CountAsync(), await db.Sightings.CountAsync(s => s.Outcome == SightingOutcome.Counted), await db.Sightings.CountAsync(s => s.Outcome == SightingOutcome.Quarantined)));
            Assert.True((await db.Notices.SingleAsync(n => n.About.Kind == "signal")).Urgent);
        });
        Assert.Equal(4, (await jaga.Lookbacks()).Single().Found);

        // Searched again, it brings nothing twice, neither to the desk nor to what is kept.
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        await jaga.Ask<StartLookback, ReadLookbacks.Row>(start => start.Run(new(bank.Id), BankScene.Operator, default));
        await jaga.Search();
        await jaga.Do(async db => Assert.Equal((4, 9), (await db.Cases.CountAsync(), await db.Sightings.CountAsync())));

        await Release(jaga);
        await jaga.Do(async db => Assert.Equal((9, 0), (await db.Cases.CountAsync(), await db.Sightings.CountAsync(s => s.Outcome == SightingOutcome.Quarantined))));
        Assert.All(await jaga.OnTheDesk(), m => Assert.Equal(RecordLookback.Source, m.By));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_look_back_meets_in_quarantine_is_kept_until_the_signal_is_released(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Signals(bank, Hash(1));
        await Stand(jaga, StandingState.Quarantined);
        await jaga.Keep("old", Hash(1));
        await jaga.LookBack();
        Assert.Empty(await jaga.OnTheDesk());
        await Release(jaga);
        Assert.Equal(["old"], (await jaga.OnTheDesk()).Select(m => m.Subject));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_checked_while_a_signal_was_out_of_use_is_searched_for_it_alone_when_it_counts_again(Store store)
    {
        // SearchSignal.
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank(wish: new() { DropsDeconfirmed = true });
        await jaga.Signals(bank, Hash(1), Hash(2));
        await jaga.LookBack();
        var signal = (await BankScene.Signals(jaga, bank)).Min(s => s.Id);
        await Give(Judgement.Deconfirm);
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        await jaga.Keep("meanwhile", Hash(1), seq: 1_000);
        await jaga.Keep("other", Hash(2), seq: 1_000);
        await Give(Judgement.Confirm);
        await jaga.RunWorker();
        await jaga.Search();

        Assert.Equal(["meanwhile"], (await jaga.OnTheDesk()).Select(m => m.Subject));
        Assert.Equal((LookbackState.Done, 1, "bridges"), (await jaga.Lookbacks())[0] is var row ? (row.State, row.Signals, row.Bank) : default);

        Task Give(Judgement judgement) => jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(bank.Id, signal, new(judgement, "seen"), BankScene.Operator, default));
    }

    [Fact]
    public async Task More_signals_than_fit_are_not_gathered_and_every_check_is_proposed()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Keep("old", Hash(1));
        await jaga.Signals(await jaga.Bank(), [.. Enumerable.Range(1, 10).Select(Hash)]);
        await jaga.Begin();
        foreach (var (mostBytes, everything) in new[] { (319L, true), (320L, true), (639L, true), (640L, false) })
        {
            var sought = await jaga.Ask<Db, SoughtSignals>(async db => await SoughtSignals.Read(db, await db.Lookbacks.AsNoTracking().SingleAsync(), default, mostBytes));
            Assert.Equal(everything, sought.Everything);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_met_is_dropped_with_the_fingerprints_unless_it_waits_in_quarantine(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: [("Items:KeepFingerprints", "10.00:00:00"), ("Flood:History", "30.00:00:00")]);
        await jaga.Signals(await jaga.Bank(), Hash(1), Hash(2));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        var (counts, waits) = (Find(1), Find(2));
        await Met("old", counts, []);
        await Met("waiting", [], waits);
        await Stand(jaga, StandingState.Quarantined, waits[0].Signal);
        jaga.Clock.Advance(TimeSpan.FromDays(20));
        await Met("usual", counts, []);
        jaga.Clock.Advance(TimeSpan.FromDays(20));
        await jaga.Ask<DropFingerprints, bool>(drop => drop.Run(default));
        await jaga.Do(async db => Assert.Equal(["usual", "waiting"], await db.Sightings.Select(s => s.Account).OrderBy(a => a).ToListAsync()));

        // Nobody waits any more.
        await Stand(jaga, StandingState.Disabled, waits[0].Signal);
        await jaga.Ask<DropFingerprints, bool>(drop => drop.Run(default));
        await jaga.Do(async db => Assert.Equal(["usual"], await db.Sightings.Select(s => s.Account).ToListAsync()));

        IReadOnlyList<Match> Find(int number) => matcher.Find(new() { Pdq = new(Hash(number), 90) });

        Task Met(string account, IReadOnlyList<Match> counting, IReadOnlyList<Match> quarantined) => jaga.Do(async db =>
        {
            await using var transaction = await db.Begin(default);
            db.AddRange(Sighting.Of(new(counting, [], quarantined, []), Guid.Empty, account, jaga.Clock.Now));
            await transaction.Commit(default);
        });
    }

    private static async Task Stand(JagaHost jaga, StandingState state, long? which = null)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var transaction = await db.Begin(default);
        var signal = await db.Signals.AsNoTracking().SingleAsync(s => which == null || s.Id == which);
        await scope.ServiceProvider.GetRequiredService<StandSignal>().Run(signal.Id, signal.Bank, state, "a test", null, BankScene.Operator, default);
        await transaction.Commit(default);
    }

    private static async Task Release(JagaHost jaga)
    {
        var row = Assert.Single(await jaga.Ask<ReadQuarantine, IReadOnlyList<ReadQuarantine.Row>>(read => read.Run(StandingState.Quarantined, default)));
        await jaga.Ask<DecideQuarantine, bool>(async decide =>
        {
            await decide.Run(row.Signal, release: true, new("it is right"), BankScene.Operator, default);
            return true;
        });
        await jaga.RunWorker();
    }
}
