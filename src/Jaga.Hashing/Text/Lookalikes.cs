using System.Collections.Frozen;
using System.Text;

namespace Jaga.Hashing;

/// <summary>
/// Characters that are read as a Latin letter or a digit although Unicode's compatibility forms leave them as they are: a small part of what UTS 39
/// (Unicode Security Mechanisms, confusables) lists, and the decorated alphabets that spam is written in. Read from <c>lookalikes.txt</c> beside this file.
/// </summary>
internal static class Lookalikes
{
    // Alphabets of 26 characters in a row, by their first.
    private static readonly int[] Alphabets =
    [
        0x1F150, // negative circled
        0x1F170, // negative squared
        0x1F1E6, // regional indicators
    ];

    private static readonly FrozenDictionary<int, (char Latin, bool InHosts)> Table = Read();

    /// <summary>The Latin letter or digit, lower case, that this lower-case character looks like; itself where there is none.</summary>
    internal static Rune Fold(Rune lower) => Table.TryGetValue(lower.Value, out var alike) ? new(alike.Latin) : lower;

    /// <summary>The same for a character of a host, which stands alone and is read with more care: only what can hardly be told from the letter.</summary>
    internal static Rune FoldInHost(Rune lower) => Table.TryGetValue(lower.Value, out var alike) && alike.InHosts ? new(alike.Latin) : lower;

    private static FrozenDictionary<int, (char, bool)> Read()
    {
        var table = new Dictionary<int, (char, bool)>();
        foreach (var line in DataFile.Lines(typeof(Lookalikes), "lookalikes.txt"))
        {
            var inHosts = line[0] != '~';
            var told = inHosts ? line : line[1..];
            foreach (var alike in told[1..].EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)))
                table.Add(Rune.ToLowerInvariant(alike).Value, (told[0], inHosts));
        }
        foreach (var first in Alphabets)
            for (var i = 0; i < 26; i++)
                table.Add(first + i, ((char)('a' + i), true));
        return table.ToFrozenDictionary();
    }
}
