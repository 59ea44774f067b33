namespace Jaga.Evidence;

/// <summary>
/// The acts that go along with evidence when it leaves the house, by their words in the audit log. Each room names its own. What no room names stays here: whom else something was handed to,
/// why somebody looked, what colleagues wrote to each other.
/// </summary>
public sealed record CustodyWords(IReadOnlyList<string> Actions);

/// <summary>Makes a room's acts known to every bag.</summary>
public static class CustodyRegistration
{
    public static IServiceCollection AddCustody(this IServiceCollection services, params string[] actions) => services.AddSingleton(new CustodyWords(actions));
}
