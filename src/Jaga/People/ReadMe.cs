namespace Jaga.People;

/// <summary>One's own account: who one is, what one may do, one's second factors and open sessions.</summary>
public sealed class ReadMe(Db db, PeopleSettings settings, TimeProvider clock)
{
    /// <summary>One of one's own passkeys.</summary>
    public sealed record PasskeyRow(Id<StaffPasskey> Id, string Name, bool IsBackedUp, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

    /// <param name="IsThis">True for the session that asks.</param>
    public sealed record SessionRow(Id<Session> Id, SignInMethod Method, string Address, string Browser, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, bool IsThis);

    /// <param name="SecondFactorMissing">True when one must set up a second factor before one can do anything else.</param>
    public sealed record Answer(
        Id<StaffMember> Id,
        string Email,
        string Name,
        string Language,
        IReadOnlyList<Role> Roles,
        IReadOnlyList<Permission> Permissions,
        bool HasPassword,
        bool HasTotp,
        int RecoveryCodesLeft,
        bool SecondFactorMissing,
        IReadOnlyList<PasskeyRow> Passkeys,
        IReadOnlyList<SessionRow> Sessions);

    public async Task<Answer> Run(Presence presence, CancellationToken ct)
    {
        var (now, me) = (clock.GetUtcNow(), presence.Me);
        var idle = now - settings.SessionIdle;
        var staff = await db.Staff.AsNoTracking().SingleAsync(s => s.Id == me, ct);
        var passkeys = await db.StaffPasskeys.AsNoTracking().Where(p => p.StaffId == me).OrderBy(p => p.CreatedAt).ToListAsync(ct);
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.StaffId == me && s.EndedAt == null && s.ExpiresAt > now && s.SeenAt > idle).OrderByDescending(s => s.SeenAt).ToListAsync(ct);
        return new(
            me, staff.Email, staff.Name, staff.Language, staff.Roles, [.. presence.Actor.Permissions.Order()],
            staff.PasswordHash is not null, staff.TotpSince is not null, staff.RecoveryCodes.Count, presence.SecondFactorMissing,
            [.. passkeys.Select(p => new PasskeyRow(p.Id, p.Name, p.IsBackedUp, p.CreatedAt, p.UsedAt))],
            [.. sessions.Select(s => new SessionRow(s.Id, s.Method, s.Address, s.Browser, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.Id == presence.Session))]);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/me", (Presence presence, ReadMe read, CancellationToken ct) => read.Run(presence, ct))
        .Requires(Permission.OwnAccount).WithSummary("Read one's own account");
}
