using System.Net;

namespace Jaga.Server.Hma;

/// <summary>The endpoints in the shapes of HMA (hasher-matcher-actioner). <c>Jaga__Hma__…</c></summary>
public sealed record HmaSettings
{
    /// <summary>Whether they are there at all, under <c>/hma</c>.</summary>
    public bool Enabled { get; init; }

    /// <summary>Networks from which they may be called, e.g. <c>10.0.0.0/8</c>; empty for any.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The text of an API key that a caller is taken to bear who brings none: HMA's clients know of no keys. Only together with <see cref="Addresses"/>.</summary>
    public string Key { get; init; } = "";

    /// <summary>Whether media may be fetched from private networks and this machine, where the platform keeps them there.</summary>
    public bool AllowPrivate { get; init; }

    internal IReadOnlyList<IPNetwork> Networks => [.. Addresses.Select(a => IPNetwork.Parse(a))];

    internal IEnumerable<string> Wrong()
    {
        foreach (var address in Addresses.Where(a => !IPNetwork.TryParse(a, out _)))
        {
            yield return $"Hma:Addresses names '{address}', which is not a network such as 10.0.0.0/8.";
        }

        if (Key.Length > 0 && Addresses.Count == 0)
        {
            yield return "Hma:Key lets callers in who bring no key, so Hma:Addresses must name the networks they call from.";
        }
    }
}
