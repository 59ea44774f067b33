using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Jaga.Media;

/// <summary>What the parent asks of a child.</summary>
internal enum Asked : byte
{
    /// <summary>Decode and fingerprint the bytes that follow.</summary>
    Fingerprint,

    /// <summary>The same, and make the derivatives.</summary>
    Derivatives,

    /// <summary>Try what the sandbox forbids and say what happened. Harmless where the sandbox holds.</summary>
    Probe,
}

/// <summary>A child's limits, which it is told on its command line.</summary>
internal sealed record ChildLimits(long MaxBytes, long MaxPixels, int MaxFrames, long MaxFramePixels, long Memory, int AlarmSeconds, bool AllowUnsandboxed)
{
    public static ChildLimits Of(MediaSettings settings) => new(
        settings.MaxBytes, settings.MaxPixels, settings.MaxFrames, settings.MaxFramePixels, settings.Memory,
        // The parent kills at the deadline. The kernel's alarm comes later, for a child whose parent is gone.
        (int)Math.Ceiling(settings.Deadline.TotalSeconds) + 5, settings.AllowUnsandboxed);

    public string[] ToArguments() =>
    [
        .. new[] { MaxBytes, MaxPixels, MaxFrames, MaxFramePixels, Memory, AlarmSeconds, AllowUnsandboxed ? 1 : 0 }.Select(n => n.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <exception cref="FormatException">These are not what <see cref="ToArguments"/> gives.</exception>
    public static ChildLimits Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length != 7)
        {
            throw new FormatException("The worker is started by Jaga itself, with seven limits.");
        }

        var n = new long[7];
        for (var i = 0; i < n.Length; i++)
        {
            n[i] = long.Parse(arguments[i], CultureInfo.InvariantCulture);
        }

        return new(n[0], n[1], (int)n[2], n[3], n[4], (int)n[5], n[6] == 1);
    }
}

/// <summary>
/// The pipe between parent and child. A request is one byte of <see cref="Asked"/>, the file's length in eight bytes, little-endian, and
/// the file. An answer, and the child's greeting, are a frame: its length in four bytes, little-endian, and itself.
/// </summary>
internal static class Wire
{
    public const int RequestHeaderBytes = 9;

    /// <summary>What a pipe to a child holds before its writer waits: the most that Linux gives everybody.</summary>
    public const int PipeBytes = 1024 * 1024;

    public static void WriteRequest(Stream to, Asked asked, ReadOnlySpan<byte> file)
    {
        // With its header in one piece a small file wakes the child once.
        var together = (int)Math.Min(file.Length, PipeBytes - RequestHeaderBytes);
        var first = ArrayPool<byte>.Shared.Rent(RequestHeaderBytes + together);
        try
        {
            first[0] = (byte)asked;
            BinaryPrimitives.WriteInt64LittleEndian(first.AsSpan(1), file.Length);
            file[..together].CopyTo(first.AsSpan(RequestHeaderBytes));
            to.Write(first, 0, RequestHeaderBytes + together);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }

        to.Write(file[together..]);
        to.Flush();
    }

    /// <summary>Null when the parent has closed the pipe.</summary>
    public static (Asked Asked, long Length)? ReadRequestHeader(Stream from)
    {
        Span<byte> header = stackalloc byte[RequestHeaderBytes];
        return from.ReadAtLeast(header, RequestHeaderBytes, throwOnEndOfStream: false) < RequestHeaderBytes
            ? null
            : ((Asked)header[0], BinaryPrimitives.ReadInt64LittleEndian(header[1..]));
    }

    public static void WriteFrame(Stream to, ReadOnlySpan<byte> body)
    {
        // In one piece: its length alone would wake the other side for nothing.
        var whole = ArrayPool<byte>.Shared.Rent(4 + body.Length);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(whole, body.Length);
            body.CopyTo(whole.AsSpan(4));
            to.Write(whole, 0, 4 + body.Length);
            to.Flush();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <exception cref="EndOfStreamException">The other side went away.</exception>
    /// <exception cref="InvalidDataException">It announces more than <paramref name="most"/> bytes.</exception>
    public static byte[] ReadFrame(Stream from, int most)
    {
        Span<byte> length = stackalloc byte[4];
        from.ReadExactly(length);
        var count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count < 0 || count > most)
        {
            throw new InvalidDataException($"The child announces an answer of {count} bytes.");
        }

        var body = new byte[count];
        from.ReadExactly(body);
        return body;
    }
}
