using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Media.Decoding;

/// <summary>
/// The child: <c>decode-worker</c>. It loads everything that decoding will ever need, gives up its rights, greets its parent, and then answers
/// one file after the other until the pipe closes. It keeps nothing of a file once that is answered.
/// </summary>
public static unsafe class DecodeWorker
{
    /// <summary>The verb on the command line, before anything else of the program is built.</summary>
    public const string Verb = "decode-worker";

    /// <summary>Exit code of a child that could not make itself safe or had nothing to decode with; the sentence is on standard error.</summary>
    public const int Refused = 3;

    /// <summary>Runs the child until its parent closes the pipe.</summary>
    /// <param name="arguments">What follows the verb.</param>
    /// <returns>The exit code: 0, or <see cref="Refused"/>.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        try
        {
            if (arguments is [VideoWorker.Verb, .. var video])
            {
                Say(VideoWorker.Run(video));
                return Refused;
            }

            if (arguments is [HasherWorker.Verb, .. var hasher])
            {
                Say(HasherWorker.Run(hasher));
                return Refused;
            }

            var limits = ChildLimits.Parse(arguments);
            Sandbox.Limit(limits.Memory);
            // Not the console's streams: they look for a terminal first, in files that are out of reach by then.
            using var from = Standard(0, FileAccess.Read);
            using var to = Standard(1, FileAccess.Write);
            Sandbox.WidenPipe(0, Wire.PipeBytes);
            var decoder = new PictureDecoder(limits);
            var formats = WarmUp(decoder);
            var trouble = Sandbox.Lock();
            if (trouble is not null && !limits.AllowUnsandboxed)
            {
                Say(trouble);
                return Refused;
            }

            Wire.WriteFrame(to, Encoding.UTF8.GetBytes($"{(trouble is null ? "sandboxed" : "open")} {string.Join(' ', formats)}"));
            Serve(from, to, decoder, limits);
            return 0;
        }
        catch (Exception refused) when (refused is DllNotFoundException or FormatException or InvalidOperationException or TypeInitializationException)
        {
            Say((refused.InnerException ?? refused).Message);
            return Refused;
        }
    }

    internal static FileStream Standard(int number, FileAccess access) => new(new SafeFileHandle(number, ownsHandle: false), access, bufferSize: 0);

    private static void Say(string sentence)
    {
        using var errors = Standard(2, FileAccess.Write);
        errors.Write(Encoding.UTF8.GetBytes(sentence + '\n'));
    }

    private static void Serve(Stream from, Stream to, PictureDecoder decoder, ChildLimits limits)
    {
        while (Wire.ReadRequestHeader(from) is var (asked, length))
        {
            if (length < 0 || length > limits.MaxBytes)
            {
                return; // the parent never sends more; whoever does is not the parent
            }

            Sandbox.Alarm(limits.AlarmSeconds);
            Answer(from, to, decoder, asked, (int)length);
            Sandbox.Alarm(0);
        }
    }

    private static void Answer(Stream from, Stream to, PictureDecoder decoder, Asked asked, int length)
    {
        var bytes = (byte*)NativeMemory.Alloc((nuint)(length + PictureDecoder.Slack));
        try
        {
            NativeMemory.Clear(bytes + length, PictureDecoder.Slack);
            from.ReadExactly(new Span<byte>(bytes, length));
            if (asked == Asked.Probe)
            {
                Wire.WriteFrame(to, Encoding.UTF8.GetBytes(string.Join('\n', Sandbox.Probe().Select(p => $"{p.Error} {p.What}"))));
            }
            else
            {
                decoder.Decode(bytes, length, asked == Asked.Derivatives).Write(to);
            }
        }
        finally
        {
            NativeMemory.Free(bytes);
        }
    }

    /// <summary>
    /// Decodes a tiny picture of every format, and damaged ones, so that every library, plug-in and assembly is in memory before the
    /// files are out of reach.
    /// </summary>
    /// <returns>The formats that can be decoded here.</returns>
    private static List<string> WarmUp(PictureDecoder decoder)
    {
        var readable = new List<string>();
        foreach (var name in typeof(DecodeWorker).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("Media/Samples/", StringComparison.Ordinal)))
        {
            using var resource = typeof(DecodeWorker).Assembly.GetManifestResourceStream(name)!;
            var length = (int)resource.Length;
            var sample = new byte[length + PictureDecoder.Slack];
            resource.ReadExactly(sample, 0, length);
            fixed (byte* bytes = sample)
            {
                using var unsent = new MemoryStream();
                var whole = decoder.Decode(bytes, length, derive: true);
                whole.Write(unsent);
                decoder.Decode(bytes, length / 2, derive: false).Write(unsent);
                if (whole.Outcome == MediaOutcome.Read)
                {
                    readable.Add(MediaFormat.Of(sample).Name);
                }
            }
        }

        return readable;
    }
}
