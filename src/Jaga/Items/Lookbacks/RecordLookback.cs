using Jaga.Banks;
using Jaga.Cases;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>What a look-back met in a check, and the fingerprints of the item by which its next copy is known.</summary>
internal sealed record LookbackHit(Id<Item> Item, IReadOnlyList<Match> Matches, IReadOnlyList<NewSignal> Seen)
{
    /// <summary>What counts of what is found, or would if it were not in quarantine; null where nothing does. A bank that only watches opens no case.</summary>
    /// <param name="hashes">The item's, as they were kept.</param>
    public static LookbackHit? Of(Item item, ReadOnlySpan<byte> hashes, Matcher matcher, Func<Match, bool> sought)
    {
        var query = KeptQuery.Of(hashes, item);
        var found = matcher.Look(query);
        return found.Counting.Concat(found.Quarantined).Where(m => m.OnMatch is not OnMatch.Watch && sought(m)).ToList() is { Count: > 0 } matches
            ? new(item.Id, matches, SeenSignals.Of(item, query)) : null;
    }
}

/// <summary>
/// Brings what a look-back found to the desk, as findings whose source is <c>lookback/ID</c>, and marked so on the page. What is on the desk already is not brought again:
/// a search that a crash cut off may be done twice. A signal that meets too much goes into quarantine, and what it meets from there on is kept. Nothing is held back or removed by it; that takes a person's decision, as always.
/// </summary>
public sealed class RecordLookback(IServiceScopeFactory scopes, LookbackMeter meter)
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
                    meter.Found(await Record(scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<OpenCase>(), scope.ServiceProvider.GetRequiredService<JudgeFlood>(), some, of, ct));
                    break;
                }
                catch (Exception race) when (attempt < 10 && (race.IsDuplicate() || race is DbUpdateConcurrencyException))
                {
                    // Somebody wrote to one of the cases in the same moment: once more, with what is there now.
                }
            }
        }
    }

    private static async Task<int> Record(Db db, OpenCase open, JudgeFlood flood, IReadOnlyList<LookbackHit> hits, LookbackPart? of, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var ids = hits.Select(h => h.Item).ToList();
        var items = await db.Items.Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var (brought, desk) = (await Brought.Read(db, flood, [.. hits.SelectMany(h => h.Matches).Select(m => m.Signal)], of?.Lookback, ct), 0);
        foreach (var subject in hits.Where(h => items.ContainsKey(h.Item)).GroupBy(h => items[h.Item].ExternalId))
        {
            var about = new Subject("item", subject.Key);
            // Of an item that was checked several times each signal is told once, where it was nearest.
            var nearest = subject.SelectMany(h => h.Matches.Select(m => (Item: items[h.Item], Match: m))).GroupBy(m => m.Match.Signal).Select(g => g.MinBy(m => m.Match.Distance)).ToList();
            var known = await Known(db, about, [.. subject.Select(h => h.Item)], nearest.ConvertAll(n => n.Match), ct);
            var (fresh, kept) = (new List<(Item Item, Match Match)>(), new List<(Item Item, Match Match)>());
            foreach (var one in nearest.Where(n => !known.Contains(n.Match.Signal)))
            {
                switch (await brought.Take(one.Match, ct))
                {
                    case StandingState.Counts:
                        fresh.Add(one);
                        break;
                    case StandingState.Quarantined:
                        kept.Add(one);
                        break;
                    default:
                        break; // put out of use meanwhile
                }
            }

            var @case = fresh.Count == 0 ? null : await open.Run(about, [.. fresh.Select(f => Finding(f.Item, f.Match))], [], held: false, Me, ct, seen: [.. subject.Where(h => fresh.Exists(f => f.Item.Id == h.Item)).SelectMany(h => h.Seen)]);
            foreach (var (item, match) in fresh)
            {
                item.Case ??= @case!.Id.Value;
                db.AddRange(Sighting.Of(new([match], [], [], []), item.Id.Value, item.Account, item.ReceivedAt, of?.Lookback.Value));
            }

            db.AddRange(kept.SelectMany(k => Sighting.Of(new([], [], [k.Match], []), k.Item.Id.Value, k.Item.Account, k.Item.ReceivedAt, of?.Lookback.Value)));
            desk += fresh.Count;
        }

        if (of is not null && desk > 0)
        {
            await db.Database.ExecuteSqlAsync($"UPDATE lookback_parts SET found = found + {desk} WHERE lookback = {of.Lookback.Value} AND number = {of.Number}", ct);
        }

        await transaction.Commit(ct);
        return desk;
    }

    // Known is what was met in these rows before, kept in quarantine or not, what stands in the subject's open case, and, once a person has decided about the subject itself, whatever the house banked by
    // its own decisions: a near copy's decision does not ask again what was answered here. A signal from elsewhere does.
    private static async Task<HashSet<long>> Known(Db db, Subject about, List<Id<Item>> checks, List<Match> matches, CancellationToken ct)
    {
        var (rows, guids) = (checks.ConvertAll(c => c.ToString()), checks.ConvertAll(c => c.Value));
        var (numbers, signals) = (matches.ConvertAll(m => m.Signal), matches.ConvertAll(m => m.Signal.ToString()));
        var met = await db.Findings.Where(f => rows.Contains(f.Source.Id) && signals.Contains(f.Signal)).Select(f => f.Signal).ToListAsync(ct);
        met.AddRange(await db.Cases.Where(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Open)
            .Join(db.Findings.Where(f => signals.Contains(f.Signal)), c => c.Id, f => f.Case, (_, f) => f.Signal).ToListAsync(ct));
        var known = met.Select(long.Parse).ToHashSet();
        known.UnionWith(await db.Sightings.Where(s => guids.Contains(s.Item) && numbers.Contains(s.Signal) && s.Outcome == SightingOutcome.Quarantined).Select(s => s.Signal).ToListAsync(ct));
        var ours = matches.Where(m => m.Source.StartsWith("decision/", StringComparison.Ordinal)).Select(m => m.Signal).ToList();
        if (ours.Count > 0 && await db.Cases.AnyAsync(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Decided, ct))
        {
            known.UnionWith(ours);
        }

        return known;
    }

    private static FoundThing Finding(Item item, Match m) => new(
        Subject.Of(Source, item.Id), Words.Of(m.Type), m.BankName, m.Signal.ToString(), m.Distance, Words.Of(m.Variant), string.Join(',', m.Labels),
        string.Join(" · ", new[] { m.Source, m.Member, m.Entry }.Where(part => part.Length > 0)), m.Frame);

    /// <summary>How the signals stand that are being brought, and how much of each this look-back has brought. Read in the transaction: the matcher may be a little behind.</summary>
    private sealed class Brought(Dictionary<long, StandingState> standings, Dictionary<long, int> counts, JudgeFlood flood, bool counted)
    {
        public static async Task<Brought> Read(Db db, JudgeFlood flood, List<long> signals, Id<Lookback>? lookback, CancellationToken ct)
        {
            var standings = await db.SignalStandings.AsNoTracking().Where(s => signals.Contains(s.Signal) && s.State != StandingState.Counts).ToDictionaryAsync(s => s.Signal, s => s.State, ct);
            var counting = signals.Except(standings.Keys).ToList();
            var counts = lookback is not { Value: var id } ? [] : await db.Sightings.Where(s => counting.Contains(s.Signal) && s.Lookback == id && s.Outcome == SightingOutcome.Counted)
                .GroupBy(s => s.Signal).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
            return new(standings, counts, flood, lookback is not null);
        }

        /// <summary>Takes one match, and says how its signal stands then.</summary>
        public async Task<StandingState> Take(Match match, CancellationToken ct)
        {
            if (standings.TryGetValue(match.Signal, out var standing))
            {
                return standing;
            }

            var met = counts.GetValueOrDefault(match.Signal);
            if (counted && await flood.Past(match, met, ct))
            {
                return standings[match.Signal] = StandingState.Quarantined;
            }

            counts[match.Signal] = met + 1;
            return StandingState.Counts;
        }
    }
}
