using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// A person decides that something is not owed after all, and says why. What the law sets a time for takes two persons unless the policy says otherwise:
/// the first one's call asks, and the call of somebody else within a day cancels.
/// </summary>
public sealed class CancelObligation(Db db, AuditLog audit, TimeProvider clock, Duties duties, Regimes regimes, Notices notices, ObligationSettings settings)
{
    /// <param name="Reason">1 to 2,000 characters.</param>
    public sealed record Request(string Reason);

    /// <param name="Cancelled">False while it waits for a second person.</param>
    public sealed record Answer(bool Cancelled);

    /// <exception cref="BadInput">No reason is given.</exception>
    /// <exception cref="NotFound">There is no such obligation.</exception>
    /// <exception cref="RuleBroken">It is over, or the same person asked before.</exception>
    public async Task<Answer> Run(Id<Obligation> id, Request request, Actor actor, CancellationToken ct)
    {
        var reason = Duties.Checked(request.Reason, "reason", Duties.MaxWords);
        await using var transaction = await db.Begin(ct);
        var owed = await duties.One(id, ct);
        if (settings.TwoPersonsToCancel && regimes.IsOfLaw(owed.Clause) && !await Agreed(owed, reason, actor, ct))
        {
            return await transaction.Commit(new Answer(false), ct);
        }

        await duties.Cancel(id, reason, actor, ct);
        return await transaction.Commit(new Answer(true), ct);
    }

    // Whether somebody else asked for the same; where nobody did, this asks.
    private async Task<bool> Agreed(Obligation owed, string reason, Actor actor, CancellationToken ct)
    {
        owed.MustBeOwed();
        var (now, me) = (clock.GetUtcNow(), actor.ToString());
        var since = now - Cancellation.Serves;
        var waiting = await db.Cancellations.Where(c => c.Obligation == owed.Id && c.AllowedBy == null && c.AskedAt > since).OrderBy(c => c.Id).ToListAsync(ct);
        if (waiting.Find(c => c.AskedBy != me) is { } asked)
        {
            asked.Allow(actor, now);
            return true;
        }

        if (waiting.Count > 0)
        {
            throw new RuleBroken("You have asked for this to be cancelled. The law names its time, so somebody else must do it.");
        }

        db.Add(new Cancellation { Id = Id<Cancellation>.New(now), Obligation = owed.Id, AskedBy = me, AskedAt = now, Reason = reason });
        audit.Record(actor, "obligation.cancel-asked", owed.Subject, reason);
        var duty = regimes.TryFind(owed.Clause)?.Duty ?? new(owed.Clause, owed.Clause);
        await notices.Tell(
            Whom.Lead, owed.Queue, null, owed.Subject,
            new(
                $"{actor.Name} asks to cancel what is owed to {owed.OwedTo}; it is cancelled when somebody else does the same within a day. {duty.En}",
                $"{actor.Name} meminta agar kewajiban kepada {owed.OwedTo} dibatalkan; kewajiban itu batal bila orang lain melakukan hal yang sama dalam satu hari. {duty.Id}"),
            urgent: false, null, ct);
        return false;
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/obligations/{id}/cancel", (Id<Obligation> id, Request request, Actor actor, CancelObligation cancel, CancellationToken ct) => cancel.Run(id, request, actor, ct))
            .Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Cancel with a reason").WithDescription("What the law sets a time for takes two persons: the first call asks, and another person's cancels. cancelled tells which it was.");
}
