using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Jaga.Tests.Support;

/// <summary>A small mail server on a real socket (RFC 5321: EHLO, MAIL, RCPT, DATA, RSET, QUIT), which keeps what it is given and answers as the test says.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Letter> _got = new();
    private readonly Task _accepting;

    public SmtpServer()
    {
        _listener.Start();
        _accepting = Accept();
    }

    public sealed record Letter(string From, IReadOnlyList<string> To, string Data)
    {
        /// <summary>A header's value, unfolded.</summary>
        public string Header(string name)
        {
            var head = Data[..Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);
            return head.Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();
        }

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

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<Letter> All => [.. _got];

    /// <summary>What it says to RCPT TO; 250 unless a test says otherwise.</summary>
    public string ToRecipient { get; set; } = "250 OK";

    /// <summary>What it says when it has the whole letter.</summary>
    public string ToLetter { get; set; } = "250 OK";

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
            // The test is over.
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
            await writer.WriteLineAsync("220 test");
            var (from, to) = ("", new List<string>());
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                switch (line.ToUpperInvariant())
                {
                    case var l when l.StartsWith("MAIL FROM:", StringComparison.Ordinal):
                        (from, to) = (Address(line), []);
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case var l when l.StartsWith("RCPT TO:", StringComparison.Ordinal):
                        to.Add(Address(line));
                        await writer.WriteLineAsync(ToRecipient);
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var letter = new Letter(from, to, await Data(reader));
                        if (ToLetter.StartsWith('2'))
                        {
                            _got.Enqueue(letter);
                        }

                        await writer.WriteLineAsync(ToLetter);
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
            // The other side hung up, or the test is over.
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
