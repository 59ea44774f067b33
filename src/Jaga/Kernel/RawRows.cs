using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Jaga.Kernel;

/// <summary>The statement that writes rows of one table on hot paths, known once.</summary>
public sealed class RawInsert(string table, params string[] columns)
{
    private readonly string _into = $"""INSERT INTO {table} ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) VALUES """;

    internal string Sql => field ??= For(1);

    internal string[] Names { get; } = [.. columns.Select((_, i) => $"@p{i}")];

    /// <summary>The statement for several rows at once.</summary>
    internal string For(int rows) => _into + string.Join(", ", Enumerable.Range(0, rows).Select(r => $"({string.Join(", ", columns.Select((_, c) => $"@p{(r * columns.Length) + c}"))})"));
}

/// <summary>What several writes of one commit put together, to be written as few rows before the commit.</summary>
internal interface IGathered
{
    void WriteTo(RawRows rows);
}

/// <summary>
/// Rows that one commit of the hot path writes. On SQLite each statement is prepared once for the connection, and a row only binds its values;
/// on PostgreSQL the rows wait here and travel together.
/// </summary>
public sealed class RawRows(DbConnection connection) : IAsyncDisposable
{
    private readonly Dictionary<RawInsert, PreparedInsert> _prepared = [];
    private readonly Dictionary<Type, IGathered> _gathered = [];
    private readonly NpgsqlBatch? _batch = connection is NpgsqlConnection postgres ? new(postgres) : null;

    /// <summary>The connection, for what is not an insert.</summary>
    public DbConnection Connection => connection;

    /// <summary>The transaction in hand.</summary>
    public DbTransaction? Transaction { get; private set; }

    /// <summary>Writes a row.</summary>
    /// <param name="values">In the order of the statement's columns; null for NULL.</param>
    public void Add(RawInsert insert, params ReadOnlySpan<object?> values)
    {
        if (_batch is not null)
        {
            var row = new NpgsqlBatchCommand(insert.Sql);
            for (var i = 0; i < values.Length; i++)
            {
                row.Parameters.Add(new(insert.Names[i], values[i] ?? DBNull.Value));
            }

            _batch.BatchCommands.Add(row);
            return;
        }

        if (!_prepared.TryGetValue(insert, out var prepared))
        {
            prepared = _prepared[insert] = new((SqliteConnection)connection, insert);
        }

        prepared.Run(values);
    }

    /// <summary>A time as this store takes it.</summary>
    public object Time(DateTimeOffset time) => Storage.Time(_batch is not null, time);

    /// <summary>What the writes of this commit put together as <typeparamref name="T"/>.</summary>
    internal T Gathered<T>()
        where T : IGathered, new()
    {
        if (!_gathered.TryGetValue(typeof(T), out var gathered))
        {
            gathered = _gathered[typeof(T)] = new T();
        }

        return (T)gathered;
    }

    internal async Task Begin(CancellationToken ct) => Transaction = await connection.BeginTransactionAsync(ct);

    internal async Task Commit(CancellationToken ct)
    {
        foreach (var gathered in _gathered.Values)
        {
            gathered.WriteTo(this);
        }

        _gathered.Clear();
        if (_batch is { BatchCommands.Count: > 0 })
        {
            await _batch.ExecuteNonQueryAsync(ct);
            _batch.BatchCommands.Clear();
        }

        await Transaction!.CommitAsync(ct);
        await Transaction.DisposeAsync();
        Transaction = null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        await (_batch?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Transaction?.DisposeAsync() ?? ValueTask.CompletedTask);
        await connection.DisposeAsync();
    }
}
