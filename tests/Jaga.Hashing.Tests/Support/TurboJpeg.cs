using System.Runtime.InteropServices;

namespace Jaga.Hashing.Tests.Support;

/// <summary>Decodes JPEG with the system's libturbojpeg; skips the running test where the library is absent.</summary>
internal static partial class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";
    private const int Rgb = 0, Grey = 6;

    internal static Picture Read(string path, int channels)
    {
        if (!NativeLibrary.TryLoad(Library, out _))
            Assert.Skip($"{Library} is not installed (package libturbojpeg0).");
        var file = File.ReadAllBytes(path);
        var decoder = tjInitDecompress();
        try
        {
            Assert.Equal(0, tjDecompressHeader3(decoder, file, new((nuint)file.Length), out var width, out var height, out _, out _));
            var pixels = new byte[width * height * channels];
            Assert.Equal(0, tjDecompress2(decoder, file, new((nuint)file.Length), pixels, width, 0, height, channels == 1 ? Grey : Rgb, 0));
            return new(pixels, width, height, channels);
        }
        finally
        {
            _ = tjDestroy(decoder);
        }
    }

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint decoder);

    [LibraryImport(Library)]
    private static partial int tjDecompressHeader3(
        nint decoder, byte[] file, CULong length, out int width, out int height, out int subsampling, out int colourSpace);

    [LibraryImport(Library)]
    private static partial int tjDecompress2(
        nint decoder, byte[] file, CULong length, [Out] byte[] pixels, int width, int pitch, int height, int format, int flags);
}
