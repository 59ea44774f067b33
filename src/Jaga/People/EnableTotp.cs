using Jaga.Audit;

namespace Jaga.People;

/// <summary>Sets up an authenticator app: first a secret for the app, then the app's first code, which proves that it has it.</summary>
public sealed class EnableTotp(Db db, AuditLog audit, SecondFactor second, SignInLimits limits, TimeProvider clock)
{
    /// <summary>What the app needs. Shown once; empty when the same request is answered again.</summary>
    /// <param name="Text">The secret in base32, to type.</param>
    /// <param name="Address">The same as an <c>otpauth:</c> address, for a QR code.</param>
    public sealed record Secret(string Text, string Address)
    {
        /// <summary>Never shows the secret.</summary>
        public override string ToString() => nameof(Secret);
    }

    /// <summary>The code that the app shows, six digits.</summary>
    public sealed record Request
    {
        public required string Code { get; init; }
    }

    /// <summary>Codes to keep on paper. Shown once; none when the same request is answered again.</summary>
    public sealed record Recovery(IReadOnlyList<string> Codes)
    {
        /// <summary>Never shows the codes.</summary>
        public override string ToString() => nameof(Recovery);
    }

    /// <summary>Makes a secret, which is not asked for until <see cref="Confirm"/>.</summary>
    /// <exception cref="RuleBroken">An app is set up already, or this session is not fresh.</exception>
    public async Task<Secret> Begin(Presence presence, CancellationToken ct)
    {
        presence.MustBeFresh(clock);
        var secret = Totp.NewSecret();
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, presence.Me, ct);
        RefuseIfEnabled(staff);
        staff.TotpSecret = second.Seal(staff, secret);
        audit.Record(presence.Actor, "staff.totp-begun", staff.Subject);
        return await transaction.Commit(new Secret("", ""), ct) with { Text = Totp.Text(secret), Address = Totp.Address(secret, staff.Email) };
    }

    /// <summary>The secret that <see cref="Begin"/> made, once more for whoever mistyped the app's first code: the app has it already.</summary>
    /// <exception cref="RuleBroken">None was made, an app is set up already, or this session is not fresh.</exception>
    public async Task<Secret> Again(Presence presence, CancellationToken ct)
    {
        presence.MustBeFresh(clock);
        var staff = await db.Staff.AsNoTracking().SingleAsync(s => s.Id == presence.Me, ct);
        RefuseIfEnabled(staff);
        return second.Open(staff) is { } secret ? new(Totp.Text(secret), Totp.Address(secret, staff.Email)) : throw new RuleBroken("Begin to set up an authenticator app first.");
    }

    /// <summary>Takes the app's first code; from now on sign-ins ask for one. Gives the recovery codes.</summary>
    /// <exception cref="BadInput">The code is wrong.</exception>
    public async Task<Recovery> Confirm(Request request, Presence presence, Caller caller, CancellationToken ct)
    {
        limits.Count(caller, presence.Actor.Id);
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, presence.Me, ct);
        RefuseIfEnabled(staff);
        if (!second.SpendAppCode(staff, request.Code))
        {
            throw new BadInput("code", "The code is wrong. Is the clock of the device right?");
        }

        staff.TotpSince = clock.GetUtcNow();
        var codes = second.Renew(staff);
        staff.Restamp();
        await Session.EndAll(db, staff.Id, presence.Session, clock.GetUtcNow(), ct);
        // This session has shown both factors now.
        await db.Sessions.Where(s => s.Id == presence.Session && s.Method == SignInMethod.Password).ExecuteUpdateAsync(set => set.SetProperty(s => s.Method, SignInMethod.PasswordAndCode), ct);
        audit.Record(presence.Actor, "staff.totp-enabled", staff.Subject);
        return await transaction.Commit(new Recovery([]), ct) with { Codes = codes };
    }

    private static void RefuseIfEnabled(StaffMember staff)
    {
        if (staff.TotpSince is not null)
        {
            throw new RuleBroken("An authenticator app is set up already. Remove it first.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/me/totp", (EnableTotp enable, Presence presence, CancellationToken ct) => enable.Begin(presence, ct))
            .Requires(Permission.OwnAccount).WithSummary("Make a secret for an authenticator app");
        api.MapPut("/me/totp", (Request request, EnableTotp enable, Presence presence, Caller caller, CancellationToken ct) => enable.Confirm(request, presence, caller, ct))
            .Requires(Permission.OwnAccount).WithSummary("Turn the authenticator app on with its first code");
    }
}
