using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Jaga.People;

/// <summary>
/// How often may be tried to sign in, by account and by address, whether the account exists or not. Counts in this process's memory;
/// what must hold across nodes and restarts is the account's lock.
/// </summary>
public sealed class SignInLimits(TimeProvider clock)
{
    /// <summary>Tries for one account in a <see cref="Window"/>.</summary>
    public const int PerAccount = 10;

    /// <summary>Tries from one address (IPv6: one /64) in a <see cref="Window"/>; many people may share it.</summary>
    public const int PerAddress = 60;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int MaxCounters = 100_000;
    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Count)> _counters = [];

    /// <summary>Counts a try from <paramref name="caller"/>, and for <paramref name="account"/> if one is named.</summary>
    /// <exception cref="TooMany">There were too many.</exception>
    public void Count(Caller caller, string? account = null)
    {
        Count("address " + Network(caller.Counted), PerAddress);
        if (account is not null)
        {
            Count("account " + Convert.ToHexString(Token.Hash(account)), PerAccount);
        }
    }

    private void Count(string key, int most)
    {
        var now = clock.GetUtcNow();
        var counter = _counters.AddOrUpdate(key, (now, 1), (_, old) => now - old.Since >= Window ? (now, 1) : (old.Since, old.Count + 1));
        if (_counters.Count > MaxCounters)
        {
            foreach (var (old, _) in _counters.Where(c => now - c.Value.Since >= Window))
            {
                _counters.TryRemove(old, out _);
            }
        }

        if (counter.Count > most)
        {
            throw new TooMany("Too many tries to sign in. Wait a little, then try again.", counter.Since + Window - now);
        }
    }

    private static string Network(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(ip.GetAddressBytes()[..8]) : address;
}
