using System.Runtime.InteropServices;

namespace Jaga.Tests.Media.Support;

/// <summary>A JPEG of inks as photographs' editors write it: turned into luma and chroma, and inverted.</summary>
internal static unsafe partial class Ycck
{
    private const string Library = "libturbojpeg.so.0";
    private const int Inks = 11, Sampling444 = 0, Quality = 92;

    /// <summary>Encodes cyan, magenta, yellow and black, four bytes a pixel.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> inks, int width, int height)
    {
        var inverted = inks.ToArray();
        foreach (ref var ink in inverted.AsSpan())
        {
            ink = (byte)~ink;
        }

        var encoder = tjInitCompress();
        byte* jpeg = null;
        var size = default(CULong);
        fixed (byte* pixels = inverted)
        {
            Assert.Equal(0, tjCompress2(encoder, pixels, width, width * 4, height, Inks, &jpeg, &size, Sampling444, Quality, 0));
        }

        var bytes = new ReadOnlySpan<byte>(jpeg, checked((int)size.Value)).ToArray();
        tjFree(jpeg);
        _ = tjDestroy(encoder);
        return bytes;
    }

    [LibraryImport(Library)]
    private static partial nint tjInitCompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    private static partial int tjCompress2(nint handle, byte* pixels, int width, int stride, int height, int format, byte** jpeg, CULong* size, int sampling, int quality, int flags);

    [LibraryImport(Library)]
    private static partial void tjFree(byte* bytes);
}
