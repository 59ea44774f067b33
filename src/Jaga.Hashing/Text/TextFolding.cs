using System.Globalization;
using System.Text;

namespace Jaga.Hashing;

/// <summary>The foldings of <see cref="NormalText"/>: first each character for itself, then words.</summary>
internal static class TextFolding
{
    /// <summary>Letters in a row, each with spaces round it, that are one word.</summary>
    private const int LettersApart = 3;

    /// <summary>Letters of the shortest word that is doubled in Indonesian.</summary>
    private const int ShortestDoubled = 3;

    // What digits 0 to 9 are written for; a space for none.
    private const string DigitLetters = "oi eas tbg";

    /// <summary>Folds each character: words of lower-case letters, digits, and the signs that may stand for a letter, with a space between them.</summary>
    internal static string Characters(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune != Rune.ReplacementChar && !IsInvisible(rune) && !IsNoCharacter(rune))
                visible.Append(rune.ToString());

        var folded = new StringBuilder(visible.Length);
        var marked = false; // whether marks belong to the letter before: they are decoration on these scripts, and vowels on others
        foreach (var rune in visible.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsInvisible(rune) || IsDecoration(rune))
                continue;
            var one = Lookalikes.Fold(Rune.ToLowerInvariant(rune));
            var isLetter = Rune.IsLetter(one);
            if (isLetter || (marked && IsMark(one)))
                folded.Append(one.Value == 'ß' ? "ss" : one.ToString());
            else if (Rune.GetUnicodeCategory(one) is UnicodeCategory.DecimalDigitNumber)
                folded.Append((char)('0' + (int)Rune.GetNumericValue(one)));
            else
                folded.Append(one.Value is '@' or '$' or '!' or '|' ? (char)one.Value : ' ');
            marked = isLetter || (marked && IsMark(one));
        }
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Folds words: those set apart are joined, doubled ones are one, digits and signs become letters, repeated letters one.</summary>
    internal static string Words(string text)
    {
        var words = new List<string>();
        foreach (var word in Joined(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            var folded = Unrepeated(Lettered(Undoubled(word)));
            if (folded.Length > 0 && !(words.Count > 0 && folded == words[^1] && folded.Length >= ShortestDoubled && folded.All(char.IsLetter)))
                words.Add(folded);
        }
        return string.Join(' ', words);
    }

    /// <summary>Every letter once where it stands several times in a row. Digits stay as they are.</summary>
    internal static string Unrepeated(string word)
    {
        var once = new StringBuilder(word.Length);
        foreach (var rune in word.EnumerateRunes())
            if (!(Rune.IsLetter(rune) && EndsWith(once, rune)))
                once.Append(rune.ToString());
        return once.ToString();
    }

    /// <summary>Joins words of one character each, where at least three follow each other.</summary>
    private static IEnumerable<string> Joined(string[] words)
    {
        for (var i = 0; i < words.Length;)
        {
            var end = i;
            while (end < words.Length && IsOne(words[end]))
                end++;
            if (end - i >= LettersApart)
            {
                yield return string.Concat(words[i..end]);
                i = end;
            }
            else
                yield return words[i++];
        }
    }

    private static bool IsOne(string word) => word.Length == 1 || (word.Length == 2 && char.IsSurrogatePair(word, 0));

    /// <summary>Takes off the 2 that doubles an Indonesian word.</summary>
    private static string Undoubled(string word) =>
        word.Length > ShortestDoubled && word[^1] == '2' && word.AsSpan(0, word.Length - 1).IndexOfAnyExceptInRange('a', 'z') < 0 ? word[..^1] : word;

    /// <summary>Reads digits and signs as letters where they stand among letters; drops other signs.</summary>
    private static string Lettered(string word)
    {
        var letters = word.ToCharArray();
        for (var i = 0; i < word.Length; i++)
            if (word[i] is >= '0' and <= '9')
            {
                var end = i + 1;
                while (end < word.Length && word[end] is >= '0' and <= '9')
                    end++;
                if (StandsForLetters(word, i, end))
                    for (var at = i; at < end; at++)
                        letters[at] = DigitLetters[word[at] - '0'] is var letter and not ' ' ? letter : word[at];
                i = end - 1;
            }
            else
                letters[i] = word[i] switch
                {
                    'l' => 'i',
                    '@' => IsLetter(word, i - 1) && IsLetter(word, i + 1) ? 'a' : ' ',
                    '$' => IsLetter(word, i + 1) ? 's' : ' ',
                    '!' or '|' => IsLetter(word, i - 1) && IsLetter(word, i + 1) ? 'i' : ' ',
                    var other => other,
                };
        return new string(letters).Replace(" ", "", StringComparison.Ordinal);
    }

    // Up to two digits between letters; one before three letters; one of the plain ones after two. Numbers, prices and the numbers in names stay.
    private static bool StandsForLetters(string word, int start, int end)
    {
        var (before, after) = (start > 0, end < word.Length);
        return (before, after) switch
        {
            (true, true) => end - start <= 2 && IsLetter(word, start - 1) && IsLetter(word, end),
            (false, true) => end - start == 1 && IsLetter(word, end) && IsLetter(word, end + 1) && IsLetter(word, end + 2),
            (true, false) => end - start == 1 && word[start] is '0' or '1' or '3' or '4' or '5' or '7' && IsLetter(word, start - 1) && IsLetter(word, start - 2),
            _ => false,
        };
    }

    private static bool IsLetter(string word, int at) => at >= 0 && at < word.Length && (char.IsLetter(word[at]) || char.IsSurrogate(word[at]));

    private static bool EndsWith(StringBuilder text, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        var length = rune.EncodeToUtf16(units);
        if (text.Length < length)
            return false;
        for (var i = 0; i < length; i++)
            if (text[text.Length - length + i] != units[i])
                return false;
        return true;
    }

    // Marks that are laid over Latin, Greek and Cyrillic letters and over anything, by their blocks; the vowel signs of other scripts are letters here.
    private static bool IsDecoration(Rune rune) => rune.Value is (>= 0x0300 and <= 0x036F) or (>= 0x0483 and <= 0x0489) or (>= 0x1AB0 and <= 0x1AFF)
        or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE20 and <= 0xFE2F);

    // Reserved for a program's own use (Unicode, section 23.7); what normalises text refuses them.
    private static bool IsNoCharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Format characters, variation selectors and fillers: default ignorable in Unicode's sense (UAX 44), nothing is seen of them.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164 or 0xFFA0
            or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);
}
