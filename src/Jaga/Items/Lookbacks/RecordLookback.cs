using Jaga.Banks;
using Jaga.Cases;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>What a look-back met in a check.</summary>
internal sealed record LookbackHit(Id<Item> Item, IReadOnlyList<Match> Matches)
{
    /// <summary>What counts of what was found; null where nothing does. A bank that only watches opens no case.</summary>
    public static LookbackHit? Of(Id<Item> item, Found found, Func<Match, bool> sought) =>
        found.Counting.Where(m => m.OnMatch is not OnMatch.Watch && sought(m)).ToList() is { Count: > 0 } matches ? new(item, matches) : null;
}

/// <summary>
/// Brings what a look-back found to the desk, as findings whose source is <c>lookback/ID</c>, and marked so on the page. What is on the desk already is not brought again:
/// a search that a crash cut off may be done twice. Nothing is held back or removed by it; that takes a person's decision, as always.
/// </summary>
public sealed class RecordLookback(IServiceScopeFactory scopes, TimeProvider clock, LookbackMeter meter)
{
    /// <summary>The kind of a finding's source where look-back found it; its id is that of Jaga's own row of the item.</summary>
    public const string Source = "lookback";

    /// <summary>Hits in one transaction.</summary>
    private const int Most = 50;

    private static readonly Actor Me = Actor.System("lookback");

    /// <param name="of">Where the findings are counted.</param>
    internal async Task Run(IReadOnlyList<LookbackHit> hits, LookbackPart? of, CancellationToken ct)
    {
        foreach (var some in hits.Chunk(Most))
        {
            for (var attempt = 1; ; attempt++)
            {
                await using var scope = scopes.CreateAsyncScope();
                try
                {
                    meter.Found(await Record(scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<OpenCase>(), some, of, ct));
                    break;
                }
                catch (Exception race) when (attempt < 10 && (race.IsDuplicate() || race is DbUpdateConcurrencyException))
                {
                    // Somebody wrote to one of the cases in the same moment: once more, with what is there now.
                }
            }
        }
    }

    private async Task<int> Record(Db db, OpenCase open, IReadOnlyList<LookbackHit> hits, LookbackPart? of, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var ids = hits.Select(h => h.Item).ToList();
        var items = await db.Items.Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var found = 0;
        foreach (var subject in hits.Where(h => items.ContainsKey(h.Item)).GroupBy(h => items[h.Item].ExternalId))
        {
            var about = new Subject("item", subject.Key);
            // Of an item that was checked several times each signal is told once, where it was nearest.
            var nearest = subject.SelectMany(h => h.Matches.Select(m => (Item: items[h.Item], Match: m))).GroupBy(m => m.Match.Signal).Select(g => g.MinBy(m => m.Match.Distance)).ToList();
            var known = await Known(db, about, [.. subject.Select(h => h.Item.ToString())], nearest.ConvertAll(n => n.Match), ct);
            var fresh = nearest.Where(n => !known.Contains(n.Match.Signal)).ToList();
            if (fresh.Count == 0)
            {
                continue;
            }

            var @case = await open.Run(about, [.. fresh.Select(f => Finding(f.Item, f.Match))], [], held: false, Me, ct);
            foreach (var item in fresh.GroupBy(f => f.Item))
            {
                item.Key.Case ??= @case.Id.Value;
                db.AddRange(Sighting.Of(new([.. item.Select(i => i.Match)], [], [], []), item.Key.Id.Value, item.Key.Account, clock.GetUtcNow()));
            }

            found += fresh.Count;
        }

        if (of is not null && found > 0)
        {
            await db.Database.ExecuteSqlAsync($"UPDATE lookback_parts SET found = found + {found} WHERE lookback = {of.Lookback.Value} AND number = {of.Number}", ct);
        }

        await transaction.Commit(ct);
        return found;
    }

    // Known is what was met in these rows before, what stands in the subject's open case, and, once a person has decided about the subject itself, whatever the house banked by
    // its own decisions: a near copy's decision does not ask again what was answered here. A signal from elsewhere does.
    private static async Task<HashSet<long>> Known(Db db, Subject about, List<string> rows, List<Match> matches, CancellationToken ct)
    {
        var signals = matches.ConvertAll(m => m.Signal.ToString());
        var met = await db.Findings.Where(f => rows.Contains(f.Source.Id) && signals.Contains(f.Signal)).Select(f => f.Signal).ToListAsync(ct);
        met.AddRange(await db.Cases.Where(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Open)
            .Join(db.Findings.Where(f => signals.Contains(f.Signal)), c => c.Id, f => f.Case, (_, f) => f.Signal).ToListAsync(ct));
        var known = met.Select(long.Parse).ToHashSet();
        var ours = matches.Where(m => m.Source.StartsWith("decision/", StringComparison.Ordinal)).Select(m => m.Signal).ToList();
        if (ours.Count > 0 && await db.Cases.AnyAsync(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Decided, ct))
        {
            known.UnionWith(ours);
        }

        return known;
    }

    private static FoundThing Finding(Item item, Match m) => new(
        Subject.Of(Source, item.Id), Words.Of(m.Type), m.BankName, m.Signal.ToString(), m.Distance, Words.Of(m.Variant), string.Join(',', m.Labels),
        string.Join(" · ", new[] { m.Source, m.Member, m.Entry }.Where(part => part.Length > 0)));
}
