using Jaga.Audit;

namespace Jaga.People;

/// <summary>Removes one's authenticator app and its recovery codes, against a last code.</summary>
public sealed class DisableTotp(Db db, AuditLog audit, SecondFactor second, SignInLimits limits)
{
    /// <summary>A last code.</summary>
    public sealed record Request
    {
        /// <summary>A code of the app, or a recovery code.</summary>
        public required string Code { get; init; }
    }

    /// <exception cref="BadInput">The code is wrong.</exception>
    public async Task Run(Request request, Presence presence, Caller caller, CancellationToken ct)
    {
        limits.Count(caller, presence.Actor.Id);
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, presence.Me, ct);
        if (staff.TotpSince is null)
        {
            throw new RuleBroken("No authenticator app is set up.");
        }

        if (!second.Spend(staff, request.Code))
        {
            throw new BadInput("code", "The code is wrong.");
        }

        staff.RemoveTotp();
        audit.Record(presence.Actor, "staff.totp-disabled", staff.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/me/totp/removal", async (Request request, DisableTotp disable, Presence presence, Caller caller, CancellationToken ct) =>
        {
            await disable.Run(request, presence, caller, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.OwnAccount).WithSummary("Remove the authenticator app");
}
