using Jaga.Audit;
using Jaga.Cases;
using Jaga.People;
using Verdict = Jaga.Cases.Verdict;

namespace Jaga.Tests.Cases;

/// <summary>The desk's queue: <see cref="TakeNext"/>, <see cref="TakeCase"/>, <see cref="ReleaseCase"/>, <see cref="ReadCases"/>.</summary>
public sealed class DispatcherTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_legal_clock_goes_first_then_severity_then_the_house_clock(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Open(jaga, "plain", "copyright");
        await Open(jaga, "older-grave", "csam");
        await Open(jaga, "grave", "csam");
        await Open(jaga, "ordered", "copyright", legalIn: TimeSpan.FromHours(1));

        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            order.Add((await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(i), default)))!.About.Id);
        }

        Assert.Equal(["ordered", "older-grave", "grave", "plain"], order);
        Assert.Null(await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(9), default)));
        var listed = await jaga.Ask<ReadCases, Page<CaseLine>>(r => r.Run(CaseState.Open, new(null, 2), default));
        Assert.Equal(["ordered", "older-grave"], listed.Rows.Select(c => c.About.Id));
        var rest = await jaga.Ask<ReadCases, Page<CaseLine>>(r => r.Run(CaseState.Open, new(listed.Next, 2), default));
        Assert.Equal(["grave", "plain"], rest.Rows.Select(c => c.About.Id));
        Assert.Null(rest.Next);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Twenty_reviewers_at_once_never_get_the_same_case(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        for (var i = 0; i < 15; i++)
        {
            await Open(jaga, $"item-{i}", "csam");
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(i), default)))));

        // On PostgreSQL a reviewer may find every row locked for a moment and be told to come again: never two with one case.
        var given = taken.Where(c => c is not null).Select(c => c!.Id).ToList();
        Assert.Equal(given.Count, given.Distinct().Count());
        Assert.NotEmpty(given);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Asking_again_gives_the_case_on_the_desk_and_a_lease_that_ran_out_gives_it_to_the_next(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Open(jaga, "one", "csam");

        var first = await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(1), default));
        Assert.Equal(first!.Id, (await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(1), default)))!.Id);
        Assert.Null(await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(2), default)));
        await Assert.ThrowsAsync<RuleBroken>(() => Do<TakeCase>(jaga, t => t.Run(first.Id, Reviewer(2), default)));

        jaga.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(first.Id, (await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(2), default)))!.Id);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Page_by_page_the_queue_shows_each_case_once_and_in_its_order(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var start = jaga.Clock.Now;
        for (var i = 0; i < 12; i++)
        {
            // Clocks that are equal to the microsecond, cases without one, and two severities.
            await Open(jaga, $"item-{i}", i % 3 == 0 ? "csam" : "copyright", i % 2 == 0 ? start + TimeSpan.FromHours(i % 4) - jaga.Clock.Now : null);
        }

        var (seen, after) = (new List<CaseLine>(), (string?)null);
        do
        {
            var page = await jaga.Ask<ReadCases, Page<CaseLine>>(r => r.Run(CaseState.Open, new(after, 2), default));
            seen.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(12, seen.DistinctBy(c => c.Id).Count());
        Assert.Equal(seen.OrderBy(c => c.LegalDueAt ?? DateTimeOffset.MaxValue).ThenByDescending(c => c.Severity).ThenBy(c => c.DueAt).ThenBy(c => c.OpenedAt).Select(c => c.About.Id), seen.Select(c => c.About.Id));
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<ReadCases, Page<CaseLine>>(r => r.Run(CaseState.Open, new("50", 2), default)));
    }

    [Fact]
    public async Task A_page_of_the_queue_is_read_from_the_index_and_nothing_is_sorted()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Do(async db =>
        {
            var place = new QueuePlace(jaga.Clock.Now, Severity.Normal, jaga.Clock.Now, Id<Case>.New(jaga.Clock));
            foreach (var range in QueuePlace.After(null, Opened(db)).Concat(QueuePlace.After(place, Opened(db))).Concat(QueuePlace.After(place with { LegalDueAt = null }, Opened(db))))
            {
                await using var explain = range.Take(51).CreateDbCommand();
                explain.CommandText = "EXPLAIN QUERY PLAN " + explain.CommandText;
                await db.Database.OpenConnectionAsync();
                await using var rows = await explain.ExecuteReaderAsync();
                var plan = new List<string>();
                while (await rows.ReadAsync())
                {
                    plan.Add(rows.GetString(3));
                }

                Assert.Contains("USING INDEX cases_queue", Assert.Single(plan), StringComparison.Ordinal);
            }
        });

        static IQueryable<Case> Opened(Db db) => db.Cases.AsNoTracking().Where(c => c.State == CaseState.Open);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_released_case_is_free_at_once_and_nobody_is_asked_why(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Open(jaga, "one", "csam");
        var first = await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(1), default));

        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.PostAsync($"/api/v1/cases/{Id<Case>.New(jaga.Clock)}/release", null)).StatusCode);
        await Do<ReleaseCase>(jaga, r => r.Run(first!.Id, Reviewer(1), default));

        Assert.Equal(first!.Id, (await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(2), default)))!.Id);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_somebody_could_not_view_is_taken_and_decided_by_a_lead_alone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Open(jaga, "one", "csam");
        var id = (await jaga.Ask<TakeNext, CaseCard?>(t => t.Run(Reviewer(1), default)))!.Id;
        await Decide(Reviewer(1), Verdict.CannotView);
        var lead = Reviewer(3) with { Permissions = new HashSet<Permission> { Permission.AssignCases } };

        Assert.Contains("lead", (await Assert.ThrowsAsync<RuleBroken>(() => Do<TakeCase>(jaga, t => t.Run(id, Reviewer(2), default)))).Message);
        await Assert.ThrowsAsync<RuleBroken>(() => Decide(Reviewer(2), Verdict.NoViolation));
        await Do<TakeCase>(jaga, t => t.Run(id, lead, default));
        await Decide(lead, Verdict.NoViolation);

        Task Decide(Actor actor, Verdict verdict) => Do<DecideCase>(jaga, async d => await d.Run(
            id, new(verdict, "", "", [], await jaga.Ask<Db, int>(db => db.Cases.Select(c => c.Version).SingleAsync())), actor, default));
    }

    private static Actor Reviewer(int number) => new(ActorKind.Staff, $"reviewer-{number}", $"Reviewer {number}");

    private static Task Do<T>(JagaHost jaga, Func<T, Task> work)
        where T : notnull => jaga.Ask<T, bool>(async part =>
    {
        await work(part);
        return true;
    });

    private static async Task Open(JagaHost jaga, string item, string label, TimeSpan? legalIn = null)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var transaction = await db.Begin(default);
        var @case = await scope.ServiceProvider.GetRequiredService<OpenCase>().Run(
            new("item", item), [new(new("test", "1"), "pdq", "bridges", Labels: label)], [], false, Actor.System("test"), default);
        if (legalIn is { } within)
        {
            @case.LegalDue(jaga.Clock.Now + within);
        }

        await transaction.Commit(default);
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
    }
}
