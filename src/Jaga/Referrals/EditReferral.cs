using Jaga.Audit;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>Rewrites a draft. Whoever writes it last cannot sign it.</summary>
public sealed class EditReferral(Db db, MasterKey master, AuditLog audit)
{
    /// <param name="Version">The version that was read.</param>
    public sealed record Request(int Version, TipReport Report);

    /// <exception cref="RuleBroken">It is signed, or changed since it was read.</exception>
    public async Task<int> Run(Id<Referral> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var referral = await db.Referrals.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such referral");
        referral.Edit(request.Report, request.Version, actor, master);
        audit.Record(actor, "referral.edited", referral.Subject);
        return await transaction.Commit(referral.Version, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/referrals/{id}", async (Id<Referral> id, Request request, EditReferral edit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await edit.Run(id, request, actor, ct)))
        .Requires(Permission.WriteReferrals)
        .WithSummary("Rewrite the draft of a report");
}
