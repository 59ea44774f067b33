using Jaga.Audit;

namespace Jaga.People;

/// <summary>Takes an invitation: chooses a password with the link. Signs in, unless the account has an authenticator app, which a link must not get round.</summary>
public sealed class AcceptInvitation(Db db, AuditLog audit, Passwords passwords, SignInLimits limits, OpenSession open, TimeProvider clock)
{
    /// <summary>The link's token, and the password chosen.</summary>
    public sealed record Request
    {
        public required string Token { get; init; }

        public required string Password { get; init; }

        /// <summary>Never shows token or password.</summary>
        public override string ToString() => nameof(AcceptInvitation);
    }

    /// <exception cref="BadInput">The password is not good enough; the link still works.</exception>
    /// <exception cref="RuleBroken">The link was used or is too old, or the account is closed.</exception>
    public async Task<SignInAnswer> Run(Request request, Caller caller, CancellationToken ct)
    {
        limits.Count(caller);
        var now = clock.GetUtcNow();
        var found = await StaffLink.Find(db, LinkKind.Invitation, request.Token, now, ct) ?? throw new RuleBroken("This link was used already or is too old. Ask for a new one.");
        var hash = passwords.Hash(await db.Staff.AsNoTracking().SingleAsync(s => s.Id == found.StaffId, ct), request.Password);

        await using var transaction = await db.Begin(ct);
        var link = await StaffLink.Use(db, LinkKind.Invitation, request.Token, now, ct);
        var staff = await StaffMember.Hold(db, link.StaffId!.Value, ct);
        if (staff.DisabledAt is not null)
        {
            throw new RuleBroken("This account is closed.");
        }

        staff.PasswordHash = hash;
        staff.Succeed();
        staff.Restamp();
        await Session.EndAll(db, staff.Id, null, now, ct);
        audit.Record(staff.Actor, "staff.password-chosen", staff.Subject, "By the link of an invitation.");
        var answer = staff.TotpSince is null ? open.Run(staff, SignInMethod.Password, caller) : SignInAnswer.SignInNow;
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/invitation", async (Request request, AcceptInvitation accept, Caller caller, HttpContext http, CancellationToken ct) => (await accept.Run(request, caller, ct)).Tell(http))
        .Public("the invitation's link is the proof").WithSummary("Choose a password with an invitation");
}
