using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Referrals;

/// <summary>What a person does to a referral on its way: take it back, let it go on, drop a draft. Each with a reason.</summary>
public sealed class SteerReferral(Db db, AuditLog audit, Duties duties, Notices notices, TimeProvider clock)
{
    /// <param name="Reason">1 to 2,000 characters; recorded.</param>
    public sealed record Request(string Reason);

    /// <summary>Takes it back; where NCMEC has it, by their own call.</summary>
    /// <exception cref="RuleBroken">It is finished, or nothing is under way.</exception>
    public Task Retract(Id<Referral> id, Request request, Actor actor, CancellationToken ct) => Steer(id, "referral.retract-asked", request, actor, r => r.Retract(request.Reason, clock.GetUtcNow()), ct);

    /// <summary>Lets it go on now, after somebody looked at what stopped it. Where NCMEC let nobody in, it is the one that knocks.</summary>
    public Task Retry(Id<Referral> id, Request request, Actor actor, CancellationToken ct) =>
        Steer(id, "referral.retry-asked", request, actor, r => r.Resume(clock.GetUtcNow()), ct, r => Lockout.Knock(db, r.Production, clock.GetUtcNow(), ct));

    /// <summary>Gives a draft up; nothing is owed to NCMEC after that, and the reason says why.</summary>
    public Task Drop(Id<Referral> id, Request request, Actor actor, CancellationToken ct) => Steer(id, "referral.dropped", request, actor, r => r.Drop(), ct);

    /// <summary>
    /// Takes back the reports about <paramref name="about"/> that were drafted since <paramref name="since"/>, in the caller's transaction: what caused them was taken back.
    /// Drafts are dropped; what is signed is retracted, at NCMEC too where it is open there.
    /// </summary>
    public async Task TakeBack(Subject about, DateTimeOffset since, string reason, Actor actor, CancellationToken ct)
    {
        foreach (var id in await db.Referrals.Where(r => r.About.Kind == about.Kind && r.About.Id == about.Id && r.DraftedAt >= since).Select(r => r.Id).ToListAsync(ct))
        {
            var referral = await Referral.Hold(db, id, ct);
            if (referral.State is ReferralState.Countersigned or ReferralState.Opened)
            {
                referral.Retract(reason, clock.GetUtcNow());
                audit.Record(actor, "referral.retract-asked", referral.Subject, reason);
            }

            if (referral.State is not ReferralState.Draft)
            {
                continue;
            }

            referral.Drop();
            audit.Record(actor, "referral.dropped", referral.Subject, reason);
            await duties.CancelAll(referral.Subject, reason, actor, ct);
        }
    }

    private async Task Steer(Id<Referral> id, string deed, Request request, Actor actor, Action<Referral> steer, CancellationToken ct, Func<Referral, Task>? then = null)
    {
        if (request.Reason?.Trim() is not { Length: > 0 and <= 2000 } reason)
        {
            throw new BadInput("reason", "Say why, in 1 to 2,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var referral = await Referral.Hold(db, id, ct);
        steer(referral);
        await (then?.Invoke(referral) ?? Task.CompletedTask);
        audit.Record(actor, deed, referral.Subject, reason);
        await notices.Over(referral.Subject, ct);
        if (referral.State is ReferralState.Dropped)
        {
            await duties.CancelAll(referral.Subject, reason, actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/referrals/{id}/retraction", async (Id<Referral> id, Request request, SteerReferral steer, Actor actor, CancellationToken ct) =>
        {
            await steer.Retract(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.SignReferrals).WithSummary("Take a report back before it is finished");
        api.MapPost("/referrals/{id}/retry", async (Id<Referral> id, Request request, SteerReferral steer, Actor actor, CancellationToken ct) =>
        {
            await steer.Retry(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.SignReferrals).WithSummary("Let a stopped report go on");
        api.MapPost("/referrals/{id}/drop", async (Id<Referral> id, Request request, SteerReferral steer, Actor actor, CancellationToken ct) =>
        {
            await steer.Drop(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.SignReferrals).WithSummary("Drop a draft, with a reason");
    }
}
