using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Jaga.Hashing;
using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>One external hasher: its programs, each started when first needed and anew when it was lost. A file waits for a free one, and never for long.</summary>
internal sealed class ExternalHasher(MediaSettings media, HasherSettings settings, ILogger logger) : IDisposable
{
    /// <summary>The first frame of every hasher.</summary>
    public const string Greeting = "jaga-hasher 1";

    private const int MaxHashLength = 2048, MaxReasonLength = 300, FilesPerProgram = 1000;
    private const byte Picture = 1, Video = 2;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turns = new(settings.Workers);
    private readonly ConcurrentStack<Lane> _free = new(Enumerable.Range(0, settings.Workers).Select(_ => new Lane()));

    /// <summary>Has one file hashed. Whatever the program does, there is an answer, after twice its deadline at the latest, or three times the start of a program.</summary>
    /// <param name="ct">Heeded while the file waits for its turn.</param>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public async Task<HasherReading> Hash(ReadOnlyMemory<byte> file, bool isVideo, CancellationToken ct)
    {
        if (!await _turns.WaitAsync(settings.Deadline, ct))
        {
            logger.LogWarning("The hasher {Name} was busy for too long, and a file went without its hash: give it more workers, or a shorter deadline", settings.Name);
            return new(settings.Name, settings.Called, null, string.Create(CultureInfo.InvariantCulture, $"the hasher was busy for {settings.Deadline.TotalSeconds:0.###} s"));
        }

        _free.TryPop(out var lane);
        try
        {
            var (hash, reason) = await Task.Factory.StartNew(() => Ask(lane!, file.Span, isVideo), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return new(settings.Name, settings.Called, hash, reason);
        }
        finally
        {
            _free.Push(lane!);
            _turns.Release();
        }
    }

    public void Dispose()
    {
        foreach (var lane in _free)
        {
            lane.Program?.Dispose();
        }

        _turns.Dispose();
    }

    private (string? Hash, string Reason) Ask(Lane lane, ReadOnlySpan<byte> file, bool isVideo)
    {
        try
        {
            if (lane.Program is not { IsAlive: true } || lane.Files++ >= FilesPerProgram)
            {
                Start(lane);
            }

            var program = lane.Program!;
            using var deadline = program.KillAfter(settings.Deadline);
            try
            {
                WriteFile(program.To, file, isVideo);
                var answer = Wire.ReadFrame(program.From, 1 + MaxHashLength);
                return deadline.Met() ? Read(answer) : throw new IOException(deadline.Reason);
            }
            catch (Exception lost) when (lost is IOException or InvalidDataException)
            {
                program.Kill();
                var inTime = deadline.Met();
                var (exit, words) = program.End();
                logger.LogWarning("The hasher {Name} was lost over a file: {Reason} {Words}", settings.Name, inTime ? lost.Message : deadline.Reason, words);
                return (null, inTime ? string.Create(CultureInfo.InvariantCulture, $"the hasher died over it or answered wrongly (exit code {exit})") : deadline.Reason);
            }
        }
        catch (Exception failed) when (failed is Win32Exception or InvalidOperationException or IOException or InvalidDataException)
        {
            logger.LogError("The hasher {Name} does not start: {Reason}", settings.Name, failed.Message);
            return (null, "the hasher does not start");
        }
    }

    private void Start(Lane lane)
    {
        lane.Program?.Dispose();
        lane.Files = 1;
        var processor = (long)Math.Ceiling(settings.Deadline.TotalSeconds * FilesPerProgram);
        var program = lane.Program = ChildProcess.Start(media,
        [
            HasherWorker.Verb, settings.Memory.ToString(CultureInfo.InvariantCulture), processor.ToString(CultureInfo.InvariantCulture),
            media.AllowUnsandboxed ? "1" : "0", settings.Command, .. settings.Arguments,
        ]);
        using var patience = program.KillAfter(TimeToStart);
        try
        {
            var greeting = Encoding.UTF8.GetString(Wire.ReadFrame(program.From, Greeting.Length));
            if (greeting != Greeting || !patience.Met())
            {
                throw new InvalidDataException("It does not greet as a hasher does.");
            }
        }
        catch (Exception silent) when (silent is IOException or InvalidDataException)
        {
            program.Kill();
            throw new InvalidOperationException(program.End().Words is { Length: > 0 } words ? words : silent.Message);
        }
    }

    private static void WriteFile(Stream to, ReadOnlySpan<byte> file, bool isVideo)
    {
        Span<byte> head = stackalloc byte[5];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(head, file.Length + 1);
        head[4] = isVideo ? Video : Picture;
        to.Write(head);
        to.Write(file);
        to.Flush();
    }

    private (string? Hash, string Reason) Read(byte[] answer)
    {
        switch (answer)
        {
            case [0, .. var vector] when settings.Called == HasherSettings.Vector && vector.Length != 2 * VectorIndex.Bytes:
                return (null, string.Create(CultureInfo.InvariantCulture, $"it answered {vector.Length / 2} bytes; {HasherSettings.Vector} has {VectorIndex.Bytes}"));
            case [0, .. var nothing] when settings.Called == HasherSettings.Vector && nothing.All(c => c is (byte)'0'):
                return (null, "it answered zeros, which are no hash");
            case [0, .. var hash] when hash.Length > 0 && hash.Length % 2 == 0 && hash.All(c => char.IsAsciiHexDigitLower((char)c)):
                return (Encoding.ASCII.GetString(hash), "");
            case [1, .. var why] when why.Length <= MaxReasonLength:
                return (null, new([.. Encoding.UTF8.GetString(why).Where(c => !char.IsControl(c))]));
            default:
                throw new InvalidDataException("It answers neither a hash nor a reason.");
        }
    }

    /// <summary>One process, and how many files it has had.</summary>
    private sealed class Lane
    {
        public ChildProcess? Program { get; set; }

        public int Files { get; set; }
    }
}
