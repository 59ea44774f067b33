using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Matching;

/// <summary>Looks fingerprints up in one file of signals, without a database: what the command line does offline. A match's signal is its line in the file.</summary>
public sealed class ListMatcher
{
    private readonly Known _known;

    private ListMatcher(Known known) => _known = known;

    /// <summary>Signals in memory.</summary>
    public int Count => _known.PdqCount + _known.DigestCount + _known.OtherCounts.Values.Sum();

    /// <summary>Reads the file; bad lines are in the report, and the good ones are used.</summary>
    /// <param name="file">CSV or JSON Lines, read once, from where it stands.</param>
    /// <param name="name">What matches call it.</param>
    /// <param name="usual">What an entry is that does not name its algorithm.</param>
    /// <param name="terms">Distance and quality; see <see cref="Bank"/> for their ranges and defaults.</param>
    /// <exception cref="BadInput">The terms cannot be.</exception>
    public static (ListMatcher Matcher, ImportReport Report) Read(Stream file, string name, SignalType? usual, BankWish terms)
    {
        var known = new Known();
        known.Change([Bank.Create(1, BankOrigin.Own, terms with { Name = name }, DateTimeOffset.UnixEpoch)]);
        var entries = new SignalFile(file, usual);
        var (good, bad, problems) = (0, 0L, new List<LineProblem>());
        known.Fill([new(1, 1, 0, 0, name)], to =>
        {
            foreach (var (signal, problem) in entries.Entries())
            {
                if (problem is { } one)
                {
                    bad++;
                    if (problems.Count < ImportReport.MaxListed)
                    {
                        problems.Add(one);
                    }

                    continue;
                }

                good++;
                to(new(entries.Line, 1, 1, signal.Type, signal.Value.ToArray(), signal.Quality, signal.Labels, signal.Entry, signal.Member, signal.Content));
            }
        });
        return (new(known), new() { Kept = good > 0, Lines = entries.Line, Good = good, Bad = bad, Added = good, Problems = problems, Ignored = entries.Ignored });
    }

    /// <summary>The entries that match, the nearest first.</summary>
    public IReadOnlyList<Match> Find(MatchQuery query) => _known.Find(query);
}
