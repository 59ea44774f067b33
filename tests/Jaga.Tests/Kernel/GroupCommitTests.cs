namespace Jaga.Tests.Kernel;

public sealed class GroupCommitTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_write_that_was_answered_is_there_and_a_bad_one_fails_alone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var group = jaga.Services.GetRequiredService<GroupCommit>();

        var writes = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            try
            {
                // Every tenth repeats a key, which the table refuses.
                await group.Commit((rows, _) => Insert(rows, i % 10 == 9 ? "k0" : $"k{i}"), default);
                return true;
            }
            catch (Exception failure) when (failure.IsDuplicate())
            {
                return false;
            }
        }));

        Assert.Equal(270, writes.Count(w => w));
        await jaga.Do(async db => Assert.Equal(270, await db.IdempotentAnswers.CountAsync()));
    }

    private static ValueTask Insert(RawRows rows, string key)
    {
        new IdempotentAnswer { Key = key, Request = "", Body = null, At = DateTimeOffset.UnixEpoch }.Insert(rows);
        return ValueTask.CompletedTask;
    }
}
