using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Matching;

namespace Jaga.Tests.Banks;

/// <summary><see cref="GiveOpinion"/> and <see cref="ReadOpinions"/>.</summary>
public sealed class OpinionTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_says_of_a_third_partys_signal_whether_it_is_right_and_taking_it_back_says_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (theirs, signal) = await Theirs(jaga);
        await Case(jaga, signal, 4, Verdict.Illegal);
        var waiting = Assert.Single(await Read(jaga, OpinionState.Waiting));
        Assert.Equal((Judgement.Confirm, signal, theirs.Id), (waiting.Judgement, waiting.Signal, waiting.BankId));

        // Not before the decision stands.
        Assert.Equal(0, await Due(jaga));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await Due(jaga));

        var undone = await Case(jaga, signal, 4, Verdict.NoViolation);
        var newest = Assert.Single(await Read(jaga, OpinionState.Waiting));
        Assert.Equal((Judgement.Deconfirm, OpinionState.Waiting), (newest.Judgement, newest.State));
        await jaga.Ask<UndoDecision, bool>(async undo =>
        {
            await undo.Run(undone, BankScene.Operator, default);
            return true;
        });
        Assert.Empty(await Read(jaga, OpinionState.Waiting));
        Assert.Equal(2, (await Read(jaga, OpinionState.Withdrawn)).Count);
    }

    [Theory, InlineData(11, Verdict.NoViolation), InlineData(2, Verdict.Violation), InlineData(2, Verdict.CannotView)]
    public async Task A_far_match_and_a_breach_of_house_rules_alone_say_nothing_of_the_signal(int distance, Verdict verdict)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (_, signal) = await Theirs(jaga);
        await Case(jaga, signal, distance, verdict);
        Assert.Empty(await Read(jaga, null));
    }

    [Theory, InlineData("pdq", null, 1), InlineData("sha256", null, 1), InlineData("pdq", 7, 0), InlineData("vpdq", null, 0), InlineData("text", null, 0), InlineData("url", null, 0)]
    public async Task Only_an_equal_digest_or_a_picture_as_a_whole_says_something_of_the_signal(string algorithm, int? frame, int opinions)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (_, signal) = await Theirs(jaga);
        await Case(jaga, signal, 0, Verdict.NoViolation, algorithm, frame);
        Assert.Equal(opinions, (await Read(jaga, null)).Count);
    }

    [Fact]
    public async Task What_was_told_stays_told_when_its_decision_is_taken_back()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (_, signal) = await Theirs(jaga);
        var decided = await Case(jaga, signal, 0, Verdict.Illegal);
        await jaga.Do(db => db.Opinions.ExecuteUpdateAsync(set => set.SetProperty(o => o.State, OpinionState.Sent)));
        await jaga.Ask<UndoDecision, Id<Case>>(undo => undo.Run(decided, BankScene.Operator, default));
        Assert.Single(await Read(jaga, OpinionState.Sent));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_put_out_of_use_stays_so_when_its_list_moves_it_until_it_counts_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (bank, first) = await Theirs(jaga);
        await Become(first, StandingState.Disabled);
        await Replace(first);
        Assert.Null(await Listed());
        await Replace(null, "B");
        var second = (await Listed())!.Value;
        Assert.Equal(StandingState.Disabled, await Standing(second));

        await Become(second, StandingState.Counts);
        await Replace(second, "C");
        Assert.Equal(StandingState.Counts, await Standing((await Listed())!.Value));

        Task Become(long signal, StandingState state) => Write(async services => await services.GetRequiredService<StandSignal>().Run(
            signal, await services.GetRequiredService<Db>().Banks.Select(b => b.Number).SingleAsync(), state, "seen", null, BankScene.Operator, default));

        Task Replace(long? gone, params string[] entries) => Write(async services =>
        {
            var db = services.GetRequiredService<Db>();
            await services.GetRequiredService<ReplaceSignals>().Run(
                await db.Banks.SingleAsync(b => b.Id == bank.Id), await db.Signals.Where(s => s.Id == gone).ToListAsync(),
                [.. entries.Select(e => new NewSignal(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(0)), 90, Entry: e))], "exchange", BankScene.Operator, default);
        });

        async Task Write(Func<IServiceProvider, Task> work)
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await work(scope.ServiceProvider);
            await transaction.Commit(default);
        }

        Task<long?> Listed() => jaga.Ask<Db, long?>(db => db.Signals.Where(s => s.RemovedAt == null).Select(s => (long?)s.Id).SingleOrDefaultAsync());

        Task<StandingState> Standing(long signal) => jaga.Ask<Db, StandingState>(db => db.SignalStandings.Where(s => s.Signal == signal).Select(s => s.State).SingleOrDefaultAsync());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_deconfirmed_signal_matches_no_more_where_its_bank_says_so_and_comes_back_when_it_is_confirmed(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        var (bank, signal) = await Theirs(jaga, new() { DropsDeconfirmed = true });
        using var lead = await jaga.As(Jaga.People.Role.Lead);
        await matcher.CatchUp(default);
        Assert.Single(Find(matcher));

        await Give("deconfirm");
        await matcher.CatchUp(default);
        Assert.Empty(Find(matcher));
        using var restarted = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await restarted.CatchUp(default);
        Assert.Empty(Find(restarted));

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Give("confirm");
        await matcher.CatchUp(default);
        Assert.Single(Find(matcher));
        var read = (await lead.GetFromJsonAsync<Page<ReadOpinions.Row>>($"/api/v1/opinions?bank={bank.Id}", Json.Options))!;
        Assert.Equal([(Judgement.Confirm, OpinionState.Waiting), (Judgement.Deconfirm, OpinionState.Withdrawn)], read.Rows.Select(r => (r.Judgement, r.State)));
        await jaga.Do(async db => Assert.Equal(["signal.deconfirmed", "signal.disabled", "opinion.withdrawn", "signal.confirmed", "signal.enabled"],
            await db.AuditLines.Where(l => l.Subject.Kind == "signal" || l.Subject.Kind == "opinion").OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));

        async Task Give(string judgement)
        {
            using var answer = await lead.PostAsJsonAsync($"/api/v1/banks/{bank.Id}/signals/{signal}/opinion", new { judgement, why = "looked at it" });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Opinions_given_at_one_time_are_all_on_some_page(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var own = await jaga.Bank("ours");
        await jaga.Import(own, BankScene.Csv(5));
        foreach (var signal in await jaga.Signals(own))
        {
            await jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(own.Id, signal.Id, new(Judgement.Confirm, "seen"), BankScene.Operator, default));
        }

        var (seen, after) = (new List<long>(), (string?)null);
        do
        {
            var page = await jaga.Ask<ReadOpinions, Page<ReadOpinions.Row>>(read => read.Run(null, null, new(after, 2), default));
            seen.AddRange(page.Rows.Select(r => r.Signal));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal((await jaga.Signals(own)).Select(s => s.Id).Order(), seen.Order());
    }

    [Fact]
    public async Task What_was_told_is_told_once_and_an_own_signal_to_nobody()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var own = await jaga.Bank("ours");
        await jaga.Import(own, BankScene.Csv(1));
        var signal = Assert.Single(await jaga.Signals(own)).Id;
        var given = await jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(own.Id, signal, new(Judgement.Confirm, "seen"), BankScene.Operator, default));
        Assert.Equal(OpinionState.Kept, given.State);
        await jaga.Do(async db =>
        {
            var opinion = await db.Opinions.SingleAsync();
            Assert.Throws<RuleBroken>(() => opinion.Sent(null, jaga.Clock.Now));
        });
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(own.Id, signal, new(Judgement.Confirm, " "), BankScene.Operator, default)));
    }

    private static async Task<(BankAnswer Bank, long Signal)> Theirs(JagaHost jaga, BankWish? wish = null)
    {
        var bank = await jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new((wish ?? new()) with { Name = "theirs" }, BankOrigin.ThirdParty), BankScene.Operator, default));
        await jaga.Import(bank, BankScene.Csv(1));
        return (bank, Assert.Single(await jaga.Signals(bank)).Id);
    }

    private static async Task<Id<Case>> Case(JagaHost jaga, long signal, int distance, Verdict verdict, string algorithm = "pdq", int? frame = null)
    {
        var id = await jaga.Ask<OpenCase, Id<Case>>(async open =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            var @case = await scope.ServiceProvider.GetRequiredService<OpenCase>().Run(
                new("item", Guid.NewGuid().ToString()), [new(new("checked", "1"), algorithm, "theirs", $"{signal}", distance, Labels: "gambling", Frame: frame)], [], false, Actor.System("test"), default);
            await transaction.Commit(default);
            return @case.Id;
        });
        await jaga.Ask<DecideCase, DecideCase.Answer>(d => d.Run(id, new(verdict, verdict is Verdict.NoViolation ? "" : "rule 1", "seen", [], 0), BankScene.Operator, default));
        return id;
    }

    private static Task<IReadOnlyList<ReadOpinions.Row>> Read(JagaHost jaga, OpinionState? state) =>
        jaga.Ask<ReadOpinions, IReadOnlyList<ReadOpinions.Row>>(async read => (await read.Run(state, null, new(null, null), default)).Rows);

    private static Task<int> Due(JagaHost jaga) => jaga.Ask<ReadOpinions, int>(async read => (await read.Waiting(1, 10, default)).Count);

    private static IReadOnlyList<Match> Find(Matcher matcher) => matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(0)), 100) });
}
