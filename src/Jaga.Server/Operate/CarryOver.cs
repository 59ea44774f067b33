using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Jaga.Kernel;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Server.Operate;

/// <summary>
/// Carries SQLite's write-ahead log over into its database file, in the background and beside the writers: left to SQLite, whichever commit fills the log
/// does it before it answers. Nothing on PostgreSQL, which does the same by itself.
/// </summary>
internal sealed partial class CarryOver(StorageSettings storage, WriteGate gate, ILogger<CarryOver> logger) : BackgroundService
{
    // 128 MB, which are still read quickly after a crash. What is written often is carried over once: the longer the log, the less there is to carry.
    private const int EnoughPages = 32_768, EnoughTurns = 100;

    // How much the disk takes without a rest; of how much the end may be waited for; and after how many rounds it comes anyway.
    private const int PieceBytes = 4 << 20, FewPages = 512, MostRounds = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // Never closed: whoever closes a file gives up all locks that his process has on it (POSIX), SQLite's too.
    private static readonly ConcurrentDictionary<string, SafeFileHandle> Files = new();

    // The disk is waited for on a thread of its own, not on one of the few that answer requests.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Storage.IsPostgres(storage.Effective)
        ? Task.CompletedTask
        : Task.Factory.StartNew(() => Work(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(CancellationToken ct)
    {
        // Open as long as this works: with the last connection the log's index would go, and another come.
        using var store = new SqliteConnection(storage.Effective);
        for (var seen = 0L; !ct.WaitHandle.WaitOne(Look);)
        {
            if (gate.Turns - seen < EnoughTurns)
            {
                continue;
            }

            seen = gate.Turns;
            try
            {
                Carry(store, EnoughPages, ct);
            }
            catch (Exception failure) when (failure is SqliteException or IOException or OperationCanceledException)
            {
                logger.LogDebug(failure, "The log could not be carried over now");
            }
        }
    }

    /// <summary>Carries over what is in the log, if it is <paramref name="enough"/> pages or more; the next writer then begins it anew instead of making it longer.</summary>
    /// <returns>Whether it was.</returns>
    internal bool Carry(SqliteConnection store, int enough, CancellationToken ct)
    {
        if (store.State is System.Data.ConnectionState.Closed)
        {
            store.Open();
            Ask(store, "PRAGMA schema_version", 0);
        }

        if (Waiting(store.DataSource) < enough)
        {
            return false;
        }

        // What was written meanwhile is less, and what is written during that is little: it alone is waited for, since the log becomes empty only without writers
        // beside it. SQLite syncs the database when all is carried over, which would be while they wait.
        var database = Open(store.DataSource);
        for (var (round, before, pages) = (1, -FewPages - 1L, 0L); round <= MostRounds && pages - before > FewPages; round++)
        {
            (before, pages) = (pages, Once(store));
            Write(database, ct);
        }

        using var turn = gate.Enter(ct).AsTask().GetAwaiter().GetResult();
        Once(store);
        return true;
    }

    private static SafeFileHandle Open(string path) => Files.GetOrAdd(path, p => File.OpenHandle(p, share: FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Pages that wait in the log, from its index: mxFrame less nBackfill (sqlite.org, WAL-mode File Format, 2.1).</summary>
    private static long Waiting(string database)
    {
        Span<byte> head = stackalloc byte[100];
        return RandomAccess.Read(Open(database + "-shm"), head, 0) < head.Length ? 0 : (long)BitConverter.ToUInt32(head[16..]) - BitConverter.ToUInt32(head[96..]);
    }

    /// <summary>Carries over what no reader needs any more; answers the log's length in pages.</summary>
    private static long Once(SqliteConnection store) => Ask(store, "PRAGMA wal_checkpoint(PASSIVE)", 1);

    private static long Ask(SqliteConnection store, string pragma, int column)
    {
        using var command = store.CreateCommand();
#pragma warning disable CA2100 // The two texts are this file's.
        command.CommandText = pragma;
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(column) : 0;
    }

    /// <summary>Has the database written to the disk piece by piece with rests between, so that a commit that comes meanwhile waits for a piece and not for all of it.</summary>
    private static void Write(SafeFileHandle database, CancellationToken ct)
    {
        for (var at = 0L; at < RandomAccess.GetLength(database); at += PieceBytes)
        {
            var began = Stopwatch.GetTimestamp();
            _ = Write(database, at, PieceBytes, WriteAndWait);
            ct.WaitHandle.WaitOne(2 * Stopwatch.GetElapsedTime(began));
            ct.ThrowIfCancellationRequested();
        }

        RandomAccess.FlushToDisk(database);
    }

    private const uint WriteAndWait = 1 | 2 | 4;

    // sync_file_range(2); where a file system has it not, the flush that follows does all.
    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int Write(SafeFileHandle file, long offset, long bytes, uint flags);
}
