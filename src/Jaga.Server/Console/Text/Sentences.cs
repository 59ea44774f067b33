using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Jaga.Server.Pages;

/// <summary>
/// What broken rules and wrong input say, in Indonesian. A rule says its sentence in English where it stands; <c>Text/sentences.json</c> says the same again,
/// with <c>{0}</c>, <c>{1}</c> … for what the rule filled in. A test finds the sentences that it lacks.
/// </summary>
internal static class Sentences
{
    private static readonly FrozenDictionary<string, string> Whole;

    // Those with something to fill in, in the pieces between. The more a sentence says of itself, the earlier it is tried.
    private static readonly (string[] Pieces, string Words)[] Filled;

    static Sentences()
    {
        using var stream = typeof(Sentences).Assembly.GetManifestResourceStream("text/sentences.json") ?? throw new InvalidOperationException("The sentences are not in the program.");
        var all = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.Select(s => (Pieces: Pieces(s.Key), Words: s.Value)).ToList();
        Whole = all.Where(s => s.Pieces.Length == 1).ToFrozenDictionary(s => s.Pieces[0], s => s.Words);
        Filled = [.. all.Where(s => s.Pieces.Length > 1).OrderByDescending(s => s.Pieces.Sum(p => p.Length))];
    }

    /// <summary>The sentence in Indonesian, or as it is where it has no other words.</summary>
    public static string Indonesian(string sentence)
    {
        if (Whole.TryGetValue(sentence, out var whole))
        {
            return whole;
        }

        foreach (var (pieces, words) in Filled)
        {
            if (Fill(pieces, sentence) is { } parts)
            {
                return string.Format(CultureInfo.InvariantCulture, words, parts);
            }
        }

        return sentence;
    }

    // What stands between the pieces, or null where the sentence is another one.
    private static object[]? Fill(string[] pieces, string sentence)
    {
        if (!sentence.StartsWith(pieces[0], StringComparison.Ordinal) || !sentence.EndsWith(pieces[^1], StringComparison.Ordinal))
        {
            return null;
        }

        var (parts, from, last) = (new object[pieces.Length - 1], pieces[0].Length, sentence.Length - pieces[^1].Length);
        for (var i = 0; i < parts.Length; i++)
        {
            var to = i == parts.Length - 1 ? last : sentence.IndexOf(pieces[i + 1], from, StringComparison.Ordinal);
            if (to < from || to > last)
            {
                return null;
            }

            parts[i] = sentence[from..to];
            from = to + pieces[i + 1].Length;
        }

        return parts;
    }

    private static string[] Pieces(string sentence)
    {
        var pieces = new List<string>();
        for (var (i, at) = (0, 0); ; i++)
        {
            var hole = $"{{{i}}}";
            var next = sentence.IndexOf(hole, at, StringComparison.Ordinal);
            pieces.Add(next < 0 ? sentence[at..] : sentence[at..next]);
            if (next < 0)
            {
                return [.. pieces];
            }

            at = next + hole.Length;
        }
    }
}
