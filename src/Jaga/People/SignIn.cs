using Jaga.Audit;

namespace Jaga.People;

/// <summary>Signs in with e-mail address and password. The answer and its time are the same whether the account exists, is locked or is closed.</summary>
public sealed class SignIn(Db db, AuditLog audit, Passwords passwords, SignInLimits limits, SealedCookie cookies, OpenSession open, TimeProvider clock)
{
    /// <summary>Who, with which password.</summary>
    public sealed record Request
    {
        public required string Email { get; init; }

        public required string Password { get; init; }

        /// <summary>Never shows the password.</summary>
        public override string ToString() => nameof(SignIn);
    }

    /// <exception cref="TooMany">Too many tries for this account or from this address.</exception>
    public async Task<SignInAnswer> Run(Request request, Caller caller, CancellationToken ct)
    {
        var email = StaffMember.Normal(request.Email);
        limits.Count(caller, email);

        // The slow part comes before the transaction: nobody else's write waits for a password to be hashed.
        var staff = await db.Staff.AsNoTracking().SingleOrDefaultAsync(s => s.Email == email, ct);
        var right = passwords.Check(staff, request.Password);

        await using var transaction = await db.Begin(ct);
        var held = staff is null ? null : await StaffMember.Hold(db, staff.Id, ct);
        var now = clock.GetUtcNow();
        if (held is null || !right || held.DisabledAt is not null || held.IsLocked(now) || held.PasswordHash != staff!.PasswordHash)
        {
            audit.Record(Actor.System("people"), "sign-in.refused", held?.Subject ?? new("staff", "unknown"));
            if (held?.IsLocked(now) is false)
            {
                held.Fail(now);
            }

            return await transaction.Commit(SignInAnswer.Refused, ct);
        }

        if (held.TotpSince is not null)
        {
            return new(SignInOutcome.CodeNeeded, cookies.Seal(SealedCookie.SecondStep, $"{held.Id} {held.SecurityStamp}"));
        }

        var answer = open.Run(held, SignInMethod.Password, caller);
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/sign-in", async (Request request, SignIn signIn, Caller caller, HttpContext http, CancellationToken ct) => (await signIn.Run(request, caller, ct)).Tell(http))
        .Public("the way to sign in").WithSummary("Sign in with a password");
}
