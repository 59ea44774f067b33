using System.Runtime.InteropServices;

namespace Jaga.Media.Decoding;

/// <summary>A decoded picture: 8 bits a channel, one channel (luma) or three (red, green, blue), rows from the top without gaps, outside the managed heap.</summary>
internal sealed unsafe class Pixels : IDisposable
{
    private byte* _bytes;

    /// <param name="black">False where whoever decodes fills every pixel before one is read: clearing them costs a twentieth of the decoding.</param>
    /// <exception cref="OutOfMemoryException">There is no room for it.</exception>
    public Pixels(int width, int height, int channels, bool black = true)
    {
        (Width, Height, Channels) = (width, height, channels);
        _bytes = (byte*)(black ? NativeMemory.AllocZeroed((nuint)Length) : NativeMemory.Alloc((nuint)Length));
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    public int Stride => Width * Channels;

    public int Length => checked(Stride * Height);

    public Span<byte> Span => new(_bytes, Length);

    public nint Address => (nint)_bytes;

    /// <summary>
    /// The picture as it is meant to be seen, by EXIF's orientation (CIPA DC-008 section 4.6.5.1: 1 is upright, 3 upside down, 6 and 8 lie on
    /// a side, the even small ones are mirrored). Gives itself where there is nothing to do; otherwise this is disposed.
    /// </summary>
    public Pixels Upright(int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return this;
        }

        var (w, h) = (Width, Height);
        var last = w * h - 1;
        // The pixel that becomes the first, and the steps in the source for one step to the right and one down.
        var (start, right, down) = orientation switch
        {
            2 => (w - 1, -1, w),
            3 => (last, -1, -w),
            4 => (last - (w - 1), 1, -w),
            5 => (0, w, 1),
            6 => (last - (w - 1), -w, 1),
            7 => (last, -w, -1),
            _ => (w - 1, w, -1),
        };
        var turned = orientation >= 5 ? new Pixels(h, w, Channels) : new Pixels(w, h, Channels);
        turned.FillFrom(_bytes, start, right, down);
        Dispose();
        return turned;
    }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }

    private void FillFrom(byte* source, int start, int right, int down)
    {
        const int Tile = 64; // a picture on its side is walked across its rows: tile by tile the cache holds what is walked
        for (var top = 0; top < Height; top += Tile)
        {
            for (var left = 0; left < Width; left += Tile)
            {
                var (bottom, end) = (Math.Min(top + Tile, Height), Math.Min(left + Tile, Width));
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < end; x++)
                    {
                        var from = source + (long)(start + x * right + y * down) * Channels;
                        var to = _bytes + ((long)y * Width + x) * Channels;
                        for (var c = 0; c < Channels; c++)
                        {
                            to[c] = from[c];
                        }
                    }
                }
            }
        }
    }
}
