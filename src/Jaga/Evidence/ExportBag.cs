using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Exports an exhibit as a bag (BagIt 1.0, RFC 8493) that anybody can check with <c>sha256sum</c> alone, and with <c>jaga evidence verify</c> down to the audit log:
/// <c>data/exhibit.json</c> (the sealed list), <c>data/record.json</c>, <c>data/objects/…</c>, and <c>data/custody/</c> with the lines about them that a receiver may know, the proof of each, and the checkpoint.
/// </summary>
public sealed class ExportBag(Db db, AuditLog audit, ExhibitBag exhibits, SecondWords words, EvidenceSettings settings, TimeProvider clock)
{
    private const int MaxReason = 500;

    /// <param name="Reason">Why it leaves, and to whom.</param>
    public sealed record Request(string Reason);

    /// <summary>Writes the bag. The line that says who took it and why is committed first, and is in the bag.</summary>
    /// <exception cref="NotFound">There is no such exhibit.</exception>
    /// <exception cref="RuleBroken">Some of it was destroyed when its time was over.</exception>
    /// <exception cref="EvidenceAltered">Something of it is gone or is not what was sealed; the bag is then incomplete and does not verify.</exception>
    public async Task Run(Id<Exhibit> id, Actor actor, string reason, Func<string, IBagTarget> target, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
        {
            throw new BadInput("reason", $"A bag is exported for a reason of at most {MaxReason} characters, and the reason is recorded.");
        }

        var exhibit = await db.Exhibits.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exhibit");

        // Looked at before the first byte is sent, while the answer can still be a sentence.
        await exhibits.Blobs(exhibit.Read(), ct);

        // Each export is an act of its own, whatever key the caller repeats; by its id its line finds its bag, and no other's does.
        var own = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        db.Write = null;
        await using (var transaction = await db.Begin(ct))
        {
            var second = await Second(id, actor, ct);
            audit.Record(actor, ExhibitBag.Exported, exhibit.Subject, reason, new { exhibit.Digest, second, export = own });
            await transaction.Commit(ct);
        }

        var bag = new BagWriter(target($"exhibit-{id}"), clock.GetUtcNow());
        await exhibits.Write(bag, "data/", exhibit, [], own, ct);
        await bag.Close(settings.Organization, id.ToString(), $"Sealed evidence about {exhibit.About}, digest {exhibit.Digest}", ct);
    }

    // Who else allowed it, where the policy wants two persons; that word is then used up.
    private async Task<string?> Second(Id<Exhibit> id, Actor actor, CancellationToken ct)
    {
        if (!words.Needed(TwoPersonAct.Export))
        {
            return null;
        }

        return (await words.Take(TwoPersonAct.Export, Subject.Of("exhibit", id), actor, ct) ?? throw new RuleBroken("An export needs two persons here: ask for it, and have somebody else allow it.")).AllowedBy;
    }

    /// <summary><c>POST /evidence/exhibits/{id}/bag</c>: the bag as a tar file.</summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exhibits/{id}/bag", async (Id<Exhibit> id, Request request, ExportBag export, Actor actor, HttpContext http, CancellationToken ct) =>
    {
        TarBag? tar = null;
        try
        {
            await export.Run(id, actor, request.Reason, name =>
            {
                http.Response.ContentType = "application/x-tar";
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.tar\"";
                return tar = new(http.Response.Body, name);
            }, ct);
            await tar!.DisposeAsync();
        }
        catch when (http.Response.HasStarted)
        {
            // Cut off, so that nobody takes half a bag for a whole one.
            http.Abort();
            throw;
        }
        catch (EvidenceAltered altered)
        {
            throw new RuleBroken(altered.Message);
        }
    }).Requires(Permission.ExportEvidence).WithSummary("Export an exhibit as a bag (BagIt 1.0, tar), for a recorded reason");
}
