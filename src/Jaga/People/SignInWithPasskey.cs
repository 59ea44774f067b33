using System.Text.Json;
using Jaga.Audit;
using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>Signs in with a passkey that the browser offers by itself; no address is asked for. The user is verified by the device, so it stands for both factors.</summary>
public sealed class SignInWithPasskey(Db db, AuditLog audit, IPasskeyHandler<StaffMember> passkeys, SignInLimits limits, SealedCookie cookies, OpenSession open, TimeProvider clock)
{
    private const string Purpose = "passkey-request";

    /// <param name="Credential">The JSON of <c>navigator.credentials.get()</c>'s answer.</param>
    public sealed record Request(JsonElement Credential);

    /// <summary>The options for <c>navigator.credentials.get()</c>, as JSON: the same whoever asks.</summary>
    public async Task<string> Options(HttpContext http)
    {
        limits.Count(Caller.Of(http));
        var options = await passkeys.MakeRequestOptionsAsync(null, http);
        SealedCookie.Write(http, SealedCookie.Passkey, cookies.Seal(Purpose, options.AssertionState ?? ""));
        return options.RequestOptionsJson;
    }

    /// <exception cref="RuleBroken">The answer came too late.</exception>
    public async Task<SignInAnswer> Run(Request request, HttpContext http, CancellationToken ct)
    {
        limits.Count(Caller.Of(http));
        var state = cookies.Open(Purpose, SealedCookie.Take(http, SealedCookie.Passkey)) ?? throw new RuleBroken("That took too long. Start again.");
        var proof = await passkeys.PerformAssertionAsync(new() { HttpContext = http, CredentialJson = request.Credential.GetRawText(), AssertionState = state });

        await using var transaction = await db.Begin(ct);
        var staff = proof.Succeeded ? await StaffMember.Hold(db, proof.User.Id, ct) : null;
        if (staff is not { DisabledAt: null })
        {
            audit.Record(Actor.System("people"), "sign-in.refused", staff?.Subject ?? new("staff", "unknown"), "", new { by = "passkey" });
            return await transaction.Commit(SignInAnswer.Refused, ct);
        }

        var passkey = await db.StaffPasskeys.SingleOrDefaultAsync(p => p.StaffId == staff.Id && p.CredentialId == proof.Passkey!.CredentialId, ct);
        if (passkey is null)
        {
            return SignInAnswer.Refused;
        }

        (passkey.SignCount, passkey.IsBackedUp, passkey.IsUserVerified, passkey.UsedAt) = (proof.Passkey!.SignCount, proof.Passkey.IsBackedUp, proof.Passkey.IsUserVerified, clock.GetUtcNow());
        var answer = open.Run(staff, SignInMethod.Passkey, Caller.Of(http));
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sign-in/passkey/options", async (SignInWithPasskey signIn, HttpContext http) => TypedResults.Text(await signIn.Options(http), "application/json"))
            .Public("the way to sign in").WithSummary("Options for signing in with a passkey");
        api.MapPost("/sign-in/passkey", async (Request request, SignInWithPasskey signIn, HttpContext http, CancellationToken ct) => (await signIn.Run(request, http, ct)).Tell(http))
            .Public("the way to sign in").WithSummary("Sign in with a passkey");
    }
}
