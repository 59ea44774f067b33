using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jaga.Kernel;

/// <summary>
/// One of the hot path's inserts, prepared on one SQLite connection. Values are bound by their place: the provider's own commands look each one's name up again for
/// every row, which costs more than the row. They are stored as the provider stores them.
/// </summary>
internal sealed class PreparedInsert : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[256];

    public PreparedInsert(SqliteConnection connection, RawInsert insert)
    {
        _connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_connection, insert.Sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Writes a row, in the transaction that is open on the connection.</summary>
    /// <exception cref="SqliteException">The store refuses it.</exception>
    public void Run(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(i + 1, values[i]));
        }

        _ = raw.sqlite3_step(_statement);
        Check(raw.sqlite3_reset(_statement)); // tells what came of the step
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(_statement, place),
        "" => raw.sqlite3_bind_text(_statement, place, ""),
        string text => Bind(place, text),
        int number => raw.sqlite3_bind_int64(_statement, place, number),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        bool yes => raw.sqlite3_bind_int64(_statement, place, yes ? 1 : 0),
        double number => raw.sqlite3_bind_double(_statement, place, number),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        Guid id => Bind(place, id.ToString().ToUpperInvariant()),
        _ => throw new NotSupportedException($"A row of the hot path cannot hold a {value.GetType().Name}."),
    };

    private int Bind(int place, string text)
    {
        if (_text.Length < text.Length * 3)
        {
            _text = new byte[text.Length * 3];
        }

        // A lone surrogate becomes the replacement character, as the provider has it.
        return raw.sqlite3_bind_text(_statement, place, _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection);
}
