namespace Jaga.Banks.Files;

/// <summary>One entry of a list as it is written, before anything in it is believed. Empty where the list has nothing.</summary>
internal record struct SignalText(string Hash, string Algorithm = "", string Quality = "", string Labels = "", string Entry = "", string Member = "")
{
    /// <summary>Characters in an entry's reference or a member's name.</summary>
    public const int MaxReference = 200;

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

        if (SignalValue.TryRead(type, Hash, out var value) is { } broken)
        {
            return ("hash", broken);
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

        signal = new(value.Type, value.Value, quality, labels, Entry, Member, value.Content);
        return null;
    }

    private readonly (string, string)? Type(SignalType? usual, out SignalType type)
    {
        type = default;
        if (Algorithm.Length > 0)
        {
            return SignalTypes.TryRead(Algorithm, out type) ? null : ("algorithm", $"'{Shown(Algorithm)}' is not an algorithm known here: {SignalTypes.All}.");
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
        : reference.FirstOrDefault(char.IsControl) is var c && reference.Any(char.IsControl) ? $"{SignalValue.Printable(c)} does not belong into a reference."
        : null;

    private static string Shown(string text) => new([.. text.Take(30).Select(c => char.IsControl(c) ? '\uFFFD' : c)]);
}
