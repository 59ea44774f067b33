using Jaga.Kernel;
using Jaga.Obligations;

namespace Jaga.Server.Operate;

/// <summary>One count and what it came to.</summary>
/// <param name="OrMore">Counting was left off there.</param>
public sealed record Counted(Count Count, int Number, bool OrMore = false);

/// <summary>Counts what every room brings, from the record, at the moment of asking: for the first screen, the head of each page, <c>/health/numbers</c> and <c>/metrics</c>.</summary>
public sealed class ReadNumbers(Db db, TimeProvider clock, IEnumerable<Count> counts)
{
    /// <summary>The numbers: first those that must be nought, then the others; each kind by gravity.</summary>
    /// <param name="which">Which of them; null for all.</param>
    /// <param name="most">Where counting is left off; null to count all there is.</param>
    public async Task<IReadOnlyList<Counted>> Run(CancellationToken ct, Func<Count, bool>? which = null, int? most = null)
    {
        var now = clock.GetUtcNow();
        var numbers = new List<Counted>();
        foreach (var count in counts.Where(c => which?.Invoke(c) ?? true).OrderByDescending(c => c.InHead).ThenByDescending(c => c.Gravity))
        {
            var number = most is { } enough ? await count.ReadUpTo(enough, db, now, ct) : await count.Read(db, now, ct);
            numbers.Add(new(count, number, number >= most));
        }

        return numbers;
    }
}
