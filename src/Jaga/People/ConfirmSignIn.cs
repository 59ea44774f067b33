using System.Security.Cryptography;
using System.Text;
using Jaga.Audit;

namespace Jaga.People;

/// <summary>The second step of a sign-in: a code of the authenticator app, or one of the recovery codes, each good for one time.</summary>
public sealed class ConfirmSignIn(Db db, AuditLog audit, SecondFactor second, SignInLimits limits, SealedCookie cookies, OpenSession open, TimeProvider clock)
{
    /// <summary>The code, with or without spaces.</summary>
    public sealed record Request
    {
        public required string Code { get; init; }

        /// <summary>Never shows the code.</summary>
        public override string ToString() => nameof(ConfirmSignIn);
    }

    /// <param name="ticket">What the first step left with the browser.</param>
    /// <exception cref="RuleBroken">The first step is too long ago.</exception>
    /// <exception cref="TooMany">Too many tries for this account or from this address.</exception>
    public async Task<SignInAnswer> Run(string? ticket, Request request, Caller caller, CancellationToken ct)
    {
        if (cookies.Open(SealedCookie.SecondStep, ticket)?.Split(' ') is not [var who, var stamp])
        {
            throw new RuleBroken("Start again with your password: the code came too late.");
        }

        var id = Id<StaffMember>.Parse(who);
        limits.Count(caller, who);
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, id, ct);
        var now = clock.GetUtcNow();
        var able = staff.DisabledAt is null && !staff.IsLocked(now) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stamp), Encoding.ASCII.GetBytes(staff.SecurityStamp));
        if (!able || !second.Spend(staff, request.Code))
        {
            audit.Record(Actor.System("people"), "sign-in.refused", staff.Subject, "", new { step = 2 });
            if (able)
            {
                staff.Fail(now);
            }

            return await transaction.Commit(SignInAnswer.Refused, ct);
        }

        var answer = open.Run(staff, SignInMethod.PasswordAndCode, caller);
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/sign-in/code", async (Request request, ConfirmSignIn confirm, Caller caller, HttpContext http, CancellationToken ct) =>
            (await confirm.Run(http.Request.Cookies[SealedCookie.SecondStep], request, caller, ct)).Tell(http))
        .Public("the way to sign in").WithSummary("Give the code that a sign-in asked for");
}
