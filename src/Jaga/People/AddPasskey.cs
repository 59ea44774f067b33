using System.Text.Json;
using Jaga.Audit;
using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>Adds a passkey to one's own account: first options for the browser, then what its authenticator made of them.</summary>
public sealed class AddPasskey(Db db, AuditLog audit, IPasskeyHandler<StaffMember> passkeys, SealedCookie cookies, TimeProvider clock)
{
    private const string Purpose = "passkey-creation";

    /// <param name="Credential">The JSON of <c>navigator.credentials.create()</c>'s answer.</param>
    /// <param name="Name">What its owner calls it, e.g. the device; 1 to 60 characters.</param>
    public sealed record Request(JsonElement Credential, string Name);

    /// <summary>The options for <c>navigator.credentials.create()</c>, as JSON.</summary>
    /// <exception cref="RuleBroken">This session is not fresh, or there are too many passkeys.</exception>
    public async Task<string> Options(Presence presence, HttpContext http, CancellationToken ct)
    {
        presence.MustBeFresh(clock);
        if (await db.StaffPasskeys.CountAsync(p => p.StaffId == presence.Me, ct) >= StaffPasskey.Most)
        {
            throw new RuleBroken($"An account has at most {StaffPasskey.Most} passkeys. Remove one that is not used any more.");
        }

        var staff = await db.Staff.AsNoTracking().SingleAsync(s => s.Id == presence.Me, ct);
        var options = await passkeys.MakeCreationOptionsAsync(new() { Id = staff.Id.ToString(), Name = staff.Email, DisplayName = staff.Name }, http);
        SealedCookie.Write(http, SealedCookie.Passkey, cookies.Seal(Purpose, options.AttestationState ?? ""));
        return options.CreationOptionsJson;
    }

    /// <exception cref="BadInput">The authenticator's answer does not prove a new key of this account.</exception>
    /// <exception cref="RuleBroken">It came too late, or the passkey is known already.</exception>
    public async Task<Added> Run(Request request, Presence presence, HttpContext http, CancellationToken ct)
    {
        presence.MustBeFresh(clock);
        var name = request.Name.Trim() is { Length: >= 1 and <= 60 } good ? good : throw new BadInput("name", "Give the passkey a name of 1 to 60 characters.");
        var state = cookies.Open(Purpose, SealedCookie.Take(http, SealedCookie.Passkey)) ?? throw new RuleBroken("That took too long. Start again.");
        var made = await passkeys.PerformAttestationAsync(new() { HttpContext = http, CredentialJson = request.Credential.GetRawText(), AttestationState = state });
        if (!made.Succeeded || made.UserEntity.Id != presence.Me.ToString())
        {
            throw new BadInput("credential", $"The passkey was not accepted. {made.Failure?.Message}".TrimEnd());
        }

        var passkey = StaffPasskey.Of(presence.Me, made.Passkey, clock.GetUtcNow());
        passkey.Name = name;
        await using var transaction = await db.Begin(ct);
        if (await db.StaffPasskeys.AnyAsync(p => p.CredentialId == passkey.CredentialId, ct))
        {
            throw new RuleBroken("This passkey is known already.");
        }

        db.Add(passkey);
        audit.Record(presence.Actor, "staff.passkey-added", passkey.Subject, "", new { passkey = passkey.Id });
        return await transaction.Commit(new Added(passkey.Id), ct);
    }

    /// <summary>The passkey that was added.</summary>
    public sealed record Added(Id<StaffPasskey> Id);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/me/passkeys/options", async (AddPasskey add, Presence presence, HttpContext http, CancellationToken ct) => TypedResults.Text(await add.Options(presence, http, ct), "application/json"))
            .Requires(Permission.OwnAccount).WithSummary("Options for a new passkey");
        api.MapPost("/me/passkeys", (Request request, AddPasskey add, Presence presence, HttpContext http, CancellationToken ct) => add.Run(request, presence, http, ct))
            .Requires(Permission.OwnAccount).WithSummary("Add a passkey");
    }
}
