using System.Data;
using Jaga.Audit;
using Jaga.Banks;
using Jaga.Exchanges.Protocols;
using Jaga.Obligations;

namespace Jaga.Exchanges;

/// <summary>
/// Takes one page of an exchange into its bank, in one transaction with the progress that belongs to it: whole or not at all. Taking a page twice changes nothing,
/// and in which order pages come does not matter to what the bank holds.
/// </summary>
public sealed class TakePage(Db db, AuditLog audit, ReplaceSignals replace, Notices notices, TimeProvider clock)
{
    internal static readonly Actor Me = Actor.System("exchanges");

    /// <param name="progress">As it is to be with this page; its row is written here.</param>
    /// <param name="failedBefore">Whether the exchange could not be read the last time, of which staff may have been told: that is over with this page.</param>
    /// <exception cref="DbUpdateConcurrencyException">Another process took a page meanwhile; nothing was done.</exception>
    /// <exception cref="RuleBroken">A file is being imported into the exchange's bank.</exception>
    internal async Task Run(Exchange exchange, ExchangeProgress progress, ExchangePage page, string cursor, bool failedBefore, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await Apply(exchange, progress, page, ct);
        await SetAside(exchange, progress, page, cursor, ct);
        if (progress is { Cursor: null, IsWhole: true, Lost: 0 } && !page.Unchanged)
        {
            // Everything was told of; what was set aside before and did not come again is gone.
            await db.SetAsideEntries.Where(s => s.Bank == exchange.Bank && s.LastAt < progress.RunStartedAt).ExecuteDeleteAsync(ct);
        }

        if (failedBefore)
        {
            await notices.Over(exchange.Subject, ct);
        }

        await Save(progress, ct);
        await transaction.Commit(ct);
    }

    /// <summary>Writes the progress in the caller's transaction, if nobody else did since it was read.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody did.</exception>
    internal async Task Save(ExchangeProgress progress, CancellationToken ct)
    {
        var row = db.Attach(progress);
        row.Property(p => p.Step).OriginalValue = progress.Step;
        progress.Step++;
        row.State = EntityState.Modified;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes the entries into the claims, and what follows from that into the bank, in the caller's transaction.</summary>
    internal async Task Apply(Exchange exchange, ExchangeProgress progress, ExchangePage page, CancellationToken ct)
    {
        // Of an entry that a page tells of twice, the last word counts.
        var told = new Dictionary<string, ExchangeEntry>(StringComparer.Ordinal);
        foreach (var entry in page.Entries)
        {
            told[entry.Key] = entry;
        }

        if (told.Count == 0)
        {
            return;
        }

        var keys = told.Keys.ToList();
        var had = (await db.ExchangeClaims.Where(c => c.Bank == exchange.Bank && keys.Contains(c.Key)).ToListAsync(ct)).ToLookup(c => c.Key, StringComparer.Ordinal);
        var touched = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        foreach (var (key, entry) in told)
        {
            var until = Sooner(entry.ExpiresAt, exchange.KeepDays is { } days ? now.AddDays(days) : null);
            var before = had[key].ToDictionary(c => Name(c.Type, c.Value));
            foreach (var signal in entry.Signals.DistinctBy(s => Name(s.Type, s.Value.ToArray())))
            {
                var value = signal.Value.ToArray();
                if (!before.Remove(Name(signal.Type, value), out var claim))
                {
                    claim = new() { Bank = exchange.Bank, Key = key, Type = signal.Type, Value = value, Content = signal.Content, Run = progress.Run };
                    db.Add(claim);
                    Touch(value);
                }
                else if (claim.Signal with { Value = default, Content = null } != signal with { Value = default, Content = null })
                {
                    Touch(value);
                }

                (claim.Quality, claim.Labels, claim.Entry, claim.Member, claim.ExpiresAt) = (signal.Quality, signal.Labels, signal.Entry, signal.Member, until);
                claim.Run = progress.IsWhole ? progress.Run : claim.Run;
            }

            foreach (var gone in before.Values)
            {
                db.Remove(gone);
                Touch(gone.Value);
            }
        }

        await db.SaveChangesAsync(ct);
        if (touched.Count > 0)
        {
            await Follow(exchange, progress, [.. touched.Values], ct);
        }

        void Touch(byte[] value) => touched[Convert.ToHexString(value)] = value;
    }

    // Brings the bank in step with the claims of these values.
    private async Task Follow(Exchange exchange, ExchangeProgress progress, List<byte[]> values, CancellationToken ct)
    {
        var bank = await db.Banks.SingleAsync(b => b.Number == exchange.Bank, ct);
        var claims = (await db.ExchangeClaims.AsNoTracking().Where(c => c.Bank == exchange.Bank && values.Contains(c.Value)).ToListAsync(ct)).ToLookup(c => Name(c.Type, c.Value));
        var types = Enum.GetValues<SignalType>();
        var live = await db.Signals.Where(s => s.Bank == exchange.Bank && types.Contains(s.Type) && values.Contains(s.Value) && s.RemovedAt == null).ToListAsync(ct);

        // A signal keeps the provenance that it has as long as the entry that gave it says so; else it comes again under the first of the others.
        var kept = live.Where(s => claims[Name(s.Type, s.Value)].Any(c => Says(c, s))).Select(s => Name(s.Type, s.Value)).ToHashSet();
        var gone = live.Where(s => !kept.Contains(Name(s.Type, s.Value))).ToList();
        var fresh = claims.Where(c => !kept.Contains(c.Key)).Select(c => c.MinBy(one => one.Key, StringComparer.Ordinal)!.Signal).ToList();
        progress.Added += await replace.Run(bank, gone, fresh, exchange.Name, Me, ct);
        progress.Removed += gone.Count;
    }

    /// <summary>Sets aside what could not be read, and takes back what can be read now, in the caller's transaction.</summary>
    internal async Task SetAside(Exchange exchange, ExchangeProgress progress, ExchangePage page, string cursor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var unreadable = page.Unreadable.DistinctBy(u => u.Key).ToDictionary(u => u.Key, StringComparer.Ordinal);
        var keys = page.Entries.Select(e => e.Key).Concat(unreadable.Keys).Distinct().ToList();
        var rows = keys.Count == 0 ? [] : await db.SetAsideEntries.Where(s => s.Bank == exchange.Bank && !s.IsPage && keys.Contains(s.Key)).ToDictionaryAsync(s => s.Key, StringComparer.Ordinal, ct);

        if (progress.IsWhole && unreadable.Count > 0)
        {
            // What cannot be read now was there all the same: what it said before stands.
            var there = unreadable.Keys.ToList();
            await db.ExchangeClaims.Where(c => c.Bank == exchange.Bank && there.Contains(c.Key)).ExecuteUpdateAsync(set => set.SetProperty(c => c.Run, progress.Run), ct);
        }

        // What can be read now is not set aside any more.
        db.RemoveRange(rows.Values.Where(r => !unreadable.ContainsKey(r.Key)));
        var room = unreadable.Count == 0 && page.Lost is null ? 0 : SetAsideEntry.MaxListed - await db.SetAsideEntries.CountAsync(s => s.Bank == exchange.Bank, ct);
        foreach (var one in unreadable.Values)
        {
            if (rows.TryGetValue(one.Key, out var known))
            {
                (known.LastAt, known.Times, known.Cursor, known.Reason, known.Excerpt) = (now, known.Times + 1, cursor, one.Reason, one.Excerpt);
            }
            else
            {
                List(one.Key, isPage: false, one.Reason, one.Excerpt);
            }
        }

        if (page.Lost is { } lost)
        {
            if (await db.SetAsideEntries.SingleOrDefaultAsync(s => s.Bank == exchange.Bank && s.IsPage && s.Key == cursor, ct) is { } known)
            {
                (known.LastAt, known.Times) = (now, known.Times + 1);
            }
            else
            {
                List(cursor, isPage: true, lost, page.Excerpt);
            }

            audit.Record(Me, "exchange.passed-over", exchange.Subject, lost);
        }

        void List(string key, bool isPage, string reason, string excerpt)
        {
            if (room-- > 0)
            {
                db.Add(new SetAsideEntry { Id = Id<SetAsideEntry>.New(now), Bank = exchange.Bank, Key = key, IsPage = isPage, At = now, LastAt = now, Times = 1, Cursor = cursor, Reason = reason, Excerpt = excerpt });
            }
            else
            {
                progress.Unlisted++;
            }
        }
    }

    private static bool Says(ExchangeClaim claim, Signal signal) =>
        claim.Entry == signal.Entry && claim.Member == signal.Member && claim.Labels == signal.Labels && claim.Quality == signal.Quality;

    private static (SignalType, string) Name(SignalType type, byte[] value) => (type, Convert.ToHexString(value));

    private static DateTimeOffset? Sooner(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;
}
