using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jaga.Server.Cli.Bench;

/// <summary>The other side of a delivery, as cheap as can be: takes posts over plain HTTP, answers each at once, and remembers when it came.</summary>
internal sealed class BenchReceiver : IAsyncDisposable
{
    private static readonly byte[] Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"taken\":\"yes\"}"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _listening;
    private long _taken;

    public BenchReceiver()
    {
        _listener.Start();
        _listening = Listen();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Posts that came.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>When each message came first, by its id, as a time stamp of <see cref="Stopwatch"/>.</summary>
    public ConcurrentDictionary<string, long> At { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _listening;
        _over.Dispose();
    }

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                _ = Answer(await _listener.AcceptSocketAsync(_over.Token));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            // The measurement is over.
        }
    }

    private async Task Answer(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var (buffer, length) = (new byte[64 * 1024], 0);
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(length), _over.Token) is > 0 and var read)
                {
                    length += read;
                    if (Whole(buffer.AsSpan(0, length)))
                    {
                        length = 0;
                        await socket.SendAsync(Ok, _over.Token);
                    }
                }
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException)
            {
                // The sender let go.
            }
        }
    }

    private bool Whole(ReadOnlySpan<byte> request)
    {
        var head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0 || !Utf8Parser.TryParse(Value(request[..head], "Content-Length: "u8), out int length, out _) || request.Length < head + 4 + length)
        {
            return false;
        }

        At.TryAdd(Encoding.ASCII.GetString(Value(request[..head], "webhook-id: "u8)), Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _taken);
        return true;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        var at = head.IndexOf(name);
        var rest = at < 0 ? [] : head[(at + name.Length)..];
        var end = rest.IndexOf("\r\n"u8);
        return end < 0 ? rest : rest[..end];
    }
}
