using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jaga.Kernel;

/// <summary>Statements over many rows at once, on the transaction that is open on a <see cref="Db"/>: what comes by the hundred must not cost a statement each.</summary>
public static class ManyRows
{
    // SQLite looks each value's name up among all of its statement's, so that a long statement costs the square of its length.
    private const int MaxValues = 500;

    /// <summary>Inserts rows that no code of this process keeps track of.</summary>
    /// <param name="rows">Values in the order of the statement's columns, as the store takes them; null for NULL.</param>
    internal static async Task Insert(this Db db, RawInsert into, IEnumerable<object?[]> rows, CancellationToken ct)
    {
        foreach (var some in rows.Chunk(MaxValues / into.Names.Length))
        {
            await using var insert = db.Raw(into.For(some.Length), some.SelectMany(row => row));
            await insert.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>A command in the open transaction, its values named <c>@p0</c>, <c>@p1</c> and so on.</summary>
    internal static DbCommand Raw(this Db db, string sql, IEnumerable<object?> values)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The house's own statements; what comes from outside is a value.
        (command.CommandText, command.Transaction) = (sql, db.Database.CurrentTransaction!.GetDbTransaction());
#pragma warning restore CA2100
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{command.Parameters.Count}", value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
