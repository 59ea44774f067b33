using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>Writes items as raw rows on the hot path, through <see cref="GroupCommit"/>: many checks, one disk sync.</summary>
public sealed class ItemWriter(GroupCommit group)
{
    private static readonly RawInsert Items = new(
        "items", "id", "external_id", "kind", "account", "group", "url", "name", "surface", "visibility", "region", "uploaded_at", "publicly_available", "received_at", "verdict", "outcome", "reason",
        "format", "width", "height", "size", "md5", "sha1", "sha256", "pdq", "quality", "case", "sent_by");

    private static readonly RawInsert Sightings = new("sightings", "id", "signal", "bank", "item", "account", "outcome", "distance", "frame", "allowed_by", "at");

    /// <summary>Has <paramref name="item"/> and its fingerprints committed, with what was met in it and the answer to an idempotent write if there is one.</summary>
    internal Task Write(Item item, KeptFingerprints kept, IReadOnlyList<Sighting> sightings, IdempotentAnswer? answer, CancellationToken ct) => group.Commit((rows, _) =>
    {
        var at = rows.Time(item.ReceivedAt);
        rows.Add(
            Items, item.Id.Value, item.ExternalId, Word(item.Kind), item.Account, item.Group, item.Url, item.Name, item.Surface, Word(item.Visibility), item.Region,
            item.UploadedAt is { } uploaded ? rows.Time(uploaded) : null, item.PubliclyAvailable, at, Word(item.Verdict), item.Outcome, item.Reason,
            item.Format, item.Width, item.Height, item.Size, item.Md5, item.Sha1, item.Sha256, item.Pdq, item.Quality, item.Case, item.SentBy);
        rows.Gathered<FingerprintTail>().Add(kept, item.ReceivedAt);
        foreach (var met in sightings)
        {
            rows.Add(Sightings, met.Id.Value, met.Signal, met.Bank, met.Item, met.Account, Word(met.Outcome), met.Distance, met.Frame, met.AllowedBy, rows.Time(met.At));
        }

        answer?.Insert(rows);
        return ValueTask.CompletedTask;
    }, ct);

    private static string? Word<T>(T value)
        where T : struct, Enum => Enum.GetName(value);
}
