using System.Data.Common;

namespace Jaga.Banks;

/// <summary>A signal as followers get it: what <see cref="Signal"/> holds, read without the cost of tracking.</summary>
public readonly record struct FedSignal(long Id, int Bank, long Batch, SignalType Type, byte[] Value, int? Quality, string Labels, string Entry, string Member, byte[]? Content = null);

/// <summary>A batch that began to count.</summary>
public sealed record FedBatch(long Number, int Bank, long FirstSignal, int Reserved, string Source);

/// <summary>What changed up to and with change number <paramref name="Seq"/>.</summary>
/// <param name="Seq">To be handed back when asking what changed since.</param>
/// <param name="Banks">Banks as they are now, each that changed.</param>
/// <param name="Batches">Batches that began to count; their signals are read one batch at a time.</param>
/// <param name="Removed">Signals that were removed, some of which the follower may never have seen.</param>
/// <param name="Standings">Signals that were put aside, put out of use, or count again.</param>
public sealed record FedChanges(long Seq, IReadOnlyList<Bank> Banks, IReadOnlyList<FedBatch> Batches, IReadOnlyList<Signal> Removed, IReadOnlyList<SignalStanding> Standings);

/// <summary>
/// What followers read to keep in step with the banks: all that changed after a number, and the number up to which that is all.
/// Applying the same change twice must do no harm: a follower that fails half-way asks again from where it was.
/// </summary>
public sealed class SignalFeed(Db db)
{
    /// <summary>What changed after <paramref name="after"/>; null where nothing did.</summary>
    /// <param name="after">The last number that was applied whole; 0 for everything.</param>
    public async Task<FedChanges?> Since(long after, CancellationToken ct)
    {
        // Read first: whatever is committed later has a higher number and is read next time, perhaps again.
        var seq = await Changes.Last(db, ct);
        if (seq <= after)
        {
            return null;
        }

        var banks = await db.Banks.AsNoTracking().Where(b => b.ChangedSeq > after).ToListAsync(ct);
        var batches = await db.SignalBatches.Where(b => b.PublishedSeq > after && b.PublishedSeq <= seq).OrderBy(b => b.PublishedSeq)
            .Select(b => new FedBatch(b.Number, b.Bank, b.FirstSignal, b.Reserved, b.Source)).ToListAsync(ct);

        // From the beginning there is nothing to take away: what was removed is not read at all.
        var removed = after == 0 ? [] : await db.Signals.AsNoTracking().Where(s => s.RemovedSeq > after && s.RemovedSeq <= seq).ToListAsync(ct);
        var standings = await db.SignalStandings.AsNoTracking().Where(s => s.ChangedSeq > after).ToListAsync(ct);
        return new(seq, banks, batches, removed, standings);
    }

    /// <summary>All banks as they are now, and all standings.</summary>
    public async Task<(IReadOnlyList<Bank> Banks, IReadOnlyList<SignalStanding> Standings)> Terms(CancellationToken ct) =>
        (await db.Banks.AsNoTracking().ToListAsync(ct), await db.SignalStandings.AsNoTracking().ToListAsync(ct));

    /// <summary>What the changes up to a number came to. A database restored from a copy, or another one, says something else.</summary>
    public async Task<string> Footprint(long seq, CancellationToken ct)
    {
        var batches = db.SignalBatches.Where(b => b.PublishedSeq <= seq);
        return FormattableString.Invariant($"{await batches.CountAsync(ct)}.{await batches.SumAsync(b => b.Number + b.FirstSignal + b.Added, ct)}.{await batches.MaxAsync(b => b.PublishedAt, ct):O}.{await db.Signals.CountAsync(s => s.RemovedSeq <= seq, ct)}");
    }

    /// <summary>Hands on the signals of one batch, less what was removed.</summary>
    public Task Read(FedBatch batch, Action<FedSignal> to, CancellationToken ct) =>
        Read($"AND batch = {batch.Number} AND id >= {batch.FirstSignal} AND id < {batch.FirstSignal + batch.Reserved}", to, ct);

    /// <summary>Reads all signals of all <paramref name="batches"/> in one pass over the table, less what was removed: the quick way from the beginning.</summary>
    public Task ReadAll(IReadOnlyCollection<FedBatch> batches, Action<FedSignal> to, CancellationToken ct)
    {
        var counting = batches.Select(b => b.Number).ToHashSet();
        return Read("", signal =>
        {
            if (counting.Contains(signal.Batch))
            {
                to(signal);
            }
        }, ct);
    }

    /// <summary>Hands on the PDQ hashes or the texts of a bank that count, some of which the follower may not have seen yet.</summary>
    public Task ReadNear(int bank, SignalType type, Action<FedSignal> to, CancellationToken ct) => Read($"AND bank = {bank} AND type = '{type}'", to, ct);

    // Films in a pass of their own: all others have no content, and joining would cost each of millions.
    private async Task Read(string which, Action<FedSignal> to, CancellationToken ct)
    {
        await Select($"SELECT id, bank, batch, type, value, quality, labels, entry, member, NULL FROM signals WHERE removed_at IS NULL AND type <> 'Vpdq' {which}", to, ct);
        await Select($"SELECT id, bank, batch, type, value, quality, labels, entry, member, content FROM signal_contents CROSS JOIN signals WHERE id = signal AND removed_at IS NULL {which}", to, ct);
    }

    private async Task Select(string sql, Action<FedSignal> to, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var select = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Made of numbers and words of this file.
            select.CommandText = sql;
#pragma warning restore CA2100
            select.CommandTimeout = 0; // Tens of millions of rows take their time; the caller's token ends it.
            await using var rows = await select.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                to(Signal(rows));
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static FedSignal Signal(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), Enum.Parse<SignalType>(row.GetString(3)), row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? null : row.GetInt32(5), row.GetString(6), row.GetString(7), row.GetString(8), row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9));
}
