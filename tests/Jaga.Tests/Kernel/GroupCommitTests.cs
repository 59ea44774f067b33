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
                await group.Commit((connection, transaction, ct) => Insert(connection, transaction, i % 10 == 9 ? "k0" : $"k{i}", ct), default);
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

    private static async Task Insert(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, string key, CancellationToken ct)
    {
        var answer = new IdempotentAnswer { Key = key, Request = "", Body = null, At = DateTimeOffset.UnixEpoch };
        await answer.Insert(connection, transaction, connection is Npgsql.NpgsqlConnection, ct);
    }
}
