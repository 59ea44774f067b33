using System.Text.RegularExpressions;

namespace Jaga.Reports;

/// <summary>
/// A place in the reporter's own words, where there is no address: messages in an app have none. It is a subject of its own; what it is on the platform the desk says (<see cref="Cases.PointCase"/>).
/// Words in which one name stands (<c>@jahat99</c>) are about that name, whoever writes them; all others are each for themselves, since two who wrote "in the chat" hardly mean the same.
/// </summary>
public static partial class PlaceInWords
{
    /// <summary>The kind of such subjects.</summary>
    public const string Kind = Cases.Locations.InWords;

    private const int MostWords = 150;

    /// <param name="written">As it was written.</param>
    /// <param name="mark">Bytes that no other report has, of which the first four tell this place from others in the same words.</param>
    public static Subject Of(string written, ReadOnlySpan<byte> mark)
    {
        if (Named(written) is { } named)
        {
            return named;
        }

        var words = Gaps().Replace(written, " ").Trim();
        var end = words.Length <= MostWords ? words.Length : char.IsHighSurrogate(words[MostWords - 1]) ? MostWords - 1 : MostWords;
        return new(Kind, $"{words[..end]} #{Convert.ToHexStringLower(mark[..4])}".Trim());
    }

    /// <summary>The one name that stands in the words, or null where there is none or more than one.</summary>
    public static Subject? Named(string written) =>
        Name().Matches(written).Select(m => m.Value.ToLowerInvariant()).Distinct().Take(2).ToArray() is [{ } name] ? new(Kind, name) : null;

    // Also what is not seen, e.g. marks that turn the direction of writing.
    [GeneratedRegex(@"[\s\p{Cc}\p{Cf}]+")]
    private static partial Regex Gaps();

    // Not the latter half of an e-mail address.
    [GeneratedRegex(@"(?<![\w.@])@\w[\w.\-]{1,58}\w")]
    private static partial Regex Name();
}
