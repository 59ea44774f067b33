using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jaga.Server.Sandbox;

/// <summary>A small mail server on a socket of this machine (RFC 5321: EHLO, MAIL, RCPT, DATA, RSET, QUIT), for the demo and for tests: it keeps what it is given in memory, and answers as it is told to.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Mail> _got = new();
    private readonly Task _accepting;

    public SmtpServer()
    {
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>A message that was taken.</summary>
    /// <param name="Envelope">The commands MAIL and RCPT as they were said.</param>
    public sealed record Mail(string From, IReadOnlyList<string> To, string Data, IReadOnlyList<string> Envelope)
    {
        /// <summary>A header's value, unfolded.</summary>
        public string Header(string name)
        {
            var head = Data[..Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);
            return head.Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();
        }

        /// <summary>The parts of a multipart message, each with its head and its content, decoded from base64.</summary>
        public IReadOnlyList<(string Head, byte[] Content)> Parts
        {
            get
            {
                var boundary = "--" + Header("Content-Type").Split("boundary=\"")[1].TrimEnd('"');
                return [.. Data.Split(boundary)[1..^1].Select(part => part.Split("\r\n\r\n", 2)).Select(p => (p[0], Convert.FromBase64String(p[1].Replace("\r\n", "", StringComparison.Ordinal))))];
            }
        }

        /// <summary>A header's words as a reader sees them (RFC 2047).</summary>
        public static string Decode(string header) => Encoding.UTF8.GetString([.. header.Split(' ').SelectMany(word => word.StartsWith("=?utf-8?B?", StringComparison.Ordinal) ? Convert.FromBase64String(word[10..^2]) : Encoding.UTF8.GetBytes(word))]);

        /// <summary>The text, decoded.</summary>
        public string Text
        {
            get
            {
                var body = Data[(Data.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
                return Header("Content-Transfer-Encoding") == "base64" ? Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal))) : body;
            }
        }
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it took, in order.</summary>
    public IReadOnlyList<Mail> All => [.. _got];

    /// <summary>What it says to RCPT TO; 250 unless it is told otherwise.</summary>
    public string ToRecipient { get; set; } = "250 OK";

    /// <summary>What it says to RCPT TO of single addresses, where that is something else.</summary>
    public ConcurrentDictionary<string, string> ToAddress { get; } = [];

    /// <summary>What it offers after EHLO, e.g. <c>DSN</c>.</summary>
    public string[] Offers { get; set; } = [];

    /// <summary>What it says when it has the whole message.</summary>
    public string ToMail { get; set; } = "250 OK";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Talk(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The other side is closed.
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };
        try
        {
            await writer.WriteLineAsync("220 sandbox");
            var (from, to, envelope) = ("", new List<string>(), new List<string>());
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                switch (line.ToUpperInvariant())
                {
                    case var l when l.StartsWith("EHLO ", StringComparison.Ordinal):
                        await writer.WriteLineAsync(string.Join("\r\n", [.. Offers.Select(o => "250-" + o).Prepend("250-sandbox"), "250 8BITMIME"]));
                        break;
                    case var l when l.StartsWith("MAIL FROM:", StringComparison.Ordinal):
                        (from, to, envelope) = (Address(line), [], [line]);
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case var l when l.StartsWith("RCPT TO:", StringComparison.Ordinal):
                        var answer = ToAddress.GetValueOrDefault(Address(line), ToRecipient);
                        if (answer.StartsWith('2'))
                        {
                            to.Add(Address(line));
                            envelope.Add(line);
                        }

                        await writer.WriteLineAsync(answer);
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var mail = new Mail(from, to, await Data(reader), envelope);
                        if (ToMail.StartsWith('2'))
                        {
                            _got.Enqueue(mail);
                        }

                        await writer.WriteLineAsync(ToMail);
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 OK");
                        break;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The other side hung up, or this one is closed.
        }
    }

    private async Task<string> Data(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return data.ToString();
    }

    private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
