using Jaga.Audit;
using Jaga.Banks;
using Jaga.Items.Fingerprints;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jaga.Items.Lookbacks;

/// <summary>
/// Begins a look-back for all signals that arrived since the last. First it pays what is owed to late checks: those that were committed after a look-back had begun and
/// knew less than it searched for, because their node was behind. So no pair of a check and a signal is left out, on any number of nodes.
/// </summary>
public sealed class BeginLookback(Db db, AuditLog audit, PackFingerprints pack, CheckTail tail, TimeProvider clock) : IRecurring
{
    /// <summary>Blocks in a part: small enough that many threads share the work, large enough that leases are few.</summary>
    private const int MostBlocks = 64;

    private static readonly Actor Me = Actor.System("lookback");

    public async Task<bool> Run(CancellationToken ct)
    {
        await tail.Run(ct);
        var to = await Newest(ct);
        if (to <= await Marks.Read(db, ct) || await db.Lookbacks.AnyAsync(l => l.Bank == null && (l.State == LookbackState.Running || l.State == LookbackState.Paused), ct))
        {
            return false;
        }

        await pack.Full(ct);
        await using var transaction = await db.Begin(ct);
        var from = await Marks.Seq(db, ct);
        if (from < to)
        {
            // From here on no check that knows less gets into a block; those that are in one are searched.
            await Marks.SetSeq(db, to, ct);
            await pack.All(from, ct);
            await Open(db, audit, null, from, to, Me, clock.GetUtcNow(), ct);
        }

        await transaction.Commit(ct);
        return false;
    }

    /// <summary>Opens a look-back in the caller's transaction; null where nothing was checked before.</summary>
    /// <param name="bank">The bank that is searched for; null for all that arrived.</param>
    /// <param name="signal">The one signal of the bank that is searched for; null for all of it.</param>
    internal static async Task<Lookback?> Open(Db db, AuditLog audit, Bank? bank, long from, long to, Actor by, DateTimeOffset now, CancellationToken ct, long? signal = null)
    {
        var parts = await Parts(db, bank is null ? to : long.MaxValue, ct);
        if (parts.Count == 0)
        {
            return null;
        }

        var batches = db.SignalBatches.Where(b => b.PublishedSeq > from && b.PublishedSeq <= to && (bank == null || b.Bank == bank.Number));
        var signals = signal is null ? await batches.SumAsync(b => (long)(b.Added - b.Removed), ct) : 1;
        var lookback = Lookback.Start(bank?.Number, signal, from, to, signals, parts.Sum(p => p.Items), by, now);
        db.Add(lookback);
        db.AddRange(parts.Select((p, i) => new LookbackPart { Lookback = lookback.Id, Number = i, NextBlock = p.First, LastBlock = p.Last, Total = p.Items }));
        audit.Record(by, "lookback.started", lookback.Subject, bank is null ? "signals arrived" : bank.Name, new { signal, signals, checks = lookback.Total });
        return lookback;
    }

    private static async Task<List<(long First, long Last, long Items)>> Parts(Db db, long below, CancellationToken ct)
    {
        var blocks = new List<(long Number, int Items)>();
        await using var select = db.Database.GetDbConnection().CreateCommand();
        (select.CommandText, select.Transaction) = ("SELECT number, items FROM fingerprint_blocks WHERE seq < @below ORDER BY number", db.Database.CurrentTransaction!.GetDbTransaction());
        var parameter = select.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@below", below);
        select.Parameters.Add(parameter);
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            blocks.Add((rows.GetInt64(0), rows.GetInt32(1)));
        }

        return [.. blocks.Chunk(Math.Clamp(blocks.Count / MostBlocks, 1, MostBlocks)).Select(c => (c[0].Number, c[^1].Number, c.Sum(b => (long)b.Items)))];
    }

    private async Task<long> Newest(CancellationToken ct) => await db.SignalBatches.MaxAsync(b => b.PublishedSeq, ct) ?? 0;
}
