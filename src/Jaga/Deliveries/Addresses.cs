using System.Net;
using System.Net.Sockets;

namespace Jaga.Deliveries;

/// <summary>Turns a name into addresses. Tests bring their own, to lie as an attacker's name server would.</summary>
public interface IResolver
{
    Task<IPAddress[]> Resolve(string host, CancellationToken ct);
}

/// <summary>The machine's own resolver.</summary>
public sealed class SystemResolver : IResolver
{
    public Task<IPAddress[]> Resolve(string host, CancellationToken ct) => Dns.GetHostAddressesAsync(host, ct);
}

/// <summary>
/// Which addresses Jaga may connect to, so that nobody who can name a receiver can make Jaga talk to its own network
/// (server-side request forgery). After the IANA special-purpose registries (RFC 6890 and its updates).
/// </summary>
public static class Addresses
{
    // Never, whatever a receiver is allowed: cloud metadata, this network, multicast, broadcast.
    private static readonly IPNetwork[] Never = Networks("0.0.0.0/8 169.254.0.0/16 168.63.129.16/32 100.100.100.200/32 224.0.0.0/4 240.0.0.0/4 ::/128 fe80::/10 ff00::/8 fd00:ec2::254/128 fd20:ce::254/128");

    private static readonly IPNetwork[] Private4 = Networks("10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24");

    // Of IPv6 only global unicast is public, less the parts that stand for something else: Teredo, benchmarking, ORCHID, documentation, 6to4.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotGlobal6 = Networks("2001::/23 2001:db8::/32 2002::/16 3fff::/20");

    /// <summary>Whether Jaga may connect to <paramref name="address"/>.</summary>
    /// <param name="allowPrivate">Whether this receiver may stand in a private network or on this machine.</param>
    public static bool Allows(IPAddress address, bool allowPrivate)
    {
        var plain = Embedded(address);
        if (Never.Any(n => n.Contains(plain)))
        {
            return false;
        }

        return allowPrivate || (plain.AddressFamily is AddressFamily.InterNetwork
            ? !Private4.Any(n => n.Contains(plain))
            : Global6.Contains(plain) && !NotGlobal6.Any(n => n.Contains(plain)));
    }

    // An IPv4 address may hide in an IPv6 one: mapped (::ffff:a.b.c.d), compatible (::a.b.c.d), translated (64:ff9b::a.b.c.d).
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        var hidden = address.IsIPv4MappedToIPv6
            || (bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && bytes.AsSpan(12, 3).IndexOfAnyExcept((byte)0) >= 0)
            || IPNetwork.Parse("64:ff9b::/96").Contains(address);
        return hidden ? new IPAddress(bytes.AsSpan(12)) : new IPAddress(bytes);
    }

    private static IPNetwork[] Networks(string list) => [.. list.Split(' ').Select(n => IPNetwork.Parse(n))];
}
