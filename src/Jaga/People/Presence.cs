using System.Collections.Frozen;
using System.Security.Claims;

namespace Jaga.People;

/// <summary>Whoever a request was recognised as, and what they may do. An endpoint takes it as a parameter; it is null for anybody unknown.</summary>
/// <param name="Actor">As the audit log will name them, with all that they may do.</param>
/// <param name="Roles">Their roles; a key has one.</param>
public sealed record Presence(Actor Actor, IReadOnlyList<Role> Roles)
{
    /// <summary>How long after signing in one may change how one signs in, without signing in again.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(15);

    private static readonly FrozenSet<Permission> OwnAccountOnly = [Permission.OwnAccount];

    /// <summary>The member of staff, or null for a key.</summary>
    public Id<StaffMember>? Staff { get; init; }

    /// <summary>The member of staff, where an endpoint for one's own account has made sure of one.</summary>
    public Id<StaffMember> Me => Staff ?? throw new InvalidOperationException("A key has no account of its own.");

    /// <summary>The session of this browser, or null for a key.</summary>
    public Id<Session>? Session { get; init; }

    /// <summary>When this session was started.</summary>
    public DateTimeOffset SignedInAt { get; init; }

    /// <summary>True when a second factor is required and this session has shown none: only one's own account is open.</summary>
    public bool SecondFactorMissing { get; init; }

    /// <summary>The language to speak to them: <c>id</c> or <c>en</c>; null for a key.</summary>
    public string? Language { get; init; }

    /// <summary>The platform that a key speaks for, or null.</summary>
    public string? Platform { get; init; }

    public bool May(Permission permission) => Actor.May(permission);

    /// <summary>Refuses what a stolen session must not do: add a way to sign in.</summary>
    /// <exception cref="RuleBroken">This session was started more than a quarter of an hour ago.</exception>
    internal void MustBeFresh(TimeProvider clock)
    {
        if (clock.GetUtcNow() - SignedInAt > Freshness)
        {
            throw new RuleBroken("Sign in again first: how you sign in can be changed within 15 minutes of signing in.");
        }
    }

    public static Presence Of(ApiKey key) => new(key.Actor with { Permissions = Matrix.OfKey(key.Role, key.Scopes) }, [key.Role]) { Platform = key.Platform };

    public static Presence Of(StaffMember staff, Session session, PeopleSettings settings)
    {
        // Officers come from other houses, and their passwords with them: they show a second factor whatever is asked of the staff.
        var halfWay = (settings.RequireSecondFactor || staff.Roles.Contains(Role.Officer)) && (session.Method is SignInMethod.Password or SignInMethod.Link);
        return new(staff.Actor with { Permissions = halfWay ? OwnAccountOnly : Matrix.Of(staff.Roles) }, staff.Roles)
        {
            Staff = staff.Id,
            Session = session.Id,
            SignedInAt = session.CreatedAt,
            SecondFactorMissing = halfWay,
            Language = staff.Language,
        };
    }

    public static ValueTask<Presence?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Presence>());

    // The framework's antiforgery tokens are bound to this identity.
    internal ClaimsPrincipal Principal() => new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Actor.ToString()), new(ClaimTypes.Name, Actor.Name)], "jaga"));
}
