using System.Buffers.Binary;

namespace Jaga.Media;

/// <summary>What of an animated PNG (APNG 1.0) is read without decoding: that it is one, and when its frames are shown.</summary>
internal static class Apng
{
    private const int Signature = 8, ChunkOverhead = 12;
    private const int DelayNumerator = 20, DelayDenominator = 22;
    private const int UnsaidDenominator = 100;

    /// <summary>Whether there is an animation's header before the first picture's data: others are still pictures.</summary>
    public static bool IsAnimated(ReadOnlySpan<byte> png)
    {
        for (var at = Signature; TryChunk(png, at, out var type, out var data); at += data.Length + ChunkOverhead)
        {
            if (type.SequenceEqual("acTL"u8) || type.SequenceEqual("IDAT"u8))
            {
                return type[0] == (byte)'a';
            }
        }

        return false;
    }

    /// <summary>When each frame is shown, in seconds from the beginning, for at most so many.</summary>
    public static List<double> Times(ReadOnlySpan<byte> png, int most)
    {
        var (times, next) = (new List<double>(), 0.0);
        for (var at = Signature; times.Count < most && TryChunk(png, at, out var type, out var data); at += data.Length + ChunkOverhead)
        {
            if (type.SequenceEqual("fcTL"u8) && data.Length >= DelayDenominator + 2)
            {
                times.Add(next);
                double denominator = BinaryPrimitives.ReadUInt16BigEndian(data[DelayDenominator..]);
                next += BinaryPrimitives.ReadUInt16BigEndian(data[DelayNumerator..]) / (denominator > 0 ? denominator : UnsaidDenominator);
            }
        }

        return times;
    }

    private static bool TryChunk(ReadOnlySpan<byte> png, int at, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = default;
        if (png.Length - at < ChunkOverhead || BinaryPrimitives.ReadUInt32BigEndian(png[at..]) is var length && length > png.Length - at - ChunkOverhead)
        {
            return false;
        }

        type = png.Slice(at + 4, 4);
        data = png.Slice(at + 8, (int)length);
        return true;
    }
}
