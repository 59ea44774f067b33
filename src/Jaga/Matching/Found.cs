namespace Jaga.Matching;

/// <summary>A match that does not count, and the match with an allow-list that suppresses it.</summary>
public sealed record Suppressed(Match Match, Match By);

/// <summary>Everything that was met, and what of it counts.</summary>
/// <param name="Counting">What counts: first what asks to be held, then the nearest.</param>
/// <param name="Suppressed">What an allow-list suppresses.</param>
/// <param name="Quarantined">Matches of signals in quarantine: they are kept and counted, hold what their bank holds, and open no case.</param>
/// <param name="Allowed">Matches with allow-lists.</param>
public sealed record Found(IReadOnlyList<Match> Counting, IReadOnlyList<Suppressed> Suppressed, IReadOnlyList<Match> Quarantined, IReadOnlyList<Match> Allowed)
{
    /// <summary>Whether the item is held back. A signal in quarantine holds as before: a flood stops cases, and never lets known material through.</summary>
    public bool Holds => Holding.Any(m => m.OnMatch is Banks.OnMatch.Hold);

    /// <summary>What counts, and what is in quarantine and holds all the same: all that somebody is told who asks only whether it is known.</summary>
    public IEnumerable<Match> Holding => Counting.Concat(Quarantined.Where(m => m.OnMatch is Banks.OnMatch.Hold));

    /// <summary>Nothing was met.</summary>
    public static Found Nothing { get; } = new([], [], [], []);

    /// <summary>Parts what was met.</summary>
    /// <param name="met">Each signal once, in order.</param>
    /// <param name="quarantined">Whether a signal is in quarantine.</param>
    internal static Found Of(IReadOnlyList<Match> met, Func<long, bool> quarantined)
    {
        var allowed = met.Where(m => m.OnMatch is Banks.OnMatch.Allow).ToList();
        var (counting, suppressed, apart) = (new List<Match>(met.Count), new List<Suppressed>(), new List<Match>());
        foreach (var match in met.Where(m => m.OnMatch is not Banks.OnMatch.Allow))
        {
            if (allowed.Find(a => Covers(a, match)) is { } by)
            {
                suppressed.Add(new(match, by));
            }
            else
            {
                (quarantined(match.Signal) ? apart : counting).Add(match);
            }
        }

        return new(counting, suppressed, apart, allowed);
    }

    // An allowed frame, say a title card, says nothing about the other frames of a film; an allowed picture or file says it of the whole.
    private static bool Covers(Match allowed, Match match) => allowed.Frame is null || allowed.Frame == match.Frame;
}
