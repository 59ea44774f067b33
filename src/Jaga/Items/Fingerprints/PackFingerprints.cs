using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jaga.Items.Fingerprints;

/// <summary>
/// Packs the tail into blocks: what is read a thousand at a time costs a fraction of as many rows. A check is either in the tail or in one block,
/// at every moment; blocks have the numbers of the order in which they were committed.
/// </summary>
public sealed class PackFingerprints(Db db) : IRecurring
{
    /// <summary>Checks in a block, unless its last row of the tail has some more. Few enough that a check which waits for one to be written does not wait long.</summary>
    public const int MostItems = 1024;

    /// <summary>Bytes in a block, unless one check alone has more: 1,024 pictures have less.</summary>
    private const int MostBytes = 512 * 1024;

    /// <summary>Packs one full block, if the tail has enough for it. It is put together while others write; only the change itself is waited for.</summary>
    /// <returns>Whether there may be another.</returns>
    public async Task<bool> Run(CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        var seq = await Marks.Read(db, ct);
        if (await Read(seq, hold: false, ct) is not { IsFull: true } block)
        {
            return false;
        }

        using var turn = await db.WriteAlone(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // What a look-back took or retention dropped meanwhile is no longer there to be packed; then this is read again.
        if (await Marks.Seq(db, ct) == seq && await Move(block, ct))
        {
            await transaction.CommitAsync(ct);
        }

        return true;
    }

    /// <summary>Packs full blocks until none is left: what comes before a look-back begins, so that it does not hold others up with them.</summary>
    internal async Task Full(CancellationToken ct)
    {
        while (await Run(ct))
        {
        }
    }

    /// <summary>Packs all that may be packed, in the caller's transaction, which holds the marks.</summary>
    internal async Task All(long seq, CancellationToken ct)
    {
        while (await Read(seq, hold: true, ct) is { } block)
        {
            if (!await Move(block, ct))
            {
                throw new InvalidOperationException("Fingerprints that were held are gone.");
            }
        }
    }

    // What a look-back still owes a check that knew less than it searched for stays in the tail until that is paid.
    private async Task<Block?> Read(long seq, bool hold, CancellationToken ct)
    {
        await using var select = Command($"SELECT number, seq, at, heads, hashes FROM fingerprint_tail WHERE seq >= @seq ORDER BY number LIMIT @most {(hold ? db.ForUpdate() : "")}", ("@seq", seq), ("@most", MostItems));
        await using var rows = await select.ExecuteReaderAsync(ct);
        var block = new Block();
        while (!block.IsFull && await rows.ReadAsync(ct))
        {
            block.Take((rows.GetInt64(0), rows.GetValue(2)), rows.GetInt64(1), rows.GetFieldValue<byte[]>(3), rows.GetFieldValue<byte[]>(4));
        }

        return block.Rows.Count == 0 ? null : block;
    }

    /// <summary>Takes the rows out of the tail and writes their block; false where they are no longer what was read.</summary>
    private async Task<bool> Move(Block block, CancellationToken ct)
    {
        var gone = new List<(long Number, object At)>(block.Rows.Count);
        await using (var take = Command($"DELETE FROM fingerprint_tail WHERE number IN ({string.Join(',', block.Rows.Select(r => r.Number))}) RETURNING number, at"))
        {
            await using var rows = await take.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                gone.Add((rows.GetInt64(0), rows.GetValue(1)));
            }
        }

        if (!gone.OrderBy(r => r.Number).SequenceEqual(block.Rows))
        {
            return false;
        }

        await Insert(db, block.Least, block.Rows.Max(r => r.At)!, block.Heads.ToArray(), block.Hashes.ToArray(), ct);
        return true;
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

    private DbCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> values) => Command(db, text, values);

    private static DbCommand Command(Db db, string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The texts are this file's; every value is a parameter.
        (command.CommandText, command.Transaction) = (text, db.Database.CurrentTransaction?.GetDbTransaction());
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>A block that is being put together.</summary>
    private sealed class Block
    {
        public List<(long Number, object At)> Rows { get; } = [];

        public MemoryStream Heads { get; } = new(MostItems * KeptHead.Bytes);

        public MemoryStream Hashes { get; } = new();

        /// <summary>The least of its checks'.</summary>
        public long Least { get; private set; } = long.MaxValue;

        public bool IsFull => Heads.Length >= MostItems * KeptHead.Bytes || Heads.Length + Hashes.Length >= MostBytes;

        public void Take((long Number, object At) row, long seq, byte[] heads, byte[] hashes)
        {
            Rows.Add(row);
            Least = Math.Min(Least, seq);
            Heads.Write(heads);
            Hashes.Write(hashes);
        }
    }
}

/// <summary>
/// The marks of look-back, each a row: <c>seq</c>, the change of the banks up to which look-backs have taken the signals; <c>block</c>, the number of the last
/// block of fingerprints; <c>dropped</c>, the Unix milliseconds up to which fingerprints are gone. Whoever changes blocks or begins a look-back holds them until the end of the transaction, so that these come one after the other.
/// </summary>
internal static class Marks
{
    /// <summary>The change of the banks up to which look-backs have taken the signals.</summary>
    public static async Task<long> Read(Db db, CancellationToken ct) =>
        (await db.Database.SqlQuery<long>($"SELECT value AS \"Value\" FROM fingerprint_marks WHERE name = 'seq'").ToListAsync(ct)).Single();

    /// <summary>The same, held until the transaction ends.</summary>
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
