using System.Text.Json;

namespace Jaga.Exchanges;

/// <summary>What is known of exchanges before one is set up, as data (<c>known-exchanges.json</c>): environments and their addresses, the credentials that each kind needs, usual times.</summary>
public sealed record KnownExchanges(IReadOnlyList<KnownExchanges.KnownKind> Kinds, IReadOnlyList<KnownExchanges.KnownEnvironment> Environments)
{
    /// <summary>A credential.</summary>
    /// <param name="Name">Its name here.</param>
    /// <param name="Required">Nothing can be fetched without it.</param>
    /// <param name="Secret">It is never shown again.</param>
    public sealed record KnownCredential(string Name, bool Required = false, bool Secret = false);

    /// <summary>A kind of exchange.</summary>
    /// <param name="EveryMinutes">The usual time from one run to the next.</param>
    /// <param name="AllowedLagHours">The usual lag before somebody is told.</param>
    /// <param name="Labels">What its bank is about, unless said otherwise.</param>
    /// <param name="Takes">What can be sent back to it: <c>opinions</c>, <c>hashes</c>.</param>
    /// <param name="Collection">Whether it has parts, of which one must be named.</param>
    public sealed record KnownKind(ExchangeKind Kind, int EveryMinutes, int AllowedLagHours, IReadOnlyList<string> Labels, IReadOnlyList<string> Takes, IReadOnlyList<KnownCredential> Credentials, bool Collection = false);

    /// <summary>A place where an exchange answers.</summary>
    /// <param name="Test">Whether it is for trying out; what comes from it is not real.</param>
    public sealed record KnownEnvironment(string Key, ExchangeKind Kind, string Name, string Address, bool Test = false);

    /// <summary>Reads the data that came with this version.</summary>
    public static KnownExchanges Load()
    {
        using var stream = typeof(KnownExchanges).Assembly.GetManifestResourceStream("Exchanges/known-exchanges.json")!;
        return JsonSerializer.Deserialize<KnownExchanges>(stream, Json.Options)!;
    }

    /// <summary>What is known of a kind.</summary>
    public KnownKind Of(ExchangeKind kind) => Kinds.Single(k => k.Kind == kind);
}
