using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Jaga.Kernel;

/// <summary>Enum values as the words that the interface speaks: camelCase, whatever case they arrive in.</summary>
public static class Words
{
    /// <summary>The word for <paramref name="value"/>, e.g. <c>noViolation</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The value that <paramref name="word"/> stands for, or null where nothing was said.</summary>
    /// <exception cref="BadInput">It is none of the words; the answer lists them.</exception>
    public static T? Read<T>(string field, string? word)
        where T : struct, Enum => string.IsNullOrEmpty(word) ? null
        : TryRead<T>(word, out var value) ? value : throw new BadInput(field, $"It is one of {string.Join(", ", Enum.GetValues<T>().Select(Of))}.");

    /// <summary>Which of <paramref name="known"/> is so near <paramref name="word"/> that it was probably meant: a letter or two away, or its beginning. Null where none is.</summary>
    public static string? Nearest(string word, IReadOnlyCollection<string> known) =>
        known.Select(k => (Word: k, Far: Distance(word, k))).Where(k => k.Far <= Math.Min(word.Length, k.Word.Length) / 3).OrderBy(k => k.Far).FirstOrDefault().Word
        ?? (word.Length < 2 ? null : known.FirstOrDefault(k => k.StartsWith(word, StringComparison.OrdinalIgnoreCase)));

    // Letters to change, add or leave out (Levenshtein), whatever their case; of so long a word only the beginning.
    private static int Distance(string one, string other)
    {
        var (a, b) = (one[..Math.Min(one.Length, 64)].ToLowerInvariant(), other.ToLowerInvariant());
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            for (var (j, corner) = (1, row[0]++); j <= b.Length; j++)
            {
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    /// <summary>The value that <paramref name="word"/> stands for, in any case; numbers are no words.</summary>
    public static bool TryRead<T>([NotNullWhen(true)] string? word, out T value)
        where T : struct, Enum => Enum.TryParse(word, ignoreCase: true, out value) && Enum.IsDefined(value) && string.Equals(value.ToString(), word, StringComparison.OrdinalIgnoreCase);
}
