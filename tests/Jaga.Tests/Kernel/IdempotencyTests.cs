using Jaga.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Jaga.Tests.Kernel;

public sealed class IdempotencyTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_same_key_gets_the_same_answer_and_the_act_happens_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Act(jaga, new("key-of-caller", "request"), "done")));

        Assert.Single(answers, a => a is not null);
        await jaga.Do(async db =>
        {
            Assert.Equal("\"done\"", (await db.IdempotentAnswers.SingleAsync()).Body);
            Assert.Single(await db.AuditLines.Where(l => l.Action == "test.done").ToListAsync());
        });
    }

    [Fact]
    public async Task Answers_are_forgotten_after_seven_days_and_not_before()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await Act(jaga, new("old", "r"), "a");
        jaga.Clock.Advance(ForgetAnswers.Kept - TimeSpan.FromMinutes(1));
        await jaga.Ask<ForgetAnswers, bool>(f => f.Run(default));
        await jaga.Do(async db => Assert.Equal(1, await db.IdempotentAnswers.CountAsync()));

        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await jaga.Ask<ForgetAnswers, bool>(f => f.Run(default));
        await jaga.Do(async db => Assert.Equal(0, await db.IdempotentAnswers.CountAsync()));
    }

    // What every use case does, with a key: null when the database refused the second of two.
    private static async Task<string?> Act(JagaHost jaga, IdempotentWrite write, string answer)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        db.Write = write;
        try
        {
            await using var transaction = await db.Begin(default);
            scope.ServiceProvider.GetRequiredService<AuditLog>().Record(Actor.System("test"), "test.done", new("test", "1"));
            return await transaction.Commit(answer, default);
        }
        catch (Exception failure) when (failure.IsDuplicate())
        {
            return null;
        }
    }
}
