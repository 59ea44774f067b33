using System.Text;

namespace Jaga.Hashing.Tests;

/// <summary>Writes a text so that a person reads the same and a comparison of characters does not.</summary>
internal static class Disguise
{
    private static readonly int[] Alphabets = [0x1D400, 0x1D434, 0x1D468, 0x1D4D0, 0x1D56C, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670];

    /// <summary>One to three ways at once.</summary>
    public static string Any(string text, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
            text = random.Next(8) switch
            {
                0 => text.ToUpperInvariant(),
                1 => EachWord(text, random, word => Mathematical(word, Alphabets[random.Next(Alphabets.Length)])),
                2 => Each(text, one => (char.IsAsciiLetterOrDigit(one) ? ((char)(one + 0xFEE0)).ToString() : one.ToString())),
                3 => Each(text, one => random.Next(4) == 0 ? one + "\u200B" : one.ToString()),
                4 => Each(text, one => random.Next(3) == 0 && char.IsAsciiLetter(one) ? one + "\u0336" : one.ToString()),
                5 => Each(text, one => one switch { 'a' => "а", 'e' => "е", 'o' => "о", 'p' => "р", 'i' => "і", var other => other.ToString() }),
                6 => EachWord(text, random, word => word.All(char.IsAsciiLetterLower) && word.Length > 2 ? string.Join(' ', (IEnumerable<char>)word) : word),
                _ => Each(text, one => random.Next(5) == 0 && char.IsAsciiLetter(one) ? new string(one, random.Next(2, 5)) : one.ToString()),
            };
        return random.Next(2) == 0 ? text : $"⭐ {text} 🎰🔥";
    }

    private static string Mathematical(string word, int capitals) =>
        Each(word, one => char.IsAsciiLetterUpper(one) ? char.ConvertFromUtf32(capitals + one - 'A') : one is >= 'a' and <= 'z' and not 'h' ? char.ConvertFromUtf32(capitals + 26 + one - 'a') : one.ToString());

    private static string Each(string text, Func<char, string> way)
    {
        var written = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            written.Append(rune.IsBmp ? way((char)rune.Value) : rune.ToString());
        return written.ToString();
    }

    // Two words next to each other are not both set apart: nobody could read where one ends.
    private static string EachWord(string text, Random random, Func<string, string> way)
    {
        var before = false;
        return string.Join(' ', text.Split(' ').Select(word => (before = !before && random.Next(3) == 0) ? way(word) : word));
    }
}
