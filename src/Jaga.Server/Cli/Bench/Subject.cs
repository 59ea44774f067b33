using System.Globalization;

namespace Jaga.Server.Cli.Bench;

/// <summary>Something that <c>jaga bench</c> measures.</summary>
internal interface ISubject
{
    /// <summary>One word on the command line.</summary>
    string Name { get; }

    /// <summary>What is measured, for the help.</summary>
    string What { get; }

    /// <summary>Measures, and tells each step before it begins.</summary>
    IAsyncEnumerable<Result> Measure(Plan plan, Action<string> tell, CancellationToken ct);
}

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">The figure with its unit.</param>
/// <param name="Beside">What helps to judge it: the fastest round, a ratio, a count.</param>
internal sealed record Result(string What, string Measured, string Beside = "");

/// <summary>How much is measured.</summary>
/// <param name="Sizes">Hashes in an index.</param>
/// <param name="Quick">Whether few rounds are enough.</param>
/// <param name="Photograph">A JPEG file, or null for a drawn one.</param>
internal sealed record Plan(IReadOnlyList<int> Sizes, bool Quick, string? Photograph)
{
    /// <summary>The most hashes of an index.</summary>
    public const int LargestSize = 100_000_000;

    /// <summary>Rounds of each measurement; their median is what counts.</summary>
    public int Rounds => Quick ? 5 : 15;

    /// <summary>Reads sizes such as <c>500k,1m</c>; null where one is not a number of 1 to <see cref="LargestSize"/>.</summary>
    public static IReadOnlyList<int>? ReadSizes(string text)
    {
        var sizes = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var factor = part.Length == 0 ? 0 : char.ToLowerInvariant(part[^1]) switch { 'm' => 1_000_000, 'k' => 1_000, _ => 1 };
            if (!int.TryParse(factor > 1 ? part[..^1] : part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || (long)number * factor > LargestSize)
            {
                return null;
            }

            sizes.Add(number * factor);
        }

        return sizes;
    }
}
