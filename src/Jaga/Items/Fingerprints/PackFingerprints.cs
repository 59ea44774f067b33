using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jaga.Items.Fingerprints;

/// <summary>
/// Packs the tail into blocks: what is read a thousand at a time costs a fraction of as many rows. A check is either in the tail or in one block,
/// at every moment; blocks have the numbers of the order in which they were committed.
/// </summary>
public sealed class PackFingerprints(Db db) : IRecurring
{
    /// <summary>Checks in a block.</summary>
    public const int MostItems = 4096;

    /// <summary>Bytes in a block, unless one check alone has more: 4,096 pictures have about as many.</summary>
    private const int MostBytes = 1024 * 1024;

    /// <summary>Packs one full block, if the tail has enough for it.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> Run(CancellationToken ct)
    {
        using var turn = await db.WriteAlone(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var seq = await Marks.Seq(db, ct);
        if (await Next(seq, ct) is not { Full: true } next)
        {
            return false;
        }

        await Pack(seq, next, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Packs all that may be packed, in the caller's transaction, which holds the marks.</summary>
    internal async Task All(long seq, CancellationToken ct)
    {
        while (await Next(seq, ct) is { } next)
        {
            await Pack(seq, next, ct);
        }
    }

    // What a look-back still owes a check that knew less than it searched for stays in the tail until that is paid.
    private async Task<(long Last, bool Full)?> Next(long seq, CancellationToken ct)
    {
        await using var select = Command("SELECT number, length(heads) + length(hashes) FROM fingerprint_tail WHERE seq >= @seq ORDER BY number LIMIT @most", ("@seq", seq), ("@most", MostItems));
        await using var rows = await select.ExecuteReaderAsync(ct);
        var (last, items, bytes) = (0L, 0, 0L);
        while (bytes < MostBytes && await rows.ReadAsync(ct))
        {
            (last, items, bytes) = (rows.GetInt64(0), items + 1, bytes + rows.GetInt64(1));
        }

        return items == 0 ? null : (last, items == MostItems || bytes >= MostBytes);
    }

    private async Task Pack(long seq, (long Last, bool Full) next, CancellationToken ct)
    {
        using var heads = new MemoryStream(MostItems * KeptHead.Bytes);
        using var hashes = new MemoryStream(MostBytes);
        var (least, last) = (long.MaxValue, (object?)null);
        await using (var take = Command("DELETE FROM fingerprint_tail WHERE number <= @last AND seq >= @seq RETURNING seq, at, heads, hashes", ("@last", next.Last), ("@seq", seq)))
        {
            await using var rows = await take.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                least = Math.Min(least, rows.GetInt64(0));
                last = Later(last, rows.GetValue(1));
                heads.Write(rows.GetFieldValue<byte[]>(2));
                hashes.Write(rows.GetFieldValue<byte[]>(3));
            }
        }

        if (last is not null)
        {
            await Insert(db, least, last, heads.ToArray(), hashes.ToArray(), ct);
        }
    }

    /// <summary>Writes one block in the transaction that is open on <paramref name="db"/>, and answers its number.</summary>
    /// <param name="seq">The least of its checks'.</param>
    /// <param name="lastAt">The last of its checks', as the store's own SQL takes it.</param>
    internal static async Task<long> Insert(Db db, long seq, object lastAt, byte[] heads, byte[] hashes, CancellationToken ct)
    {
        var number = await Marks.NextBlock(db, ct);
        await using var insert = Command(
            db, "INSERT INTO fingerprint_blocks (number, items, seq, last_at, heads, hashes) VALUES (@number, @items, @seq, @at, @heads, @hashes)",
            ("@number", number), ("@items", heads.Length / KeptHead.Bytes), ("@seq", seq), ("@at", lastAt), ("@heads", heads), ("@hashes", hashes));
        await insert.ExecuteNonQueryAsync(ct);
        return number;
    }

    private static object Later(object? one, object other) => one is null || ((IComparable)other).CompareTo(one) > 0 ? other : one;

    private DbCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> values) => Command(db, text, values);

    private static DbCommand Command(Db db, string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The texts are this file's; every value is a parameter.
        (command.CommandText, command.Transaction) = (text, db.Database.CurrentTransaction!.GetDbTransaction());
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

/// <summary>The marks of look-back, each a row: whoever changes blocks or begins a look-back holds them until the end of the transaction, so that these come one after the other.</summary>
internal static class Marks
{
    /// <summary>The change of the banks up to which look-backs have taken the signals. Held until the transaction ends.</summary>
    public static async Task<long> Seq(Db db, CancellationToken ct)
    {
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        return (await db.Database.SqlQueryRaw<long>($"SELECT value AS \"Value\" FROM fingerprint_marks WHERE name = 'seq' {db.ForUpdate()}").ToListAsync(ct)).Single();
#pragma warning restore EF1002
    }

    public static Task SetSeq(Db db, long seq, CancellationToken ct) => db.Database.ExecuteSqlAsync($"UPDATE fingerprint_marks SET value = {seq} WHERE name = 'seq'", ct);

    public static async Task<long> NextBlock(Db db, CancellationToken ct) =>
        (await db.Database.SqlQuery<long>($"UPDATE fingerprint_marks SET value = value + 1 WHERE name = 'block' RETURNING value AS \"Value\"").ToListAsync(ct)).Single();
}
