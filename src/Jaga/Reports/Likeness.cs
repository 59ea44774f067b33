using Jaga.Hashing;

namespace Jaga.Reports;

/// <summary>By what reports in nearly the same words are told: the fingerprint of a text, or the digest of one too short to have a fingerprint.</summary>
public static class Likeness
{
    private const char Print = 'p';
    private const char Exact = 'd';

    /// <summary>65 characters: <c>p</c> and a fingerprint, or <c>d</c> and a digest.</summary>
    public static string Of(string words)
    {
        var text = NormalText.Of(words);
        return TextFingerprint.Of(text) is { } print ? $"{Print}{print}" : $"{Exact}{text.Digest}";
    }

    /// <summary>Whether two texts are taken for the same.</summary>
    public static bool Same(string one, string other) => one == other
        || (one[0] == Print && other[0] == Print && PdqHash.Parse(one[1..]).DistanceTo(PdqHash.Parse(other[1..])) <= TextFingerprint.UsualDistance);
}
