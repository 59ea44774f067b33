using System.Net;
using System.Net.Sockets;

namespace Jaga.People;

/// <summary>A proxy in front of Jaga that stands not in <see cref="PeopleSettings.TrustedProxies"/>: nearly always one that was forgotten there.</summary>
internal static class UntrustedProxy
{
    // What a trusted proxy's word was put in the place of, the framework leaves under these names.
    private const string For = "X-Forwarded-For", Scheme = "X-Forwarded-Proto", KeptFor = "X-Original-For", KeptScheme = "X-Original-Proto";

    /// <summary>Whether the request came through one.</summary>
    public static bool Came(HttpRequest request) =>
        (request.Headers.ContainsKey(For) && !request.Headers.ContainsKey(KeptFor)) || (request.Headers.ContainsKey(Scheme) && !request.Headers.ContainsKey(KeptScheme));

    /// <summary>The address that it says the request came from: the last one, for that is its own word. Null where it says none.</summary>
    public static IPAddress? Says(HttpRequest request) =>
        !request.Headers.ContainsKey(KeptFor) && IPEndPoint.TryParse(request.Headers[For].ToString().Split(',')[^1].Trim(), out var said) ? said.Address : null;

    /// <summary>Whether <paramref name="peer"/> is this machine or in a private network: where proxies stand.</summary>
    public static bool Near(IPAddress peer) => IPAddress.IsLoopback(peer) || (peer.AddressFamily is AddressFamily.InterNetworkV6
        ? peer.IsIPv6UniqueLocal || peer.IsIPv6LinkLocal
        : peer.GetAddressBytes() is [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..]);
}
