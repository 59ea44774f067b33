using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Jaga.Deliveries;

/// <summary>What a mail server answered to one command: its status, and its words on one line.</summary>
internal readonly record struct SmtpReply(int Status, string Text)
{
    public bool IsGood => Status is >= 200 and < 400;
}

/// <summary>The mail server answered otherwise than a conversation needs.</summary>
internal sealed class SmtpRefused(SmtpReply reply) : Exception($"{reply.Status} {reply.Text}")
{
    public SmtpReply Reply { get; } = reply;
}

/// <summary>One conversation with the mail server of the settings (RFC 5321): greeting, STARTTLS (RFC 3207), sign-in (RFC 4954); then commands.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int MaxReply = 64 * 1024;

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly byte[] _read = new byte[4096];
    private Stream _stream = Stream.Null;
    private int _from;
    private int _to;

    /// <summary>What the server offers, by keyword: <c>DSN</c>, <c>AUTH</c> with its parameters, ….</summary>
    public IReadOnlyDictionary<string, string> Offers { get; private set; } = new Dictionary<string, string>();

    /// <summary>Connects and signs in.</summary>
    /// <param name="name">Who Jaga says it is: the sender's domain.</param>
    /// <exception cref="SmtpRefused">The server does not want to talk, or not to this user.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<SmtpSession> Open(MailSettings settings, string name, CancellationToken ct)
    {
        var session = new SmtpSession();
        try
        {
            await session._client.ConnectAsync(settings.Host, settings.Port, ct);
            session._stream = session._client.GetStream();
            Must(await session.Read(ct));
            await session.Greet(name, ct);
            if (settings.Tls)
            {
                await session.Encrypt(settings.Host, ct);
                await session.Greet(name, ct);
            }

            if (settings.User.Length > 0)
            {
                await session.SignIn(settings, ct);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says one line and hears the answer.</summary>
    public async Task<SmtpReply> Say(string line, CancellationToken ct)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct);
        return await Read(ct);
    }

    /// <summary>Hands over a whole message after DATA. Lines that begin with a dot get another (RFC 5321, section 4.5.2).</summary>
    public Task<SmtpReply> Give(string message, CancellationToken ct) =>
        Say((message.StartsWith('.') ? "." : "") + message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + (message.EndsWith("\r\n", StringComparison.Ordinal) ? "." : "\r\n."), ct);

    /// <exception cref="SmtpRefused">It is not a good one.</exception>
    public static SmtpReply Must(SmtpReply reply) => reply.IsGood ? reply : throw new SmtpRefused(reply);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task Greet(string name, CancellationToken ct)
    {
        var offers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Must(await Read("EHLO " + name, line => offers[line.Split(' ', 2)[0]] = line.Split(' ', 2) is [_, var parameters] ? parameters : "", ct));
        Offers = offers;
    }

    private async Task Encrypt(string host, CancellationToken ct)
    {
        Must(await Say("STARTTLS", ct));
        if (_from < _to)
        {
            // Words that were sent before the encryption began must not be taken for the server's afterwards.
            throw new IOException("The mail server spoke before the encryption began.");
        }

        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, ct);
    }

    private async Task SignIn(MailSettings settings, CancellationToken ct)
    {
        var ways = Offers.GetValueOrDefault("AUTH", "").Split(' ');
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            Must(await Say("AUTH PLAIN " + Base64($"\0{settings.User}\0{settings.Password}"), ct));
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            Must(await Say("AUTH LOGIN", ct));
            Must(await Say(Base64(settings.User), ct));
            Must(await Say(Base64(settings.Password), ct));
        }
        else
        {
            throw new SmtpRefused(new(504, "The mail server offers no way to sign in with a password (PLAIN, LOGIN)."));
        }
    }

    private Task<SmtpReply> Read(CancellationToken ct) => Read(null, _ => { }, ct);

    private async Task<SmtpReply> Read(string? command, Action<string> further, CancellationToken ct)
    {
        if (command is not null)
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), ct);
        }

        var (text, first) = (new StringBuilder(), true);
        while (true)
        {
            var line = await Line(ct);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var status) || text.Length + line.Length > MaxReply)
            {
                throw new IOException("The mail server answered what is not SMTP.");
            }

            var words = line.Length > 4 ? line[4..] : "";
            text.Append(text.Length > 0 ? " " : "").Append(words);
            if (!first)
            {
                further(words);
            }

            if (line.Length == 3 || line[3] != '-')
            {
                return new(status, text.ToString());
            }

            first = false;
        }
    }

    private async Task<string> Line(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_from == _to)
            {
                (_from, _to) = (0, await _stream.ReadAsync(_read, ct));
                if (_to == 0)
                {
                    throw new IOException("The mail server hung up.");
                }
            }

            var one = (char)_read[_from++];
            if (one == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Append(one).Length > MaxReply)
            {
                throw new IOException("The mail server's answer has no end.");
            }
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
