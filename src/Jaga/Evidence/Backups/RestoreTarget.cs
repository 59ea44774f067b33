using Microsoft.Data.Sqlite;
using Npgsql;

namespace Jaga.Evidence.Backups;

/// <summary>A store that is being filled from a backup; nobody sees anything of it before <see cref="Finish"/>.</summary>
internal abstract class RestoreTarget : IAsyncDisposable
{
    /// <summary>Whether something is in it.</summary>
    public abstract Task<bool> IsUsed(CancellationToken ct);

    /// <summary>Empties it, and gives it these schema steps.</summary>
    public abstract Task Begin(IReadOnlyList<string> steps, CancellationToken ct);

    /// <summary>Takes one entry of the database.</summary>
    public abstract Task Fill(string entry, string[] columns, Stream content, CancellationToken ct);

    public abstract Task Finish(CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}

/// <summary>The SQLite file: written beside its place, checked, then given its name.</summary>
internal sealed class SqliteTarget(StorageSettings storage) : RestoreTarget
{
    private readonly string _place = new SqliteConnectionStringBuilder(storage.Effective).DataSource;

    private string Fresh => _place + ".restoring";

    public override Task<bool> IsUsed(CancellationToken ct) => Task.FromResult(File.Exists(_place));

    public override Task Begin(IReadOnlyList<string> steps, CancellationToken ct)
    {
        File.Delete(Fresh);
        return Task.CompletedTask;
    }

    public override async Task Fill(string entry, string[] columns, Stream content, CancellationToken ct)
    {
        await using var file = new FileStream(Fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await content.CopyToAsync(file, ct);
        file.Flush(flushToDisk: true);
    }

    public override async Task Finish(CancellationToken ct)
    {
        await using (var fresh = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Fresh, Pooling = false }.ToString()))
        {
            await fresh.OpenAsync(ct);
            await using var check = fresh.CreateCommand();
            check.CommandText = "PRAGMA quick_check";
            if (await check.ExecuteScalarAsync(ct) is not "ok")
            {
                throw new BackupUnreadable("The database in the backup is not whole (PRAGMA quick_check).");
            }
        }

        SqliteConnection.ClearAllPools();
        File.Delete(_place + "-wal");
        File.Delete(_place + "-shm");
        Durable.Name(Fresh, _place);
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(Fresh);
        File.Delete(Fresh + "-wal");
        File.Delete(Fresh + "-shm");
        return ValueTask.CompletedTask;
    }
}

/// <summary>PostgreSQL: everything in one transaction, the foreign keys and triggers set aside while the rows come in, and put back before it ends.</summary>
internal sealed class PostgresTarget(NpgsqlConnection connection, NpgsqlTransaction transaction) : RestoreTarget
{
    private const string ForeignKeys = "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
    private const string Sequences = """
        SELECT quote_ident(table_name), quote_ident(column_name), pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns
        WHERE table_schema = 'public' AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
        """;

    private readonly List<(string Table, string Name, string Definition)> _keys = [];
    private IReadOnlyList<StoreSnapshot.Table> _tables = [];

    public static async Task<PostgresTarget> Open(StorageSettings storage, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(storage.Effective);
        await connection.OpenAsync(ct);
        return new(connection, await connection.BeginTransactionAsync(ct));
    }

    public override async Task<bool> IsUsed(CancellationToken ct) => (await PostgresTables.Read(connection, ct)).Count > 0;

    public override async Task Begin(IReadOnlyList<string> steps, CancellationToken ct)
    {
        await Do("DROP SCHEMA public CASCADE; CREATE SCHEMA public", ct);
        await Do("CREATE TABLE IF NOT EXISTS schema_steps (name text PRIMARY KEY)", ct);
        foreach (var step in steps)
        {
            await Do(Storage.Text(step), ct);
        }

        // A step may have put rows there whose checks wait for the end of the transaction: no table is altered before they are made.
        await Do("SET CONSTRAINTS ALL IMMEDIATE", ct);
        _tables = await PostgresTables.Read(connection, ct);
        foreach (var row in await Rows(ForeignKeys, ct))
        {
            _keys.Add((row[0], row[1], row[2]));
            await Do($"ALTER TABLE {row[0]} DROP CONSTRAINT {row[1]}", ct);
        }

        foreach (var table in _tables)
        {
            await Do($"ALTER TABLE {table.Name} DISABLE TRIGGER USER", ct);
        }

        foreach (var table in _tables)
        {
            // The backup's rows take the place of the steps' own.
            await Do($"DELETE FROM {table.Name}", ct);
        }
    }

    public override async Task Fill(string entry, string[] columns, Stream content, CancellationToken ct)
    {
        var table = _tables.FirstOrDefault(t => $"rows/{t.Name}" == entry);
        if (table is null || !table.Columns.ToHashSet().SetEquals(columns))
        {
            throw new BackupUnreadable($"The backup holds '{entry}', which its schema does not know, or other columns of it.");
        }

        await using var rows = await connection.BeginRawBinaryCopyAsync($"COPY {table.Name} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", ct);
        await content.CopyToAsync(rows, ct);
    }

    public override async Task Finish(CancellationToken ct)
    {
        foreach (var table in _tables)
        {
            await Do($"ALTER TABLE {table.Name} ENABLE TRIGGER USER", ct);
        }

        foreach (var (table, name, definition) in _keys)
        {
            await Do($"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}", ct);
        }

        foreach (var row in await Rows(Sequences, ct))
        {
            await Do($"SELECT setval('{row[2].Replace("'", "''", StringComparison.Ordinal)}', greatest(coalesce((SELECT max({row[1]}) FROM {row[0]}), 0), 1))", ct);
        }

        await transaction.CommitAsync(ct);
    }

    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

#pragma warning disable CA2100 // Steps of our own schema, and names that PostgreSQL itself quoted.
    private async Task Do(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<List<string[]>> Rows(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var all = new List<string[]>();
        while (await rows.ReadAsync(ct))
        {
            all.Add([.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetString)]);
        }

        return all;
    }
#pragma warning restore CA2100
}
