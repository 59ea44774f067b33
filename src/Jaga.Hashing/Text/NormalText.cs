using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Hashing;

/// <summary>
/// A text as it reads, whatever it is written with: what people and filters would call the same text has the same normal form.
/// </summary>
/// <remarks>
/// <para>
/// Folded are: compatibility forms (NFKC, UAX 15: full width, mathematical alphabets, enclosed letters and digits), case, accents and other marks on
/// Latin, Greek and Cyrillic letters, characters that look like Latin letters (a part of UTS 39), invisible characters, everything that is neither letter
/// nor digit (emoji, punctuation, line breaks), letters set apart (<c>s l o t</c>), letters repeated (<c>slooot</c>), words repeated at once, and in
/// Indonesian the 2 that stands for that (<c>teman2</c>, <c>teman-teman</c>), digits and signs in the place of letters (<c>g4c0r</c>), and l and i, which a
/// capital I makes the same. Runs of digits at a word's end stay: <c>toto88</c> is not <c>toto99</c>.
/// </para>
/// <para>
/// The form is for comparison and not for reading. It is its own normal form. It depends on the Unicode version of the system's ICU only for characters
/// that this version does not know.
/// </para>
/// </remarks>
public sealed class NormalText : IEquatable<NormalText>
{
    /// <summary>Characters (UTF-16 units) of the longest text taken.</summary>
    public const int MaxLength = 100_000;

    private NormalText(string words)
    {
        Words = words;
        Letters = TextFolding.Unrepeated(words.Replace(" ", "", StringComparison.Ordinal));
    }

    /// <summary>The normal form, its words with a space between them.</summary>
    public string Words { get; }

    /// <summary>The normal form without spaces: what is compared, as spacing says nothing.</summary>
    public string Letters { get; }

    /// <summary>Whether nothing is left: the text had neither letters nor digits.</summary>
    public bool IsEmpty => Letters.Length == 0;

    /// <summary>The SHA-256 of <see cref="Letters"/> in UTF-8: equal for texts that read the same.</summary>
    public Digest Digest => Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(Encoding.UTF8.GetBytes(Letters)));

    /// <summary>The normal form of a text. Halves of surrogate pairs are dropped.</summary>
    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxLength"/>.</exception>
    public static NormalText Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
            throw new ArgumentException($"A text has at most {MaxLength:N0} characters, not {text.Length:N0}.", nameof(text));

        // One folding may make way for another, e.g. a repeated letter become one that is set apart. Each pass makes the text shorter or leaves it.
        var words = TextFolding.Characters(text);
        for (string before; (before = words) != (words = TextFolding.Words(before));)
            continue;
        return new(words);
    }

    /// <summary>Whether both read the same.</summary>
    public bool Equals(NormalText? other) => other is not null && Letters == other.Letters;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NormalText);

    /// <inheritdoc/>
    public override int GetHashCode() => Letters.GetHashCode(StringComparison.Ordinal);

    /// <summary>The words.</summary>
    public override string ToString() => Words;
}
