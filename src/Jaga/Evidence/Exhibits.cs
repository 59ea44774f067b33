using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Seals what a decision rests on, in the transaction of that decision and before anything is removed.</summary>
public sealed class Exhibits(Db db, Vault vault, AuditLog audit, TimeProvider clock)
{
    /// <summary>Freezes <paramref name="objects"/> and <paramref name="record"/> into one exhibit, and keeps all of it for at least <paramref name="keep"/>.</summary>
    /// <param name="about">What was decided, e.g. the case.</param>
    /// <param name="record">What the platform sent and knew, what matched, who looked for how long, what was decided: any object; it is kept as JSON in the vault like the rest.</param>
    /// <param name="clause">The clause that says how long.</param>
    /// <exception cref="NotFound">One of the objects does not exist.</exception>
    /// <exception cref="RuleBroken">One of them was destroyed, or is named twice.</exception>
    public Task<Exhibit> Seal(Subject about, IReadOnlyList<Id<VaultObject>> objects, object record, string clause, TimeSpan keep, Actor actor, string why, CancellationToken ct) =>
        Seal(about, objects, record, clause, keep, actor, why, null, [], ct);

    /// <summary>The same for a whole that has files by name, and other exhibits as its parts.</summary>
    /// <param name="names">What an object is called in a bag, where that is not to be its number: a plain file name of ours.</param>
    /// <param name="parts">Exhibits sealed before that are part of this one. Their own retention is not changed by it.</param>
    /// <exception cref="NotFound">One of the objects does not exist.</exception>
    /// <exception cref="RuleBroken">One of them was destroyed, or is named twice.</exception>
    public async Task<Exhibit> Seal(
        Subject about, IReadOnlyList<Id<VaultObject>> objects, object record, string clause, TimeSpan keep, Actor actor, string why,
        IReadOnlyDictionary<Id<VaultObject>, string>? names, IReadOnlyList<ExhibitPart> parts, CancellationToken ct)
    {
        if (objects.Distinct().Count() != objects.Count)
        {
            throw new RuleBroken("The same evidence is named twice for one exhibit.");
        }

        var now = new DateTimeOffset(clock.GetUtcNow().UtcTicks / 10 * 10, TimeSpan.Zero);
        var id = Id<Exhibit>.New(now);
        var sealedObjects = new List<VaultObject>
        {
            await vault.Keep(JsonSerializer.SerializeToUtf8Bytes(record, Json.Options), "application/json", Subject.Of("exhibit", id), actor, why, now + keep, ct),
        };
        foreach (var wanted in objects)
        {
            // What was kept in this very transaction is not in the table yet; what is there is locked, so that nobody destroys it meanwhile.
            sealedObjects.Add(db.VaultObjects.Local.FirstOrDefault(o => o.Id == wanted && db.Entry(o).State is EntityState.Added) ?? await Vault.Locked(db, wanted, ct) ?? throw new NotFound("such evidence"));
        }

        var files = sealedObjects.Select((o, i) => new ExhibitFile(o.Id, i == 0 ? "record.json" : names?.GetValueOrDefault(o.Id) ?? SafeName(i, o.MediaType), o.MediaType, o.Length, o.Sha256, o.Sha1, o.Md5, o.KeptAt, o.About.ToString()));
        var exhibit = Exhibit.Of(new(id, about.Kind, about.Id, now, actor.ToString(), why, clause, now + keep, [.. files], parts.Count == 0 ? null : parts));
        db.Add(exhibit);
        foreach (var kept in sealedObjects)
        {
            kept.KeepAtLeastUntil(exhibit.KeepUntil);
            db.Add(new ExhibitObject { ExhibitId = id, ObjectId = kept.Id });
            audit.Record(actor, "evidence.sealed", kept.Subject, why, new { exhibit = id, kept.DestroyAfter });
        }

        audit.Record(actor, "exhibit.sealed", exhibit.Subject, why, new { exhibit.Digest, about = about.ToString(), clause, exhibit.KeepUntil });
        return exhibit;
    }

    // The platform's own file names stay in the record: they may hold anything.
    private static string SafeName(int number, string mediaType) => $"objects/{number:0000}{mediaType switch
    {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/avif" => ".avif",
        "image/heic" => ".heic",
        "image/tiff" => ".tiff",
        "image/bmp" => ".bmp",
        "video/mp4" => ".mp4",
        "video/webm" => ".webm",
        "video/matroska" => ".mkv",
        "video/vnd.avi" => ".avi",
        "video/mpeg" => ".mpg",
        "video/mp2t" => ".ts",
        "video/ogg" => ".ogv",
        "video/x-flv" => ".flv",
        "video/x-ms-asf" => ".wmv",
        "video/quicktime" => ".mov",
        "audio/mpeg" => ".mp3",
        "text/plain" => ".txt",
        "text/html" => ".html",
        "application/json" => ".json",
        "application/pdf" => ".pdf",
        _ => ".bin",
    }}";
}
