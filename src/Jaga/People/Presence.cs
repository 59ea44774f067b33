using System.Collections.Frozen;
using System.Security.Claims;

namespace Jaga.People;

/// <summary>Whoever a request was recognised as, and what they may do. An endpoint takes it as a parameter; it is null for anybody unknown.</summary>
/// <param name="Actor">As the audit log will name them, with all that they may do.</param>
/// <param name="Roles">Their roles; for a key, Integration.</param>
public sealed record Presence(Actor Actor, IReadOnlyList<Role> Roles)
{
    private static readonly FrozenSet<Permission> OwnAccountOnly = [Permission.OwnAccount];

    /// <summary>The member of staff, or null for a key.</summary>
    public Id<StaffMember>? Staff { get; init; }

    /// <summary>The session of this browser, or null for a key.</summary>
    public Id<Session>? Session { get; init; }

    /// <summary>The language to speak to them: <c>id</c> or <c>en</c>; null for a key.</summary>
    public string? Language { get; init; }

    /// <summary>The platform that a key speaks for, or null.</summary>
    public string? Platform { get; init; }

    public bool May(Permission permission) => Actor.May(permission);

    public static Presence Of(ApiKey key) => new(key.Actor with { Permissions = Matrix.OfKey(key.Scopes) }, [Role.Integration]) { Platform = key.Platform };

    public static Presence Of(StaffMember staff, Session session, PeopleSettings settings)
    {
        var halfWay = settings.RequireSecondFactor && (session.Method is SignInMethod.Password or SignInMethod.Link);
        return new(staff.Actor with { Permissions = halfWay ? OwnAccountOnly : Matrix.Of(staff.Roles) }, staff.Roles)
        {
            Staff = staff.Id,
            Session = session.Id,
            Language = staff.Language,
        };
    }

    public static ValueTask<Presence?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Presence>());

    // The framework's antiforgery tokens are bound to this identity.
    internal ClaimsPrincipal Principal() => new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Actor.ToString()), new(ClaimTypes.Name, Actor.Name)], "jaga"));
}
