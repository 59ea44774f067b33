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

    /// <summary>How long fingerprints of what was checked are kept for look-back; 0 for ever. Those of items in a case stay with the case.</summary>
    public TimeSpan KeepFingerprints { get; init; } = TimeSpan.FromDays(365);

    internal IEnumerable<string> Wrong()
    {
        if (KeepFingerprints != TimeSpan.Zero && (KeepFingerprints < TimeSpan.FromHours(1) || KeepFingerprints > TimeSpan.FromDays(36_500)))
        {
            yield return $"Items:KeepFingerprints is {KeepFingerprints}. It takes 1 hour to 36,500 days, or 0 for ever.";
        }

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
