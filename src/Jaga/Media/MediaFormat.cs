using System.Buffers.Binary;

namespace Jaga.Media;

/// <summary>How a file of a format is read here.</summary>
internal enum MediaPath
{
    /// <summary>Begins like nothing that is known.</summary>
    None,

    /// <summary>By libjpeg-turbo.</summary>
    Jpeg,

    /// <summary>By libvips.</summary>
    Vips,

    /// <summary>By our own decoder.</summary>
    Bitmap,

    /// <summary>By ffmpeg.</summary>
    Video,

    /// <summary>Known by name only.</summary>
    Unsupported,
}

/// <summary>
/// What the first bytes say a file is. Its name and the sender's content type are never asked, because whoever sends a file
/// chooses them. The format chooses the one decoder that sees the bytes: a file cannot shop for the weakest.
/// </summary>
/// <param name="Name">Lower-case, as in <see cref="MediaReading.Format"/>; empty for none.</param>
/// <param name="Path">How it is read.</param>
/// <param name="Loader">The libvips operation, for <see cref="MediaPath.Vips"/>; ffmpeg's demuxer, for <see cref="MediaPath.Video"/>.</param>
internal sealed record MediaFormat(string Name, MediaPath Path, string Loader = "")
{
    public static readonly MediaFormat None = new("", MediaPath.None);
    public static readonly MediaFormat Jpeg = new("jpeg", MediaPath.Jpeg, "jpegload_buffer");
    public static readonly MediaFormat Png = new("png", MediaPath.Vips, "pngload_buffer");
    public static readonly MediaFormat Gif = new("gif", MediaPath.Vips, "gifload_buffer");
    public static readonly MediaFormat WebP = new("webp", MediaPath.Vips, "webpload_buffer");
    public static readonly MediaFormat Tiff = new("tiff", MediaPath.Vips, "tiffload_buffer");
    public static readonly MediaFormat Avif = new("avif", MediaPath.Vips, "heifload_buffer");
    public static readonly MediaFormat Heic = new("heic", MediaPath.Vips, "heifload_buffer");
    public static readonly MediaFormat Bmp = new("bmp", MediaPath.Bitmap);

    /// <summary>An animated PNG, an AVIF or a HEIC sequence, whose frames ffmpeg decodes.</summary>
    private static readonly MediaFormat MovingPng = new("png", MediaPath.Video, "apng"), MovingAvif = new("avif", MediaPath.Video, "mov"), MovingHeic = new("heic", MediaPath.Video, "mov");

    private static readonly MediaFormat Svg = Known("svg");

    /// <summary>What may stand before the first angle bracket: a byte order mark and white space.</summary>
    private static ReadOnlySpan<byte> Blank => [0xef, 0xbb, 0xbf, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n'];

    private static readonly (byte[] Magic, MediaFormat Format)[] Beginnings =
    [
        ([0xff, 0xd8, 0xff], Jpeg),
        ([0x89, .. "PNG\r\n\x1a\n"u8], Png),
        ([.. "GIF87a"u8], Gif),
        ([.. "GIF89a"u8], Gif),
        ([.. "II*\0"u8], Tiff),
        ([.. "MM\0*"u8], Tiff),
        ([.. "II+\0"u8], Tiff),
        ([.. "MM\0+"u8], Tiff),
        ([0x1a, 0x45, 0xdf, 0xa3], Video("matroska")),
        ([.. "FLV\x01"u8], Video("flv")),
        ([.. "OggS"u8], Video("ogg")),
        ([0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], Video("asf")),
        ([0, 0, 1, 0xba], Video("mpeg")),
        ([0, 0, 1, 0xb3], Video("mpeg", "mpegvideo")),
        ([0xff, 0x0a], Known("jxl")),
        ([0, 0, 0, 0x0c, .. "JXL "u8], Known("jxl")),
        ([0, 0, 0, 0x0c, .. "jP  "u8], Known("jp2")),
        ([0xff, 0x4f, 0xff, 0x51], Known("jp2")),
        ([.. "%PDF-"u8], Known("pdf")),
        ([.. "8BPS"u8], Known("psd")),
        ([0, 0, 1, 0, 1], Known("ico")),
        ([.. "v/1\x01"u8], Known("exr")),
    ];

    /// <summary>Whether this is a picture that moves: all its frames are taken, and not only some a second.</summary>
    public bool IsMoving => this == MovingPng || this == MovingAvif || this == MovingHeic;

    /// <summary>How the frames of a picture of this format are read of which libvips sees only the first; null where it sees all that there is.</summary>
    public MediaFormat? Moving(ReadOnlySpan<byte> picture) =>
        this == Png && Apng.IsAnimated(picture) ? MovingPng
        : this == Avif && HasTracks(picture) ? MovingAvif
        : this == Heic && HasTracks(picture) ? MovingHeic
        : null;

    // A still picture has a 'meta' box alone; frames that follow each other stand in a 'moov' (ISO/IEC 23008-12 section 7). Whatever its brands say.
    private static bool HasTracks(ReadOnlySpan<byte> file)
    {
        for (var boxes = 0; boxes < 1000 && file.Length >= 8; boxes++)
        {
            var length = (ulong)BinaryPrimitives.ReadUInt32BigEndian(file);
            if (file[4..8].SequenceEqual("moov"u8))
            {
                return true;
            }

            length = length == 1 && file.Length >= 16 ? BinaryPrimitives.ReadUInt64BigEndian(file[8..]) : length == 0 ? (ulong)file.Length : length;
            if (length < 8 || length > (ulong)file.Length)
            {
                return false;
            }

            file = file[(int)length..];
        }

        return false;
    }

    /// <summary>The media type (IANA) of what is of a format; of bytes where the format is none that is known.</summary>
    /// <param name="name"><see cref="Name"/>.</param>
    public static string MediaType(string name) => name switch
    {
        "jpeg" or "png" or "gif" or "webp" or "tiff" or "avif" or "heic" or "bmp" or "jxl" or "jp2" => $"image/{name}",
        "svg" => "image/svg+xml",
        "psd" => "image/vnd.adobe.photoshop",
        "ico" => "image/vnd.microsoft.icon",
        "exr" => "image/x-exr",
        "pdf" => "application/pdf",
        "mov" => "video/quicktime",
        "avi" => "video/vnd.avi",
        "flv" => "video/x-flv",
        "asf" => "video/x-ms-asf",
        "mpegts" => "video/mp2t",
        "mp4" or "mpeg" or "ogg" or "matroska" => $"video/{name}",
        _ => "application/octet-stream",
    };

    /// <summary>Recognises a file by its first bytes.</summary>
    public static MediaFormat Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var (magic, format) in Beginnings)
        {
            if (bytes.StartsWith(magic))
            {
                return format;
            }
        }

        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8))
        {
            return bytes[8..12] switch
            {
                var kind when kind.SequenceEqual("WEBP"u8) => WebP,
                var kind when kind.SequenceEqual("AVI "u8) => Video("avi"),
                _ => None,
            };
        }

        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8))
        {
            return OfBrands(bytes);
        }

        if (bytes.Length >= 26 && bytes.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124)
        {
            return Bmp;
        }

        if (bytes.Length >= 189 && bytes[0] == 0x47 && bytes[188] == 0x47)
        {
            return Video("mpegts");
        }

        var start = bytes[..Math.Min(bytes.Length, 1024)];
        return start.IndexOf("<svg"u8) >= 0 && start.TrimStart(Blank).StartsWith("<"u8) ? Svg : None;
    }

    /// <summary>ISO base media files (ISO/IEC 14496-12 section 4.3) name what they are by brands: pictures and videos share the container.</summary>
    private static MediaFormat OfBrands(ReadOnlySpan<byte> bytes)
    {
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), (uint)Math.Min(bytes.Length, 256));
        var found = Video("mp4", "mov");
        for (var at = 8; at + 4 <= length; at += at == 8 ? 8 : 4)
        {
            var brand = bytes.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return Avif;
            }

            if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8)
                || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8))
            {
                found = Heic; // an AVIF file may name mif1 too, and then says avif further on
            }
            else if (at == 8 && brand.SequenceEqual("qt  "u8))
            {
                found = Video("mov");
            }
        }

        return found;
    }

    private static MediaFormat Video(string name, string? demuxer = null) => new(name, MediaPath.Video, demuxer ?? name);

    private static MediaFormat Known(string name) => new(name, MediaPath.Unsupported);
}
