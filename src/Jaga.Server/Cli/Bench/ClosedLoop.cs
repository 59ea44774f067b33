using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Jaga.Server.Cli.Bench;

/// <summary>What a run of requests gave.</summary>
/// <param name="Answers">Requests answered.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Milliseconds within which half were answered.</param>
/// <param name="P99">Milliseconds within which 99 of 100 were answered.</param>
/// <param name="Found">Answers in which the words looked for stand.</param>
internal sealed record Load(int Answers, double PerSecond, double P50, double P99, int Found);

/// <summary>
/// Asks a server over plain sockets: each client sends its next request when the last is answered, or at its time if a pace is set. A client library would take more
/// of the machine than the server that is measured.
/// </summary>
internal sealed class ClosedLoop(IPEndPoint server)
{
    /// <summary>Asks for <paramref name="seconds"/> with several clients, after a fifth of that to warm up.</summary>
    /// <param name="requests">Whole requests, sent in turns.</param>
    /// <param name="perSecond">The pace of all clients together; 0 for as fast as answers come.</param>
    /// <param name="find">Words to count in the answers; empty for none.</param>
    public async Task<Load> Run(IReadOnlyList<byte[]> requests, int clients, double seconds, double perSecond = 0, byte[]? find = null, CancellationToken ct = default)
    {
        var (next, found, times, began) = (-1, 0, new List<double>[clients], Stopwatch.GetTimestamp());
        var warm = seconds / 5;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => Ask(c), ct)));
        var all = times.SelectMany(t => t).Order().ToList();
        return all.Count == 0 ? new(0, 0, 0, 0, 0) : new(all.Count, all.Count / seconds, all[all.Count / 2], all[(int)(all.Count * 0.99)], found);

        async Task Ask(int client)
        {
            times[client] = new(100_000);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, ct);
            var buffer = new byte[256 * 1024];
            for (var turn = 0; Stopwatch.GetElapsedTime(began).TotalSeconds is var now && now < warm + seconds; turn++)
            {
                if (perSecond > 0 && turn * clients / perSecond + client / perSecond - now is > 0 and var early)
                {
                    await Task.Delay(TimeSpan.FromSeconds(early), ct);
                }

                var request = requests[(int)((uint)Interlocked.Increment(ref next) % requests.Count)];
                var started = Stopwatch.GetTimestamp();
                await socket.SendAsync(request, ct);
                var length = await Read(socket, buffer, ct);
                if (now >= warm)
                {
                    times[client].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    if (find is not null && buffer.AsSpan(0, length).IndexOf(find) >= 0)
                    {
                        Interlocked.Increment(ref found);
                    }
                }
            }
        }
    }

    /// <summary>Asks each request once, and answers in how many answers the words stand.</summary>
    public async Task<int> Once(IReadOnlyList<byte[]> requests, byte[] find, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, ct);
        var (buffer, found) = (new byte[256 * 1024], 0);
        foreach (var request in requests)
        {
            await socket.SendAsync(request, ct);
            found += buffer.AsSpan(0, await Read(socket, buffer, ct)).IndexOf(find) >= 0 ? 1 : 0;
        }

        return found;
    }

    /// <summary>Reads one answer: its length is told, or it comes in chunks whose last is empty.</summary>
    private static async ValueTask<int> Read(Socket socket, byte[] buffer, CancellationToken ct)
    {
        var (length, head, told) = (0, -1, -1);
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
            length = read > 0 ? length + read : throw new IOException("The server closed the connection.");
            if (head < 0 && (head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) >= 0)
            {
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                {
                    throw new IOException($"The server answered {System.Text.Encoding.ASCII.GetString(buffer, 0, Math.Min(length, 400))}");
                }

                told = Told(buffer.AsSpan(0, head));
            }
        }
        while (head < 0 || (told >= 0 ? length < head + 4 + told : !buffer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8)));
        return length;
    }

    private static int Told(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : -1;
    }
}
