using System.Buffers;

namespace Jaga.Banks.Files;

/// <summary>One entry of a list as it is written, before anything in it is believed. Empty where the list has nothing.</summary>
internal record struct SignalText(string Hash, string Algorithm = "", string Quality = "", string Labels = "", string Entry = "", string Member = "")
{
    /// <summary>Characters in an entry's reference or a member's name.</summary>
    public const int MaxReference = 200;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // Every empty file has these; a list that holds one holds it by mistake.
    private static readonly HashSet<string> OfNothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    };

    /// <summary>Believes the text, or says which field cannot be and why.</summary>
    /// <param name="usual">What an entry is that does not name its algorithm; null where it must.</param>
    public readonly (string Field, string Reason)? Read(SignalType? usual, out NewSignal signal)
    {
        signal = default;
        if (Hash.Length == 0)
        {
            return ("hash", "There is no hash.");
        }

        if (Type(usual, out var type) is { } unnamed)
        {
            return unnamed;
        }

        var value = new byte[type.Bytes()];
        if (Hash.Length != 2 * value.Length)
        {
            return ("hash", $"This is {Hash.Length} characters; {type.Word()} is {2 * value.Length} hexadecimal digits.");
        }

        if (Convert.FromHexString(Hash, value, out _, out _) != OperationStatus.Done)
        {
            return ("hash", $"{Printable(Hash[Hash.AsSpan().IndexOfAnyExcept(HexDigits)])} is not a hexadecimal digit.");
        }

        if (value.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            return ("hash", "All zeros: what a tool writes for a picture that it could not read.");
        }

        if (OfNothing.Contains(Hash))
        {
            return ("hash", "This is the digest of an empty file, and would match every one.");
        }

        int? quality = null;
        if (Quality.Length > 0)
        {
            if (!int.TryParse(Quality, System.Globalization.NumberStyles.None, null, out var number) || number > 100)
            {
                return ("quality", $"'{Shown(Quality)}' is not a whole number from 0 to 100.");
            }

            quality = number;
        }

        if (!LabelWords.TryRead(Labels, out var labels))
        {
            return ("labels", LabelWords.Rule);
        }

        if (Wrong(Entry) is { } entry)
        {
            return ("entry", entry);
        }

        if (Wrong(Member) is { } member)
        {
            return ("member", member);
        }

        signal = new(type, value, quality, labels, Entry, Member);
        return null;
    }

    private readonly (string, string)? Type(SignalType? usual, out SignalType type)
    {
        type = default;
        if (Algorithm.Length > 0)
        {
            return SignalTypes.TryRead(Algorithm, out type) ? null : ("algorithm", $"'{Shown(Algorithm)}' is not an algorithm known here: pdq, md5, sha1, sha256.");
        }

        (var known, type) = (usual, Hash.Length) switch
        {
            ({ } named, _) => (true, named),
            (null, 32) => (true, SignalType.Md5),
            (null, 40) => (true, SignalType.Sha1),
            _ => (false, default),
        };
        return known ? null : Hash.Length == 64
            ? ("algorithm", "64 digits may be PDQ or SHA-256. Name the algorithm.")
            : ("algorithm", $"The algorithm is not named, and none has {Hash.Length} characters.");
    }

    private static string? Wrong(string reference) =>
        reference.Length > MaxReference ? $"This is {reference.Length:N0} characters; there is room for {MaxReference}."
        : reference.FirstOrDefault(char.IsControl) is var c && reference.Any(char.IsControl) ? $"{Printable(c)} does not belong into a reference."
        : null;

    private static string Printable(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\'' ? $"U+{(int)c:X4}" : $"'{c}'";

    private static string Shown(string text) => new([.. text.Take(30).Select(c => char.IsControl(c) ? '\uFFFD' : c)]);
}
