using System.Globalization;

namespace Jaga.Media.Decoding;

/// <summary>
/// From a file's bytes to fingerprints and derivatives. Whatever the bytes are, there is an answer; only memory and time can fail, and
/// those the parent sees to. The header is read and weighed against the limits before a pixel is decoded. A damaged picture is
/// fingerprinted as far as it goes, because a file that is broken on purpose still shows its picture.
/// </summary>
internal sealed unsafe class PictureDecoder(ChildLimits limits)
{
    /// <summary>Rows fetched together of a picture that is sound, and of one that is not.</summary>
    private const int Strip = 128, Shred = 8;

    /// <summary>
    /// Zero bytes that stand after every file in memory. A decoder that reads in blocks loses the whole last block of a file cut off;
    /// with something to read it gives what is there.
    /// </summary>
    public const int Slack = 64 * 1024;

    private static readonly string[] MemoryComplaints = ["out of memory", "Insufficient memory", "Memory allocation error"];

    /// <summary>Decodes one file.</summary>
    /// <param name="bytes">The file and <see cref="Slack"/> zeros.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="derive">Whether the derivatives are wanted.</param>
    public Decoded Decode(byte* bytes, int length, bool derive)
    {
        var file = new ReadOnlySpan<byte>(bytes, length);
        var format = MediaFormat.Of(file);
        try
        {
            return format.Path switch
            {
                MediaPath.Jpeg => Jpeg(bytes, length, derive),
                MediaPath.Vips => ByVips(format, bytes, length, derive),
                MediaPath.Bitmap => Bmp(file, derive),
                MediaPath.None => new(MediaOutcome.NotMedia, length == 0 ? "the file is empty" : "it begins like no picture or video that is known"),
                _ => new(MediaOutcome.Unsupported, $"{format.Name} is not decoded here"),
            };
        }
        catch (BrokenPicture broken)
        {
            return new(Damage(format, file, broken.Message), broken.Message);
        }
        catch (OutOfMemoryException)
        {
            return new(MediaOutcome.OutOfMemory, "decoding it wants more memory than a child may have");
        }
    }

    private Decoded Jpeg(byte* bytes, int length, bool derive)
    {
        var file = new ReadOnlySpan<byte>(bytes, length);
        using var turbo = new TurboJpeg();
        var header = turbo.ReadHeader(file);
        if (TooMany(header.Width, header.Height) is { } refused)
        {
            return refused;
        }

        if (header.IsInk || ColourProfile.Matters(ColourProfile.OfJpeg(file)))
        {
            return ByVips(MediaFormat.Jpeg, bytes, length, derive);
        }

        var orientation = Exif.Orientation(file);
        using var log = new FrameLog();
        log.Add(turbo.Decode(file, header, colour: false, out var complaint).Upright(orientation));
        using var colour = derive ? turbo.Decode(file, header, colour: true, out _).Upright(orientation) : null;
        complaint = IsHarmless(complaint) ? null : complaint;
        return Answer(complaint is null ? MediaOutcome.Read : Damage(MediaFormat.Jpeg, file, complaint), complaint ?? "", log, 1, colour);
    }

    private Decoded Bmp(ReadOnlySpan<byte> file, bool derive)
    {
        var header = Bitmap.ReadHeader(file);
        if (TooMany(header.Width, header.Height) is { } refused)
        {
            return refused;
        }

        using var log = new FrameLog();
        log.Add(Bitmap.Decode(file, header, out var isCutOff));
        return Answer(isCutOff ? MediaOutcome.Truncated : MediaOutcome.Read, isCutOff ? "the file ends before its pixels do" : "", log, 1, derive ? log.First : null);
    }

    private Decoded ByVips(MediaFormat format, byte* bytes, int length, bool derive)
    {
        int width, height, pages;
        string access;
        using (var header = VipsImage.Load(format.Loader, bytes, length, ("access", "sequential")))
        {
            (width, height, pages) = (header.Width, header.PageHeight, header.Pages);
            access = header.IsOrdinary ? "sequential" : "random";
        }

        if (TooMany(width, height) is { } refused)
        {
            return refused with { FrameCount = pages };
        }

        var read = (int)Math.Min(Math.Min(pages, limits.MaxFrames), Math.Max(1, limits.MaxFramePixels / ((long)width * height)));
        // Strictly first, so that damage is known; then whatever can be had.
        var (log, complaint) = Frames(format, bytes, length, pages, read, access, "error");
        if (complaint is { } why)
        {
            log.Dispose();
            (log, _) = Frames(format, bytes, format == MediaFormat.Png ? length + Slack : length, pages, read, access, "none");
            using (log)
            {
                return Answer(Damage(format, new(bytes, length), why), why, log, pages, derive ? log.First : null);
            }
        }

        using (log)
        {
            return read < pages
                ? Answer(MediaOutcome.TooManyFrames, string.Create(CultureInfo.InvariantCulture, $"{read} of its {pages} frames were read"), log, pages, derive ? log.First : null)
                : Answer(MediaOutcome.Read, "", log, pages, derive ? log.First : null);
        }
    }

    /// <summary>Fingerprints the first frames of a file, as far as they can be had.</summary>
    /// <returns>The frames, to be disposed, and what was wrong; null if nothing.</returns>
    private (FrameLog Log, string? Complaint) Frames(MediaFormat format, byte* bytes, int length, int pages, int read, string access, string failOn)
    {
        var log = new FrameLog();
        try
        {
            // The frames of an animation build on each other and are decoded in one go; pages stand for themselves, each of its own size.
            var isAnimation = format.Name is "gif" or "webp" && pages > 1;
            string? complaint = null;
            for (var page = 0; complaint is null && page < read; page += isAnimation ? read : 1)
            {
                using var image = format.Name switch
                {
                    "png" or "jpeg" => VipsImage.Load(format.Loader, bytes, length, ("access", access), ("fail_on", failOn)),
                    _ => VipsImage.Load(
                        format.Loader, bytes, length, ("access", access), ("fail_on", failOn),
                        ("page", VipsImage.Text(page)), ("n", VipsImage.Text(isAnimation ? read : 1))),
                };
                if (TooMany(image.Width, image.PageHeight) is not null)
                {
                    return (log, string.Create(CultureInfo.InvariantCulture, $"page {page} is too large"));
                }

                using var flat = image.Flat();
                complaint = FramesOf(flat, image.PageHeight, format.Name is "heic" or "avif" ? 1 : image.Orientation, isAnimation ? image.Times : [], failOn == "none" ? Shred : Strip, log);
            }

            return (log, complaint);
        }
        catch (BrokenPicture broken)
        {
            return (log, broken.Message);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private static string? FramesOf(VipsImage flat, int frameHeight, int orientation, double[] times, int atATime, FrameLog log)
    {
        using var rows = flat.Walk();
        for (var left = flat.Height / frameHeight; left > 0; left--)
        {
            var pixels = new Pixels(flat.Width, frameHeight, flat.Bands);
            var filled = rows.Fill(pixels, atATime, out var complaint);
            if (filled > 0)
            {
                var frame = pixels.Upright(orientation);
                log.Add(frame, log.Count < times.Length ? times[log.Count] : 0);
                pixels = ReferenceEquals(log.First, frame) ? null : frame;
            }

            pixels?.Dispose();
            if (complaint is not null)
            {
                return complaint;
            }
        }

        return null;
    }

    private static Decoded Answer(MediaOutcome outcome, string reason, FrameLog log, int frames, Pixels? shown)
    {
        if (outcome == MediaOutcome.Read && log.Dihedral.Length == 0)
        {
            reason = log.Frames.Count == 0 ? "too small for a perceptual hash" : "too plain for a perceptual hash: its quality is 0";
        }

        var answer = new Decoded(outcome, reason)
        {
            Width = log.First?.Width ?? 0,
            Height = log.First?.Height ?? 0,
            FrameCount = frames,
            Quality = log.Quality,
            Dihedral = log.Dihedral,
            Frames = frames > 1 ? log.Frames : [],
        };
        try
        {
            return shown is null ? answer : answer with { Preview = Derivatives.Preview(shown), View = Derivatives.View(shown) };
        }
        catch (BrokenPicture refused)
        {
            return answer with { Reason = reason.Length > 0 ? reason : $"no derivatives: {refused.Message}" };
        }
    }

    private Decoded? TooMany(int width, int height) => (long)width * height <= limits.MaxPixels
        ? null
        : new(MediaOutcome.TooManyPixels, string.Create(CultureInfo.InvariantCulture, $"{width} × {height} pixels are more than {limits.MaxPixels}"))
        {
            Width = width,
            Height = height,
            FrameCount = 1,
        };

    private static MediaOutcome Damage(MediaFormat format, ReadOnlySpan<byte> file, string complaint) =>
        MemoryComplaints.Any(m => complaint.Contains(m, StringComparison.Ordinal)) ? MediaOutcome.OutOfMemory
        : Ending.IsEarly(format, file) ? MediaOutcome.Truncated
        : MediaOutcome.Corrupt;

    /// <summary>Stray bytes between a JPEG's segments change no pixel, and cameras leave them.</summary>
    private static bool IsHarmless(string? complaint) => complaint?.Contains("extraneous bytes", StringComparison.Ordinal) ?? true;
}
