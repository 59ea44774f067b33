using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// Drafts another report after one that is over. After a finished one: about the same person, with its number among the earlier reports and without its files,
/// for NCMEC has those but the ones that it left out. After one that was taken back or dropped: the same again, files and all, in its place.
/// </summary>
public sealed class FollowUpReferral(Db db, MasterKey master, DraftReferral draft, Notices notices)
{
    /// <param name="New">What is new, or what was wrong before; 1 to 20,000 characters. It becomes the additional information.</param>
    public sealed record Request(string New);

    /// <exception cref="RuleBroken">It is not over.</exception>
    public async Task<Id<Referral>> Run(Id<Referral> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.New?.Trim() is not { Length: > 0 and <= 20_000 } told)
        {
            throw new BadInput("new", "Say what is new, in 1 to 20,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var before = await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such referral");
        if (before.State is not (ReferralState.Finished or ReferralState.Retracted or ReferralState.Dropped))
        {
            throw new RuleBroken("It is not over yet. Change the draft, or take it back first.");
        }

        var isFinished = before.State is ReferralState.Finished;
        var files = await db.ReferralFiles.AsNoTracking().Where(f => f.Referral == id && (!isFinished || f.MissedAt != null)).OrderBy(f => f.Number).ToListAsync(ct);
        var says = before.Says(master) with { AdditionalInfo = told };
        var next = await draft.Run(
            before.About, before.Account, isFinished ? Naming(says, before.ReportId!.Value) : says, [.. files.Select(f => new FileToRefer(f.Evidence, f.Details(master)))], actor, ct, before.Id);
        await notices.Over(before.Subject, ct);
        return await transaction.Commit(next.Id, ct);
    }

    // NCMEC knows no field for the earlier report but that of the person.
    private static TipReport Naming(TipReport says, long number) => says.Reported is { } reported
        ? says with { Reported = reported with { PriorReports = [number, .. reported.PriorReports.Where(p => p != number)] } }
        : says with { AdditionalInfo = $"This follows up report {number}. {says.AdditionalInfo}" };

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/referrals/{id}/follow-up", async (Id<Referral> id, Request request, FollowUpReferral follow, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await follow.Run(id, request, actor, ct)))
        .Requires(Permission.WriteReferrals)
        .WithSummary("Draft another report after this one").WithDescription("After a finished one, a follow-up on the same person that names it; after one that was taken back or dropped, the same again.");
}
