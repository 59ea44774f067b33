using System.Reflection;

namespace Jaga.Kernel;

/// <summary>What sort of being acts.</summary>
public enum ActorKind
{
    /// <summary>Jaga itself, by a rule or a clock; never shown as a person.</summary>
    System,

    /// <summary>A signed-in member of staff.</summary>
    Staff,

    /// <summary>A program with an API key.</summary>
    ApiKey,
}

/// <summary>Who is acting, as it will stand in the audit log: the kind, the stable id, and the name at the time.</summary>
/// <remarks>An endpoint takes an <see cref="Actor"/> as a parameter; it is whoever the request was authenticated as.</remarks>
public sealed record Actor(ActorKind Kind, string Id, string Name)
{
    /// <summary>What this actor is allowed, set by People when the request is authenticated. Jaga itself may do what its code does.</summary>
    public IReadOnlySet<Permission> Permissions { get; init; } = new HashSet<Permission>();

    /// <summary>The organisation outside that this actor speaks for, e.g. an <c>agency</c> or a <c>flagger</c>; null for the house itself.</summary>
    public Subject? For { get; init; }

    /// <summary>Whether this actor holds <paramref name="permission"/>.</summary>
    public bool May(Permission permission) => Kind is ActorKind.System || Permissions.Contains(permission);

    /// <summary>Jaga acting by itself, in the name of one of its parts, e.g. <c>obligations</c>.</summary>
    public static Actor System(string part) => new(ActorKind.System, part, part);

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Id}";

    public static ValueTask<Actor?> BindAsync(HttpContext context, ParameterInfo _) =>
        ValueTask.FromResult(context.Features.Get<Actor>());
}
