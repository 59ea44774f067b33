using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Jaga.Evidence.Backups;

/// <summary>One moment of the database, beside a running server: the tables as they were then, and which vault files belong to it.</summary>
internal abstract class StoreSnapshot : IAsyncDisposable
{
    /// <summary>A table and those of its columns that are stored, in order.</summary>
    public sealed record Table(string Name, IReadOnlyList<string> Columns);

    /// <summary>A vault file that belongs to this moment: its name, and the length of its content.</summary>
    public sealed record VaultFile(Guid File, long Length);

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>About how many bytes it will write; for a bar.</summary>
    public abstract Task<long> Bytes(CancellationToken ct);

    public abstract Task Write(BackupEntries entries, Action<int> seen, CancellationToken ct);

    protected abstract DbConnection Connection { get; }

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes it.</summary>
    public static async Task<StoreSnapshot> Take(StorageSettings storage, CancellationToken ct) =>
        Storage.IsPostgres(storage.Effective) ? await OfPostgres.Begin(storage, ct) : await OfSqlite.Copy(storage, ct);

    /// <summary>The schema steps that it has.</summary>
    public async Task<IReadOnlyList<string>> Steps(CancellationToken ct)
    {
        var steps = new List<string>();
        await foreach (var row in Rows("SELECT name FROM schema_steps ORDER BY name", ct))
        {
            steps.Add(row.GetString(0));
        }

        return steps;
    }

    /// <summary>The lines of its audit log.</summary>
    public async Task<long> AuditLines(CancellationToken ct)
    {
        await foreach (var row in Rows("SELECT size FROM audit_head", ct))
        {
            return row.GetInt64(0);
        }

        return 0;
    }

    /// <summary>The vault files that it names, oldest first.</summary>
    public async Task<List<VaultFile>> VaultFiles(CancellationToken ct)
    {
        var files = new List<VaultFile>();
        await foreach (var row in Rows("SELECT file, length FROM vault_blobs ORDER BY file", ct))
        {
            files.Add(new(row.GetValue(0) is Guid file ? file : Guid.Parse(row.GetString(0)), row.GetInt64(1)));
        }

        return files;
    }

    protected virtual void Prepare(DbCommand command)
    {
    }

    private async IAsyncEnumerable<DbDataReader> Rows(string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        Prepare(command);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            yield return rows;
        }
    }

    /// <summary>SQLite's own online backup: one consistent copy beside the database, removed afterwards. Writers go on meanwhile.</summary>
    private sealed class OfSqlite(string copy, SqliteConnection connection) : StoreSnapshot
    {
        public const string Entry = "database/jaga.db";

        public override string Kind => "sqlite";

        protected override DbConnection Connection => connection;

        public static async Task<OfSqlite> Copy(StorageSettings storage, CancellationToken ct)
        {
            var copy = Path.Combine(storage.Data, $"backup-{Path.GetRandomFileName()}.db");
            await using (new FileStream(copy, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                // Made first, so that only its owner can read it.
            }

            try
            {
                await using var from = new SqliteConnection(new SqliteConnectionStringBuilder(storage.Effective) { Pooling = false }.ToString());
                var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
                await from.OpenAsync(ct);
                await to.OpenAsync(ct);
                await Task.Run(() => from.BackupDatabase(to), ct);
                return new(copy, to);
            }
            catch
            {
                File.Delete(copy);
                throw;
            }
        }

        public override Task<long> Bytes(CancellationToken ct) => Task.FromResult(new FileInfo(copy).Length);

        public override async Task Write(BackupEntries entries, Action<int> seen, CancellationToken ct)
        {
            await using var content = new FileStream(copy, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous);
            await entries.Add(Entry, content, seen, ct);
        }

        public override async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            File.Delete(copy);
            File.Delete(copy + "-journal");
            File.Delete(copy + "-wal");
            File.Delete(copy + "-shm");
        }
    }

    /// <summary>PostgreSQL's tables by binary COPY, all in one repeatable read.</summary>
    private sealed class OfPostgres(NpgsqlConnection connection, NpgsqlTransaction transaction) : StoreSnapshot
    {
        public override string Kind => "postgres";

        protected override DbConnection Connection => connection;

        public static async Task<OfPostgres> Begin(StorageSettings storage, CancellationToken ct)
        {
            var connection = new NpgsqlConnection(storage.Effective);
            await connection.OpenAsync(ct);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);

            // The first statement takes the snapshot; it is to be now.
            await using var first = new NpgsqlCommand("SELECT 1", connection, transaction);
            await first.ExecuteScalarAsync(ct);
            return new(connection, transaction);
        }

        public override async Task<long> Bytes(CancellationToken ct)
        {
            await foreach (var row in Rows("SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace", ct))
            {
                return row.GetInt64(0);
            }

            return 0;
        }

        public override async Task Write(BackupEntries entries, Action<int> seen, CancellationToken ct)
        {
            foreach (var table in await PostgresTables.Read(connection, ct))
            {
                await using var content = await connection.BeginRawBinaryCopyAsync($"COPY {table.Name} ({string.Join(", ", table.Columns)}) TO STDOUT (FORMAT BINARY)", ct);
                await entries.Add($"table/{table.Name}", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(table.Columns), ct);
                await entries.Add($"rows/{table.Name}", content, seen, ct);
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        protected override void Prepare(DbCommand command) => command.Transaction = transaction;
    }
}

/// <summary>What PostgreSQL says of its own tables. All names are quoted as SQL wants them.</summary>
internal static class PostgresTables
{
    private const string Columns = """
        SELECT quote_ident(c.table_name), quote_ident(c.column_name) FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER' ORDER BY c.table_name, c.ordinal_position
        """;

    public static async Task<IReadOnlyList<StoreSnapshot.Table>> Read(NpgsqlConnection connection, CancellationToken ct)
    {
        var tables = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(Columns, connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            tables.TryAdd(rows.GetString(0), []);
            tables[rows.GetString(0)].Add(rows.GetString(1));
        }

        return [.. tables.Select(t => new StoreSnapshot.Table(t.Key, t.Value))];
    }
}
