using System.Diagnostics;
using Jaga.Server.Operate;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jaga.Tests.Kernel;

public sealed class CarryOverTests
{
    [Fact]
    public async Task What_is_written_while_the_log_is_carried_over_is_all_in_the_database_in_the_end()
    {
        const int writes = 600;
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (storage, group) = (jaga.Services.GetRequiredService<StorageSettings>(), jaga.Services.GetRequiredService<GroupCommit>());
        using var carry = new CarryOver(storage, jaga.Services.GetRequiredService<WriteGate>(), NullLogger<CarryOver>.Instance);
        using var store = new SqliteConnection(storage.Effective);

        var writing = Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < writes / 20; i++)
            {
                await group.Commit((rows, _) => Insert(rows, $"{writer}-{i}"), default);
            }
        })));
        var carried = await Task.Run(() =>
        {
            for (var times = 0; ; times += carry.Carry(store, 1, default) ? 1 : 0)
            {
                if (times > 0 && writing.IsCompleted)
                {
                    return times;
                }
            }
        });
        await writing;

        Assert.InRange(carried, 1, int.MaxValue);
        Assert.False(carry.Carry(store, int.MaxValue, default));
        // Whoever reads at the moment keeps what came after; then the next time takes it.
        await Poll.Until(async () =>
        {
            carry.Carry(store, 1, default);
            return await Alone(storage) == (writes, "ok");
        }, "all of it stands in the database");
    }

    // Copied by another process: whoever closes the file gives up this one's locks on it.
    private static async Task<(long Rows, string Check)> Alone(StorageSettings storage)
    {
        var copy = Path.Combine(storage.Data, "alone.db");
        using var copying = Process.Start("cp", [Path.Combine(storage.Data, "jaga.db"), copy]);
        await copying.WaitForExitAsync();
        using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM idempotent_answers), (SELECT * FROM pragma_integrity_check)";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetString(1));
    }

    private static ValueTask Insert(RawRows rows, string key)
    {
        new IdempotentAnswer { Key = key, Request = "", Body = null, At = DateTimeOffset.UnixEpoch }.Insert(rows);
        return ValueTask.CompletedTask;
    }
}
