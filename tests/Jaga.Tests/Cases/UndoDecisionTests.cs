using Jaga.Cases;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Orders;
using Verdict = Jaga.Cases.Verdict;

namespace Jaga.Tests.Cases;

/// <summary><see cref="UndoDecision"/> and <see cref="MergeCases"/>: what was decided a moment ago is as it was, whatever came meanwhile.</summary>
public sealed class UndoDecisionTests
{
    private static readonly Actor Me = new(ActorKind.Staff, "me", "Me");

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_taken_back_while_something_new_opened_a_case_goes_into_that_one(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var earlier = await Open(jaga, "csam");
        await Decide(jaga, earlier);
        jaga.Clock.Advance(TimeSpan.FromSeconds(10));
        var later = await Open(jaga, "copyright");
        Assert.NotEqual(earlier, later);

        Assert.Equal(later, await Undo(jaga, earlier));

        var gone = await jaga.Ask<ReadCase, CaseCard>(r => r.Run(earlier, default));
        Assert.Equal((CaseState.Merged, later), (gone.State, gone.MergedInto));
        var card = await jaga.Ask<ReadCase, CaseCard>(r => r.Run(later, default));
        Assert.Equal((CaseState.Open, "csam", 2, 2), (card.State, card.Category, card.Weight, card.Findings.Count));
        Assert.Contains("another case", (await Assert.ThrowsAsync<RuleBroken>(() => Decide(jaga, earlier))).Message);
        await jaga.Do(async db => Assert.Equal(2, await db.Obligations.CountAsync(o => o.About.Kind == "case" && o.State == ObligationState.Open)));

        // The merged case's own clock ends with the decision of the case it is in, runs on when that is taken back, and ends with the next.
        await Decide(jaga, later);
        await jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "case").ToListAsync(), o => Assert.Equal(ObligationState.Kept, o.State)));
        Assert.Equal(later, await Undo(jaga, later));
        await jaga.Do(async db => Assert.Equal(2, await db.Obligations.CountAsync(o => o.About.Kind == "case" && o.State == ObligationState.Open)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_the_decision_kept_is_owed_again_under_its_old_clock(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var id = await Open(jaga, "csam", held: true);
        var before = await jaga.Ask<ReadCase, CaseCard>(r => r.Run(id, default));
        await Decide(jaga, id);
        jaga.Clock.Advance(TimeSpan.FromSeconds(10));
        await Undo(jaga, id);

        Assert.Equal(before.DueAt, (await jaga.Ask<ReadCase, CaseCard>(r => r.Run(id, default))).DueAt);
        var owed = await jaga.Ask<Db, Obligation>(db => db.Obligations.SingleAsync(o => o.About.Kind == "case"));
        Assert.Equal((OpenCase.HeldClause, ObligationState.Open, before.DueAt, before.OpenedAt), (owed.Clause, owed.State, owed.DueAt, owed.OpenedAt));

        // The next thing held back finds the clock that runs; where a person ended it, it opens one.
        await Open(jaga, "csam", held: true);
        await jaga.Do(async db => Assert.Equal(1, await db.Obligations.CountAsync(o => o.Clause == OpenCase.HeldClause)));
        await InTransaction<Duties>(jaga, d => d.Cancel(owed.Id, "released by hand", Me, default));
        await Open(jaga, "csam", held: true);
        await jaga.Do(async db => Assert.Equal(1, await db.Obligations.CountAsync(o => o.Clause == OpenCase.HeldClause && o.State == ObligationState.Open)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_follows_its_location_into_the_case_that_is_open(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var (_, door) = await OrderScene.NewAgency(jaga, lead, OrderScene.Ministry("Kementerian Contoh"));
        using var _ = door;
        await OrderScene.Read(await door.PostAsJsonAsync("/api/v1/agency/orders", OrderScene.Form("csam", "item:x")));
        var earlier = await jaga.Ask<Db, Id<Case>>(db => db.Cases.Select(c => c.Id).SingleAsync());
        await Decide(jaga, earlier);
        var later = await Open(jaga, "csam");
        await Undo(jaga, earlier);

        var location = await jaga.Ask<Db, Jaga.Orders.OrderLocation>(db => db.OrderLocations.SingleAsync());
        Assert.Equal((later, Jaga.Orders.LocationState.Waiting), (location.CaseId, location.State));
        await jaga.Do(async db => Assert.NotNull((await db.Cases.SingleAsync(c => c.Id == later)).LegalDueAt));
        await Decide(jaga, later, Verdict.NoViolation);
        location = await jaga.Ask<Db, Jaga.Orders.OrderLocation>(db => db.OrderLocations.SingleAsync());
        Assert.Equal(Jaga.Orders.LocationState.Refused, location.State);
    }

    [Fact]
    public void A_duplicate_is_told_as_a_conflict_and_never_as_a_failure()
    {
        var told = Problems.Of(new DbUpdateException("unsaved", new Microsoft.Data.Sqlite.SqliteException("UNIQUE constraint failed", 19, 2067)));
        Assert.Equal((409, "urn:jaga:conflict"), (told.Status, told.Type));
    }

    private static Task<DecideCase.Answer> Decide(JagaHost jaga, Id<Case> id, Verdict verdict = Verdict.Violation) => jaga.Ask<DecideCase, DecideCase.Answer>(async d =>
        await d.Run(id, new(verdict, "rule 1", "seen", [], await jaga.Ask<Db, int>(db => db.Cases.Where(c => c.Id == id).Select(c => c.Version).SingleAsync())), Me, default));

    private static Task<Id<Case>> Undo(JagaHost jaga, Id<Case> id) => jaga.Ask<UndoDecision, Id<Case>>(u => u.Run(id, Me, default));

    private static async Task<Id<Case>> Open(JagaHost jaga, string label, bool held = false)
    {
        var id = default(Id<Case>);
        await InTransaction<OpenCase>(jaga, async o => id = (await o.Run(new("item", "x"), [new(new("test", "1"), "pdq", "bridges", Labels: label)], [], held, Actor.System("test"), default)).Id);
        return id;
    }

    private static async Task InTransaction<T>(JagaHost jaga, Func<T, Task> work)
        where T : notnull
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        await work(scope.ServiceProvider.GetRequiredService<T>());
        await transaction.Commit(default);
    }
}
