using Jaga.Audit;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>What a person says about a file. Whether somebody viewed it is not among it: that comes from the log of reveals alone.</summary>
/// <param name="Number">From 1, as in the draft.</param>
public sealed record FileWords(int Number, TipClass? Class, IReadOnlyList<TipFileAnnotation> Annotations, TipRelevance? Relevance, bool? PubliclyAvailable)
{
    internal TipFile On(TipFile file) => file with { Class = Class, Annotations = [.. Annotations.Distinct()], Relevance = Relevance, PubliclyAvailable = PubliclyAvailable };
}

/// <summary>Rewrites a draft. Whoever writes it last cannot sign it.</summary>
public sealed class EditReferral(Db db, MasterKey master, AuditLog audit)
{
    /// <param name="Version">The version that was read.</param>
    /// <param name="Files">What is said about files, for those that are to be changed; null for none.</param>
    public sealed record Request(int Version, TipReport Report, IReadOnlyList<FileWords>? Files = null);

    /// <exception cref="RuleBroken">It is signed, or changed since it was read.</exception>
    /// <exception cref="BadInput">It has no file of that number.</exception>
    public async Task<int> Run(Id<Referral> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var referral = await Referral.Hold(db, id, ct);
        referral.Edit(request.Report, request.Version, actor, master);
        var files = request.Files is { Count: > 0 } ? await db.ReferralFiles.Where(f => f.Referral == id).ToListAsync(ct) : [];
        foreach (var words in request.Files ?? [])
        {
            var file = files.Find(f => f.Number == words.Number) ?? throw new BadInput("files", $"This draft has no file {words.Number}.");
            file.Say(words.On(file.Details(master)), master);
        }

        audit.Record(actor, "referral.edited", referral.Subject, details: new { referral.Version, files = request.Files?.Select(f => f.Number) });
        return await transaction.Commit(referral.Version, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/referrals/{id}", async (Id<Referral> id, Request request, EditReferral edit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await edit.Run(id, request, actor, ct)))
        .Requires(Permission.WriteReferrals)
        .WithSummary("Rewrite the draft of a report").WithDescription("The report as a whole, and of its files class, annotations, relevance and whether the public could see them.");
}
