using Jaga.Audit;
using Jaga.Banks;
using Jaga.Obligations;

namespace Jaga.Matching;

/// <summary>
/// A lead decides about a signal in quarantine. Released: it was right to match, it counts again, and the matches that were kept open their cases.
/// Confirmed: it matches what it should not; it is put out of use, what was held for it alone may go, and the list that it came from is told so.
/// </summary>
public sealed class DecideQuarantine(Db db, AuditLog audit, StandSignal stand, GiveOpinion opinions, Notices notices, TimeProvider clock)
{
    /// <param name="Why">The reason, 1 to 500 characters.</param>
    public sealed record Request(string Why);

    /// <param name="release">Whether the signal counts again.</param>
    /// <exception cref="NotFound">No such signal in quarantine.</exception>
    /// <exception cref="BadInput">No reason is given, or a long one.</exception>
    public async Task Run(long signal, bool release, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why) || request.Why.Length > Opinion.MaxText)
        {
            throw new BadInput("why", $"Say why, in 1 to {Opinion.MaxText} characters.");
        }

        await using var transaction = await db.Begin(ct);
        var standing = await db.SignalStandings.AsNoTracking().SingleOrDefaultAsync(s => s.Signal == signal && s.State == StandingState.Quarantined, ct) ?? throw new NotFound("such signal in quarantine");
        await notices.Over(standing.Subject, ct);
        audit.Record(actor, release ? "quarantine.released" : "quarantine.confirmed", standing.Subject, request.Why);
        await stand.Run(signal, standing.Bank, release ? StandingState.Counts : StandingState.Disabled, request.Why, null, actor, ct);
        if (!release)
        {
            await opinions.AddAll([signal], Judgement.Deconfirm, request.Why, standing.Subject, clock.GetUtcNow(), actor, ct);
        }

        await transaction.Commit(ct);
    }

    /// <summary><c>POST /quarantine/{signal}/release</c> and <c>…/confirm</c> with the reason: 204.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/quarantine/{signal:long}/release", (long signal, Request request, DecideQuarantine decide, Actor actor, CancellationToken ct) => Answer(signal, true, request, decide, actor, ct))
            .Requires(Permission.JudgeSignals).WithName("ReleaseSignal").WithSummary("Let a signal in quarantine match again");
        api.MapPost("/quarantine/{signal:long}/confirm", (long signal, Request request, DecideQuarantine decide, Actor actor, CancellationToken ct) => Answer(signal, false, request, decide, actor, ct))
            .Requires(Permission.JudgeSignals).WithName("ConfirmQuarantine").WithSummary("Put a signal in quarantine out of use for good");

        static async Task<NoContent> Answer(long signal, bool release, Request request, DecideQuarantine decide, Actor actor, CancellationToken ct)
        {
            await decide.Run(signal, release, request, actor, ct);
            return TypedResults.NoContent();
        }
    }
}
