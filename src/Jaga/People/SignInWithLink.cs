namespace Jaga.People;

/// <summary>Signs in with a one-time link, made by <see cref="MakeSignInLink"/>.</summary>
public sealed class SignInWithLink(Db db, SignInLimits limits, OpenSession open, TimeProvider clock)
{
    /// <summary>The token in the link.</summary>
    public sealed record Request
    {
        public required string Token { get; init; }

        /// <summary>Never shows the token.</summary>
        public override string ToString() => nameof(SignInWithLink);
    }

    /// <exception cref="RuleBroken">The link was used, is too old, or its addressee's account is closed.</exception>
    public async Task<SignInAnswer> Run(Request request, Caller caller, CancellationToken ct)
    {
        limits.Count(caller);
        await using var transaction = await db.Begin(ct);
        var link = await StaffLink.Use(db, LinkKind.SignIn, request.Token, clock.GetUtcNow(), ct);
        var staff = await StaffMember.Hold(db, link.StaffId!.Value, ct);
        if (staff.DisabledAt is not null)
        {
            throw new RuleBroken("This account is closed.");
        }

        var answer = open.Run(staff, SignInMethod.Link, caller);
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/sign-in/link", async (Request request, SignInWithLink signIn, Caller caller, HttpContext http, CancellationToken ct) => (await signIn.Run(request, caller, ct)).Tell(http))
        .Public("the way to sign in").WithSummary("Sign in with a one-time link's token");
}
