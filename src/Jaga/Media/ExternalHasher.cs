using System.ComponentModel;
using System.Globalization;
using System.Text;
using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>One external hasher: its program, started when first needed, and anew when it was lost. One file at a time; what else comes waits.</summary>
internal sealed class ExternalHasher(MediaSettings media, HasherSettings settings, ILogger logger) : IDisposable
{
    /// <summary>The first frame of every hasher.</summary>
    public const string Greeting = "jaga-hasher 1";

    private const int MaxHashLength = 2048, MaxReasonLength = 300, FilesPerProgram = 1000;
    private const byte Picture = 1, Video = 2;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private ChildProcess? _program;
    private int _files;

    /// <summary>Has one file hashed. Whatever the program does, there is an answer.</summary>
    /// <param name="ct">Heeded while the file waits for its turn.</param>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public async Task<HasherReading> Hash(ReadOnlyMemory<byte> file, bool isVideo, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var (hash, reason) = await Task.Factory.StartNew(() => Ask(file.Span, isVideo), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return new(settings.Name, settings.Type ?? settings.Name, hash, reason);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _program?.Dispose();
        _turn.Dispose();
    }

    private (string? Hash, string Reason) Ask(ReadOnlySpan<byte> file, bool isVideo)
    {
        try
        {
            if (_program is not { IsAlive: true } || _files++ >= FilesPerProgram)
            {
                Start();
            }

            var program = _program!;
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

    private void Start()
    {
        _program?.Dispose();
        _files = 1;
        var processor = (long)Math.Ceiling(settings.Deadline.TotalSeconds * FilesPerProgram);
        _program = ChildProcess.Start(media,
        [
            HasherWorker.Verb, settings.Memory.ToString(CultureInfo.InvariantCulture), processor.ToString(CultureInfo.InvariantCulture),
            media.AllowUnsandboxed ? "1" : "0", settings.Command, .. settings.Arguments,
        ]);
        using var patience = _program.KillAfter(TimeToStart);
        try
        {
            var greeting = Encoding.UTF8.GetString(Wire.ReadFrame(_program.From, Greeting.Length));
            if (greeting != Greeting || !patience.Met())
            {
                throw new InvalidDataException("It does not greet as a hasher does.");
            }
        }
        catch (Exception silent) when (silent is IOException or InvalidDataException)
        {
            _program.Kill();
            throw new InvalidOperationException(_program.End().Words is { Length: > 0 } words ? words : silent.Message);
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

    private static (string? Hash, string Reason) Read(byte[] answer)
    {
        switch (answer)
        {
            case [0, .. var hash] when hash.Length > 0 && hash.Length % 2 == 0 && hash.All(c => char.IsAsciiHexDigitLower((char)c)):
                return (Encoding.ASCII.GetString(hash), "");
            case [1, .. var why] when why.Length <= MaxReasonLength:
                return (null, new([.. Encoding.UTF8.GetString(why).Where(c => !char.IsControl(c))]));
            default:
                throw new InvalidDataException("It answers neither a hash nor a reason.");
        }
    }
}
