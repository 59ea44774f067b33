using System.Net;
using System.Net.Mail;
using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>The mail server by which staff are told, and their addresses. <c>Jaga__Mail__…</c> Nothing is mailed while <see cref="Host"/> is empty.</summary>
public sealed record MailSettings
{
    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;

    /// <summary>Whether the connection is encrypted by STARTTLS before anything else is said. Only for a server on the same machine may this be off.</summary>
    public bool Tls { get; init; } = true;

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public string From { get; init; } = "";

    /// <summary>
    /// The address to which mail servers tell what became of correspondence, e.g. <c>bounces@example.org</c>; each message gets one of its own under it
    /// (<c>bounces+ID@example.org</c>), so that an answer that names nothing else still names the message. Empty: <see cref="From"/>.
    /// </summary>
    public string Bounces { get; init; } = "";

    /// <summary>How long the conversation with the mail server may take until it is ready to be handed the message; 5 s to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long it may then take to accept it: a server that looks through a message before it answers has it already while we wait, and who hangs up sends it twice.
    /// 30 s to 10 min; ten minutes as RFC 5321, section 4.5.3.2.6, wants.
    /// </summary>
    public TimeSpan Acceptance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Addresses, separated by commas, by who is meant: <c>Mail:To:Lead</c> = <c>a@example.org, b@example.org</c>.</summary>
    public IReadOnlyDictionary<Whom, string> To { get; init; } = new Dictionary<Whom, string>();

    /// <summary>Whether mail can be sent.</summary>
    public bool IsSet => Host.Length > 0;

    internal IEnumerable<string> Wrong()
    {
        if (!IsSet)
        {
            yield break;
        }

        if (!Tls && Host != "localhost" && !(IPAddress.TryParse(Host, out var at) && IPAddress.IsLoopback(at)))
        {
            yield return $"Mail:Tls is off, and {Host} is another machine: password and letters would go there for everybody to read. It may be off for localhost only.";
        }

        if (!MailAddress.TryCreate(From, out _))
        {
            yield return $"Mail:From is '{From}', which is not an e-mail address.";
        }

        if (Bounces.Length > 0 && !MailAddress.TryCreate(Bounces, out _))
        {
            yield return $"Mail:Bounces is '{Bounces}', which is not an e-mail address.";
        }

        if (Timeout < TimeSpan.FromSeconds(5) || Timeout > TimeSpan.FromMinutes(5))
        {
            yield return $"Mail:Timeout is {Timeout}. It takes 5 s to 5 min.";
        }

        if (Acceptance < TimeSpan.FromSeconds(30) || Acceptance > TimeSpan.FromMinutes(10))
        {
            yield return $"Mail:Acceptance is {Acceptance}. It takes 30 s to 10 min.";
        }

        if (Port is < 1 or > 65535)
        {
            yield return $"Mail:Port is {Port}. It takes 1 to 65535.";
        }

        foreach (var (whom, address) in To.SelectMany(t => Addresses(t.Value).Select(a => (t.Key, a))).Where(a => !MailAddress.TryCreate(a.a, out _)))
        {
            yield return $"Mail:To:{whom} holds '{address}', which is not an e-mail address.";
        }
    }

    /// <summary>The addresses of those who are meant; empty where none are set.</summary>
    public IEnumerable<string> Of(Whom whom) => To.TryGetValue(whom, out var addresses) ? Addresses(addresses) : [];

    /// <summary>Where the mail server tells what becomes of this delivery.</summary>
    internal string ReturnTo(Id<Delivery> delivery) =>
        Bounces.Length == 0 ? new MailAddress(From).Address : new MailAddress(Bounces) is var all ? $"{all.User}+{delivery.Value:n}@{all.Host}" : "";

    private static string[] Addresses(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
