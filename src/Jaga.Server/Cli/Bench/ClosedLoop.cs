using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Jaga.Server.Cli.Bench;

/// <summary>What a run of requests gave.</summary>
/// <param name="Answers">Requests answered.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Milliseconds within which half were answered.</param>
/// <param name="P99">Milliseconds within which 99 of 100 were answered.</param>
/// <param name="Found">Answers in which the words looked for stand, those of the warming up included.</param>
/// <param name="Cores">Cores that asking took away from the server: the measurement's own price.</param>
/// <param name="Price">Microseconds of processor that the server and its children spent on each, in the kernel too. Other work on the machine hardly changes it.</param>
internal sealed record Load(int Answers, double PerSecond, double P50, double P99, int Found, double Cores, double Price);

/// <summary>
/// Asks a server over plain sockets: each client sends its next request when the last is answered, or at its time if a pace is set; then what it waited for its turn
/// counts too. One thread asks for all clients, and waits for them by one call: on a machine that is shared with the server, every microsecond of asking is taken from the answers.
/// </summary>
/// <param name="server">Where it listens.</param>
/// <param name="process">Its process; without it the price is nought.</param>
internal sealed partial class ClosedLoop(IPEndPoint server, int process = 0)
{
    private const short Readable = 1;

    /// <summary>A whole request as its bytes.</summary>
    /// <param name="key">An API key, or empty.</param>
    public static byte[] Request(string method, string path, string key = "", string? type = null, byte[]? body = null, string headers = "") =>
    [
        .. Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{(key.Length == 0 ? "" : $"Authorization: Bearer {key}\r\n")}{headers}{(type is null ? "" : $"Content-Type: {type}\r\nContent-Length: {(body?.Length ?? 0).ToString(CultureInfo.InvariantCulture)}\r\n")}\r\n"),
        .. body ?? [],
    ];

    /// <summary>Asks for <paramref name="seconds"/> with several clients, after a fifth of that to warm up, and waits for the last answers.</summary>
    /// <param name="requests">Whole requests, sent in turns.</param>
    /// <param name="perSecond">The pace of all clients together; 0 for as fast as answers come.</param>
    /// <param name="find">Words to count in the answers; empty for none.</param>
    public Task<Load> Run(IReadOnlyList<byte[]> requests, int clients, double seconds, double perSecond = 0, byte[]? find = null, CancellationToken ct = default) =>
        Task.Factory.StartNew(() => Ask(requests, clients, seconds, perSecond, find, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Asks each request once, and answers in how many answers the words stand.</summary>
    public Task<int> Once(IReadOnlyList<byte[]> requests, byte[] find, CancellationToken ct) => Task.Run(() =>
    {
        using var client = new Client(server);
        var found = 0;
        foreach (var request in requests)
        {
            ct.ThrowIfCancellationRequested();
            client.Send(request, 0);
            while (!client.Read())
            {
            }

            found += client.Answer.IndexOf(find) >= 0 ? 1 : 0;
        }

        return found;
    }, ct);

    private Load Ask(IReadOnlyList<byte[]> requests, int count, double seconds, double perSecond, byte[]? find, CancellationToken ct)
    {
        var clients = Enumerable.Range(0, count).Select(_ => new Client(server)).ToList();
        try
        {
            var (next, found, times, warm) = (0, 0, new List<double>(1 << 20), seconds / 5);
            var (watched, began, cpu, spent) = (new Watched[count], Stopwatch.GetTimestamp(), TimeSpan.Zero, 0.0);
            for (var now = 0.0; now < warm + seconds || clients.Exists(c => c.Asking); now = Stopwatch.GetElapsedTime(began).TotalSeconds)
            {
                ct.ThrowIfCancellationRequested();
                if (cpu == default && now >= warm)
                {
                    (cpu, spent) = (Environment.CpuUsage.TotalTime, Machine.Spent(process));
                }

                var wake = 0.1;
                for (var c = 0; c < count; c++)
                {
                    var due = perSecond > 0 ? ((clients[c].Turns * count) + c) / perSecond : now;
                    if (!clients[c].Asking && due <= now && now < warm + seconds)
                    {
                        clients[c].Send(requests[next++ % requests.Count], due);
                    }

                    wake = clients[c].Asking ? wake : Math.Min(wake, due - now);
                    watched[c] = new(clients[c].Asking ? clients[c].Handle : -1);
                }

                Wait(watched, Math.Max(wake, 0));
                var at = Stopwatch.GetElapsedTime(began).TotalSeconds;
                for (var c = 0; c < count; c++)
                {
                    if (watched[c].Got != 0 && clients[c].Read())
                    {
                        found += find is not null && clients[c].Answer.IndexOf(find) >= 0 ? 1 : 0;
                        if (clients[c].Due >= warm)
                        {
                            times.Add((at - clients[c].Due) * 1000);
                        }
                    }
                }
            }

            var cores = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / seconds;
            var price = (Machine.Spent(process) - spent) / Math.Max(1, times.Count) * 1e6;
            times.Sort();
            return times.Count == 0
                ? new(0, 0, 0, 0, 0, cores, price)
                : new(times.Count, times.Count / seconds, times[times.Count / 2], times[(int)(times.Count * 0.99)], found, cores, price);
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    private static void Wait(Watched[] watched, double seconds)
    {
        var most = new Timespec((long)seconds, (long)((seconds - Math.Floor(seconds)) * 1e9));
        _ = ppoll(watched, (nuint)watched.Length, in most, 0);
    }

    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = new byte[512 * 1024];
        private int _length;
        private int _whole;

        public Client(IPEndPoint server) => _socket.Connect(server);

        public int Handle => (int)_socket.Handle;

        public bool Asking { get; private set; }

        /// <summary>When the request in hand was to be sent, in seconds since the run began.</summary>
        public double Due { get; private set; }

        public long Turns { get; private set; }

        public ReadOnlySpan<byte> Answer => _buffer.AsSpan(0, _length);

        public void Send(byte[] request, double due)
        {
            (Asking, Due, _length, _whole) = (true, due, 0, -1);
            Turns++;
            for (var sent = 0; sent < request.Length;)
            {
                sent += _socket.Send(request.AsSpan(sent));
            }
        }

        /// <summary>Reads what has come; true once the answer is whole: its length is told, or it comes in chunks whose last is empty.</summary>
        public bool Read()
        {
            var read = _socket.Receive(_buffer.AsSpan(_length));
            _length = read > 0 ? _length + read : throw new IOException("The server closed the connection.");
            if (_whole < 0 && Answer.IndexOf("\r\n\r\n"u8) is >= 0 and var head)
            {
                if (!Answer.StartsWith("HTTP/1.1 200"u8))
                {
                    throw new IOException($"The server answered {Encoding.ASCII.GetString(_buffer, 0, Math.Min(_length, 400))}");
                }

                var told = Answer[..head].IndexOf("Content-Length: "u8);
                _whole = told >= 0 && Utf8Parser.TryParse(Answer[(told + 16)..], out int length, out _) ? head + 4 + length : 0;
            }

            Asking = !(_whole > 0 ? _length >= _whole : _whole == 0 && Answer.EndsWith("\r\n0\r\n\r\n"u8));
            return !Asking;
        }

        public void Dispose() => _socket.Dispose();
    }

    /// <summary>poll(2)'s pollfd; a negative descriptor is passed over.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Watched(int descriptor)
    {
        private readonly int _descriptor = descriptor;
        private readonly short _wanted = Readable;

        /// <summary>What happened; 0 for nothing.</summary>
        public readonly short Got = 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);

    [LibraryImport("libc")]
    private static partial int ppoll([In, Out] Watched[] watched, nuint count, in Timespec timeout, nint signals);
}
