using Jaga.Audit;
using Jaga.Cases;
using Jaga.People;

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
            order.Add((await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(i), default)))!.About.Id);
        }

        Assert.Equal(["ordered", "older-grave", "grave", "plain"], order);
        Assert.Null(await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(9), default)));
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

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(i), default)))));

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

        var first = await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(1), default));
        Assert.Equal(first!.Id, (await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(1), default)))!.Id);
        Assert.Null(await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(2), default)));
        await Assert.ThrowsAsync<RuleBroken>(() => Do<TakeCase>(jaga, t => t.Run(first.Id, Reviewer(2), default)));

        jaga.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(first.Id, (await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(2), default)))!.Id);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_released_case_is_free_at_once_and_nobody_is_asked_why(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Open(jaga, "one", "csam");
        var first = await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(1), default));

        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.PostAsync($"/api/v1/cases/{Id<Case>.New(jaga.Clock)}/release", null)).StatusCode);
        await Do<ReleaseCase>(jaga, r => r.Run(first!.Id, Reviewer(1), default));

        Assert.Equal(first!.Id, (await jaga.Ask<TakeNext, Case?>(t => t.Run(Reviewer(2), default)))!.Id);
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
