using Jaga.Media;

namespace Jaga.Items;

/// <summary>What is checked, and what is held. <c>Jaga__Items__…</c></summary>
public sealed record ItemSettings
{
    /// <summary>The largest file taken, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Outcomes of decoding for which an item is held and a person looks: files that behave as if made to break a reader.</summary>
    public IReadOnlyList<MediaOutcome> HoldOutcomes { get; init; } = [];

    /// <summary>
    /// The legal basis on which private and end-to-end items are checked. Empty: they are not, and the platform is told so.
    /// </summary>
    public string PrivateLegalBasis { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (MaxFileBytes is < 1024 or > 1024L * 1024 * 1024)
        {
            yield return $"Items:MaxFileBytes is {MaxFileBytes}. It takes 1,024 bytes to 1 GiB.";
        }

        if (HoldOutcomes.Contains(MediaOutcome.Read))
        {
            yield return "Items:HoldOutcomes names Read. It takes outcomes of files that could not be read.";
        }
    }
}
