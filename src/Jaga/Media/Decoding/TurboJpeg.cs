using System.Runtime.InteropServices;

namespace Jaga.Media.Decoding;

/// <summary>
/// libjpeg-turbo. Its own luma plane is ITU-R BT.601 luma, which is what PDQ wants, so that a JPEG is fingerprinted without
/// ever becoming red, green and blue. One of these for one file: a decoder that has failed in a header goes on in the middle of the old
/// file with the next one, and writes where it must not (seen with 2.1.5).
/// </summary>
internal sealed unsafe partial class TurboJpeg : IDisposable
{
    private const string Library = "libturbojpeg.so.0";
    private const int PixelRgb = 0, PixelGrey = 6;
    private const int Sampling420 = 2, SamplingGrey = 3;
    private const int LimitScans = 32768; // a progressive file may repeat its scans for minutes
    private const int FatalError = 1;

    private readonly nint _decoder = tjInitDecompress();
    private nint _encoder; // few files need one

    /// <summary>What a JPEG's header says, before any pixel.</summary>
    /// <param name="IsInk">Four inks (CMYK, YCCK), which are not for this decoder.</param>
    public readonly record struct Header(int Width, int Height, bool IsInk);

    /// <exception cref="BrokenPicture">There is no such header.</exception>
    public Header ReadHeader(ReadOnlySpan<byte> jpeg)
    {
        fixed (byte* bytes = jpeg)
        {
            const int Cmyk = 3;
            if (tjDecompressHeader3(_decoder, bytes, Size(jpeg), out var width, out var height, out _, out var colours) != 0)
            {
                throw new BrokenPicture(Error(_decoder));
            }

            return width > 0 && height > 0 ? new(width, height, colours >= Cmyk) : throw new BrokenPicture("it holds no picture"); // tables only
        }
    }

    /// <summary>Decodes luma, or red, green and blue, at full size.</summary>
    /// <param name="complaint">What was wrong inside though pixels could be had; null if nothing.</param>
    /// <exception cref="BrokenPicture">No pixels could be had.</exception>
    public Pixels Decode(ReadOnlySpan<byte> jpeg, in Header header, bool colour, out string? complaint)
    {
        var pixels = new Pixels(header.Width, header.Height, colour ? 3 : 1, black: false); // after a warning it goes on to the last row
        fixed (byte* bytes = jpeg)
        {
            complaint = null;
            if (tjDecompress2(_decoder, bytes, Size(jpeg), (byte*)pixels.Address, header.Width, pixels.Stride, header.Height, colour ? PixelRgb : PixelGrey, LimitScans) != 0)
            {
                complaint = Error(_decoder);
                if (tjGetErrorCode(_decoder) == FatalError)
                {
                    pixels.Dispose();
                    throw new BrokenPicture(complaint);
                }
            }
        }

        return pixels;
    }

    /// <summary>Encodes a picture anew.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="BrokenPicture">It could not be encoded.</exception>
    public byte[] Encode(Pixels pixels, int quality)
    {
        _encoder = _encoder == 0 ? tjInitCompress() : _encoder;
        var grey = pixels.Channels == 1;
        byte* jpeg = null;
        var size = default(CULong);
        try
        {
            return tjCompress2(
                _encoder, (byte*)pixels.Address, pixels.Width, pixels.Stride, pixels.Height, grey ? PixelGrey : PixelRgb,
                &jpeg, &size, grey ? SamplingGrey : Sampling420, quality, 0) == 0
                ? new ReadOnlySpan<byte>(jpeg, checked((int)size.Value)).ToArray()
                : throw new BrokenPicture(Error(_encoder));
        }
        finally
        {
            tjFree(jpeg);
        }
    }

    public void Dispose()
    {
        _ = tjDestroy(_decoder);
        if (_encoder != 0)
        {
            _ = tjDestroy(_encoder);
        }
    }

    private static CULong Size(ReadOnlySpan<byte> bytes) => new((nuint)bytes.Length);

    private static string Error(nint handle) => Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "";

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial nint tjInitCompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    private static partial int tjDecompressHeader3(nint handle, byte* jpeg, CULong size, out int width, out int height, out int sampling, out int colours);

    [LibraryImport(Library)]
    private static partial int tjDecompress2(nint handle, byte* jpeg, CULong size, byte* pixels, int width, int stride, int height, int format, int flags);

    [LibraryImport(Library)]
    private static partial int tjCompress2(nint handle, byte* pixels, int width, int stride, int height, int format, byte** jpeg, CULong* size, int sampling, int quality, int flags);

    [LibraryImport(Library)]
    private static partial void tjFree(byte* bytes);

    [LibraryImport(Library)]
    private static partial nint tjGetErrorStr2(nint handle);

    [LibraryImport(Library)]
    private static partial int tjGetErrorCode(nint handle);
}

/// <summary>A decoder gave up; the message is its own.</summary>
internal sealed class BrokenPicture(string message) : Exception(message);
