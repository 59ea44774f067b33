using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Kernel;

/// <summary>
/// Carries SQLite's write-ahead log over into its database file, in the background and mostly beside the writers: left to SQLite, whichever commit fills the log
/// does it before it answers. Nothing on PostgreSQL, which does the same by itself.
/// </summary>
public sealed class CarryOver(StorageSettings storage, WriteGate gate, ILogger<CarryOver> logger) : BackgroundService
{
    /// <summary>Pages of the log (256 MB) at which a commit does it after all, should this not keep up.</summary>
    internal const int MostPages = 65_536;

    // A log that is begun anew seldom makes writers wait seldom; at 48 MB it is still read quickly.
    private const int BeginAnewPages = 12_288;
    private const int EnoughTurns = 100, LooksUntilAnyway = 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Never closed: whoever closes a file gives up all locks that his process has on it (POSIX), SQLite's too.
    private static readonly ConcurrentDictionary<string, SafeFileHandle> Databases = new();

    // The disk is waited for on a thread of its own, not on one of the few that answer requests.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Storage.IsPostgres(storage.Effective)
        ? Task.CompletedTask
        : Task.Factory.StartNew(() => Work(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(CancellationToken ct)
    {
        var (seen, looks) = (0L, 0);
        while (!ct.WaitHandle.WaitOne(Look))
        {
            var turns = gate.Turns;
            if (turns == seen || (turns - seen < EnoughTurns && ++looks < LooksUntilAnyway))
            {
                continue;
            }

            (seen, looks) = (turns, 0);
            try
            {
                Carry(ct);
            }
            catch (Exception failure) when (failure is SqliteException or IOException or OperationCanceledException)
            {
                logger.LogDebug(failure, "The log could not be carried over now");
            }
        }
    }

    private void Carry(CancellationToken ct)
    {
        using var connection = new SqliteConnection(storage.Effective);
        connection.Open();
        if (Once(connection) < BeginAnewPages)
        {
            return;
        }

        // What was written meanwhile is less, and what is written during that is little: it alone is waited for. Without writers beside it the log becomes empty,
        // and the next writer begins it anew instead of making it longer. SQLite syncs the database only when all is carried over, which would be while they wait.
        var database = Databases.GetOrAdd(connection.DataSource, path => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete));
        RandomAccess.FlushToDisk(database);
        Once(connection);
        RandomAccess.FlushToDisk(database);
        using var turn = gate.Enter(ct).AsTask().GetAwaiter().GetResult();
        Once(connection);
    }

    /// <summary>Carries over what no reader needs any more; answers the log's length in pages.</summary>
    private static long Once(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(1) : 0;
    }
}
