using Jaga.Audit;

namespace Jaga.People;

/// <summary>The end of every way to sign in: a session row and its audit line, in the caller's transaction.</summary>
public sealed class OpenSession(Db db, AuditLog audit, PeopleSettings settings, TimeProvider clock)
{
    /// <summary>Opens a session for <paramref name="staff"/>, who is held by the caller's transaction.</summary>
    internal SignInAnswer Run(StaffMember staff, SignInMethod method, Caller caller)
    {
        staff.Succeed();
        var (session, token) = Session.New(staff, method, caller, settings, clock.GetUtcNow());
        db.Add(session);
        audit.Record(staff.Actor, "staff.signed-in", staff.Subject, "", new { method, session = session.Id });
        return new(SignInOutcome.SignedIn, token);
    }
}

/// <summary>How a try to sign in ended.</summary>
public enum SignInOutcome
{
    /// <summary>Something was wrong, or the account is locked or closed. Which of these is not told.</summary>
    Refused,

    /// <summary>The password was right; a code of the authenticator app is needed too.</summary>
    CodeNeeded,

    SignedIn,

    /// <summary>What was asked is done; now sign in.</summary>
    SignInNow,
}

/// <summary>The answer to a try to sign in.</summary>
/// <param name="Secret">Signed in: the session's token. Code needed: the sealed ticket of the second step. Goes into a cookie and nowhere else.</param>
public sealed record SignInAnswer(SignInOutcome Outcome, string? Secret = null)
{
    /// <summary>The one sentence for every refusal.</summary>
    public const string RefusedSentence = "That did not work: the address, the password or the code is wrong, or there were too many tries. Check them, wait a little, then try again.";

    public static readonly SignInAnswer Refused = new(SignInOutcome.Refused);

    public static readonly SignInAnswer SignInNow = new(SignInOutcome.SignInNow);

    /// <summary>Puts the cookie that belongs to the outcome.</summary>
    public void PutCookie(HttpContext http)
    {
        if (Outcome is SignInOutcome.SignedIn)
        {
            SessionCookie.Write(http, Secret!);
        }
        else if (Outcome is SignInOutcome.CodeNeeded)
        {
            SealedCookie.Write(http, SealedCookie.SecondStep, Secret!);
        }
    }

    /// <summary>Puts the cookie, and tells a program the outcome: 200, or 401 when it was refused.</summary>
    internal IResult Tell(HttpContext http)
    {
        PutCookie(http);
        return Outcome is SignInOutcome.Refused
            ? TypedResults.Problem(RefusedSentence, statusCode: 401, title: "Not signed in.", type: "urn:jaga:refused")
            : TypedResults.Ok(new Told(Outcome));
    }

    /// <summary>What a program is told; the secret travels in the cookie.</summary>
    public sealed record Told(SignInOutcome Outcome);

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Outcome.ToString();
}
