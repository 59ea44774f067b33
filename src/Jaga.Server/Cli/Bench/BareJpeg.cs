using System.Runtime.InteropServices;

namespace Jaga.Server.Cli.Bench;

/// <summary>libjpeg-turbo's luma decode and nothing else: the floor under every way from a photograph to its hash.</summary>
internal sealed partial class BareJpeg : IDisposable
{
    private const string Library = "libturbojpeg.so.0";
    private const int Grey = 6, Rgb = 0, Sampling420 = 2;

    private readonly nint _decoder = tjInitDecompress();
    private readonly byte[] _file;

    /// <exception cref="InvalidDataException">The file is not a JPEG that can be decoded.</exception>
    public BareJpeg(byte[] file)
    {
        _file = file;
        if (tjDecompressHeader3(_decoder, file, new((nuint)file.Length), out var width, out var height, out _, out _) != 0)
        {
            throw new InvalidDataException("This is not a JPEG.");
        }

        (Width, Height, Luma) = (width, height, new byte[width * height]);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Rows of 8-bit luma, as decoded last.</summary>
    public byte[] Luma { get; }

    /// <summary>Decodes the file.</summary>
    public void Decode()
    {
        if (tjDecompress2(_decoder, _file, new((nuint)_file.Length), Luma, Width, Width, Height, Grey, 0) != 0)
        {
            throw new InvalidDataException("This JPEG cannot be decoded.");
        }
    }

    /// <summary>A JPEG of interleaved red, green and blue, as cameras and platforms write it: 4:2:0, quality 85.</summary>
    public static byte[] Encode(byte[] rgb, int width, int height)
    {
        var encoder = tjInitCompress();
        try
        {
            nint jpeg = 0;
            CULong size = default;
            if (tjCompress2(encoder, rgb, width, 3 * width, height, Rgb, ref jpeg, ref size, Sampling420, 85, 0) != 0)
            {
                throw new InvalidDataException("The picture cannot be encoded.");
            }

            var file = new byte[(int)size.Value];
            Marshal.Copy(jpeg, file, 0, file.Length);
            tjFree(jpeg);
            return file;
        }
        finally
        {
            _ = tjDestroy(encoder);
        }
    }

    public void Dispose() => _ = tjDestroy(_decoder);

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial nint tjInitCompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    private static partial int tjDecompressHeader3(nint handle, byte[] jpeg, CULong size, out int width, out int height, out int sampling, out int colours);

    [LibraryImport(Library)]
    private static partial int tjDecompress2(nint handle, byte[] jpeg, CULong size, byte[] pixels, int width, int stride, int height, int format, int flags);

    [LibraryImport(Library)]
    private static partial int tjCompress2(nint handle, byte[] pixels, int width, int stride, int height, int format, ref nint jpeg, ref CULong size, int sampling, int quality, int flags);

    [LibraryImport(Library)]
    private static partial void tjFree(nint bytes);
}
