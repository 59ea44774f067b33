using Jaga.Audit;

namespace Jaga.People;

/// <summary>Changes one's own password. Every other session of the account ends.</summary>
public sealed class ChangePassword(Db db, AuditLog audit, Passwords passwords, SignInLimits limits, TimeProvider clock)
{
    /// <summary>The present password and the new one.</summary>
    public sealed record Request
    {
        /// <summary>The present password; empty when none was chosen yet.</summary>
        public string Present { get; init; } = "";

        public required string New { get; init; }

        /// <summary>Never shows a password.</summary>
        public override string ToString() => nameof(ChangePassword);
    }

    /// <exception cref="BadInput">The present password is wrong, or the new one is not good enough.</exception>
    public async Task Run(Request request, Presence presence, Caller caller, CancellationToken ct)
    {
        var me = await db.Staff.AsNoTracking().SingleAsync(s => s.Id == presence.Me, ct);
        limits.Count(caller, me.Email);
        if (me.PasswordHash is not null && !passwords.Check(me, request.Present))
        {
            throw new BadInput("present", "The present password is wrong.");
        }

        var hash = passwords.Hash(me, request.New);
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, me.Id, ct);
        if (staff.PasswordHash != me.PasswordHash)
        {
            throw new RuleBroken("The password was changed somewhere else meanwhile.");
        }

        staff.PasswordHash = hash;
        staff.Restamp();
        await Session.EndAll(db, staff.Id, presence.Session, clock.GetUtcNow(), ct);
        audit.Record(presence.Actor, "staff.password-changed", staff.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPut("/me/password", async (Request request, ChangePassword change, Presence presence, Caller caller, CancellationToken ct) =>
        {
            await change.Run(request, presence, caller, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.OwnAccount).WithSummary("Change one's own password");
}
