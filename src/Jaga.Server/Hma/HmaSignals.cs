using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Hma;

/// <summary>HMA's words for types of signals and content.</summary>
internal static class HmaSignals
{
    /// <summary>Every word that is taken, with the type it stands for here. The first two are HMA's own.</summary>
    public static readonly IReadOnlyDictionary<string, SignalType> Types = new Dictionary<string, SignalType>
    {
        ["pdq"] = SignalType.Pdq, ["video_md5"] = SignalType.Md5, ["md5"] = SignalType.Md5, ["sha1"] = SignalType.Sha1, ["sha256"] = SignalType.Sha256,
    };

    /// <summary>What a file of each type of content is hashed by when nobody chooses, and what may be chosen.</summary>
    public static readonly IReadOnlyDictionary<string, (string Usual, IReadOnlyList<string> Possible)> Contents = new Dictionary<string, (string, IReadOnlyList<string>)>
    {
        ["photo"] = ("pdq", ["pdq", "md5", "sha1", "sha256"]), ["video"] = ("video_md5", ["video_md5", "md5", "sha1", "sha256"]),
    };

    /// <exception cref="BadInput">There is no such type.</exception>
    public static SignalType Type(string word) => Types.TryGetValue(word, out var type) ? type : throw new BadInput("signal_type", $"No such SignalType '{word}'");

    /// <summary>What to look up for one signal.</summary>
    /// <exception cref="BadInput">The type or the signal is none.</exception>
    public static MatchQuery Query(string word, string signal)
    {
        if (SignalValue.TryRead(Type(word), signal, out var value) is { } problem)
        {
            throw new BadInput("signal", $"invalid signal: {problem}");
        }

        return value.Type is SignalType.Pdq ? new() { Pdq = new(PdqHash.FromBytes(value.Value), 100) } : new() { Digests = [Digest.FromBytes(Algorithm(value.Type), value.Value)] };
    }

    /// <summary>The matches of one signal alone, of these banks if any are named.</summary>
    public static IReadOnlyList<Match> Find(Matcher matcher, string word, string signal, string? banks)
    {
        var wanted = Banks(banks);
        return [.. matcher.Find(Query(word, signal)).Where(m => m.Type == Type(word) && wanted(m.BankName))];
    }

    /// <summary>Whether a bank is one of these: their names with commas between them, or null for all.</summary>
    public static Func<string, bool> Banks(string? names) => names?.Split(',') is { } wanted ? wanted.Contains : _ => true;

    private static DigestAlgorithm Algorithm(SignalType type) => type switch { SignalType.Md5 => DigestAlgorithm.Md5, SignalType.Sha1 => DigestAlgorithm.Sha1, _ => DigestAlgorithm.Sha256 };
}
