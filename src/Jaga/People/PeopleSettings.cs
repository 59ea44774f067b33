using System.Net;

namespace Jaga.People;

/// <summary>How people sign in. <c>Jaga__People__…</c></summary>
public sealed record PeopleSettings
{
    /// <summary>A session ends after this long without a request.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A session ends after this long, however busy: the length of a shift.</summary>
    public TimeSpan SessionLength { get; init; } = TimeSpan.FromHours(12);

    /// <summary>True: without a second factor (authenticator code or passkey) people reach nothing but their own account, to set one up. Of agencies' officers it is required always.</summary>
    public bool RequireSecondFactor { get; init; }

    /// <summary>The domain that passkeys belong to, e.g. <c>jaga.example.org</c>; empty for the host that the browser asked.</summary>
    public string PasskeyDomain { get; init; } = "";

    /// <summary>Addresses of reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>The address under which people reach this house, e.g. <c>https://jaga.example.org</c>: the links that the command line prints begin with it. Empty: where the server listens.</summary>
    public string Address { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (Address.Length > 0 && !(Uri.TryCreate(Address, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return $"People:Address is '{Address}'. It is written like https://jaga.example.org.";
        }

        if (SessionIdle < TimeSpan.FromMinutes(5) || SessionIdle > SessionLength)
        {
            yield return $"People:SessionIdle is {SessionIdle}. It takes five minutes (00:05:00) up to People:SessionLength ({SessionLength}).";
        }

        if (SessionLength > TimeSpan.FromDays(7))
        {
            yield return $"People:SessionLength is {SessionLength}. It takes at most seven days (7.00:00:00).";
        }

        foreach (var proxy in TrustedProxies.Where(p => !IPAddress.TryParse(p, out _)))
        {
            yield return $"People:TrustedProxies names '{proxy}', which is not an IP address.";
        }
    }
}
