using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Cases;

/// <summary>
/// Somebody holds the reveal: the look is logged first, then the re-encoded picture is given. Whoever reveals must have the case on the desk,
/// and where the policy wants two persons (<see cref="EvidenceSettings.TwoPersonsToReveal"/>) the word of another one.
/// </summary>
public sealed class RevealMedia(Db db, TimeProvider clock, Vault vault, SecondWords words, AuditLog audit)
{
    /// <summary>Names the reveal in the answer, so that its end can be told.</summary>
    public const string Header = "Jaga-Reveal";

    /// <summary>The reason of every look. Where another one was given to a second person it stands with their word, for this line goes along with packages.</summary>
    private const string OnDesk = "to decide the case on their desk";

    /// <returns>The reveal and the JPEG.</returns>
    /// <exception cref="RuleBroken">The case is not on the caller's desk, nobody else allowed it who had to, or there is nothing that can be shown.</exception>
    public async Task<(Id<Reveal> Reveal, byte[] Picture)> Run(Id<Case> id, Id<CaseMedia> media, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var shown = await db.CaseMedia.SingleOrDefaultAsync(m => m.Case == id && m.Id == media, ct) ?? throw new NotFound("such media in this case");
        if (@case.LeasedBy != actor.Id || @case.LeasedUntil <= now)
        {
            throw new RuleBroken("Take the case before you look. A case is looked at by whoever decides it, and by nobody else.");
        }

        if (shown.View is not { } view)
        {
            throw new RuleBroken("No picture could be made of this file. Decide by what is known, or say that you cannot view it.");
        }

        var word = words.Needed(TwoPersonAct.Reveal) ? await words.Of(TwoPersonAct.Reveal, @case.Subject, actor, ct) : null;
        if (words.Needed(TwoPersonAct.Reveal) && word?.AllowedBy is null)
        {
            throw new RuleBroken("A look needs two persons here: ask for it with your reason, and have somebody else allow it.");
        }

        var reveal = Reveal.Start(shown, actor, now);
        db.Add(reveal);

        // Each look is an act of its own, whatever key the caller repeats.
        db.Write = null;
        audit.Record(actor, "media.revealed", @case.Subject, OnDesk, new { media = shown.Id, sha256 = shown.Sha256, reveal = reveal.Id, second = word?.AllowedBy });
        await transaction.Commit(ct);

        // A look that is logged and then fails counts too much; one that is seen and not logged would count too little.
        using var picture = new MemoryStream();
        await using var opened = await vault.Open(view, actor, ExhibitBag.Looked, ct);
        await opened.CopyToAsync(picture, ct);
        return (reveal.Id, picture.ToArray());
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/media/{media}/reveal", async (Id<Case> id, Id<CaseMedia> media, RevealMedia reveal, Actor actor, HttpResponse response, CancellationToken ct) =>
        {
            var (which, picture) = await reveal.Run(id, media, actor, ct);
            response.Headers[Header] = which.ToString();
            response.Headers.CacheControl = "no-store";
            return TypedResults.Bytes(picture, "image/jpeg");
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Look at media unblurred").WithDescription("The look is logged before the picture is given; the header Jaga-Reveal names it.");
}
