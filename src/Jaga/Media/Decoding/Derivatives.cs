namespace Jaga.Media.Decoding;

/// <summary>The small copies that people look at. Made from decoded pixels, so that nothing of the original file reaches a browser.</summary>
internal static class Derivatives
{
    private const int PreviewSide = 256, ViewSide = 1280;
    private const int PreviewQuality = 60, ViewQuality = 82;

    /// <summary>Strong enough that a face or a body is a patch of light, weak enough to tell a beach from a page of text.</summary>
    private const string PreviewBlur = "6";

    /// <summary>At most 256 × 256 px, grey, blurred.</summary>
    public static byte[] Preview(Pixels picture)
    {
        using var whole = VipsImage.Of(picture);
        using var small = Shrink(whole, PreviewSide);
        using var grey = small.Then("colourspace", ("space", "b-w"));
        using var blurred = grey.Then("gaussblur", ("sigma", PreviewBlur));
        return Encode(blurred, PreviewQuality);
    }

    /// <summary>At most 1280 × 1280 px.</summary>
    public static byte[] View(Pixels picture)
    {
        using var whole = VipsImage.Of(picture);
        using var small = Shrink(whole, ViewSide);
        return Encode(small, ViewQuality);
    }

    private static VipsImage Shrink(VipsImage image, int side) =>
        image.Then("thumbnail_image", ("width", VipsImage.Text(side)), ("height", VipsImage.Text(side)), ("size", "down"));

    private static byte[] Encode(VipsImage image, int quality)
    {
        using var encoder = new TurboJpeg();
        using var flat = image.Flat();
        using var rows = flat.Walk();
        using var pixels = new Pixels(flat.Width, flat.Height, flat.Bands);
        rows.Fill(pixels, pixels.Height, out var complaint);
        return complaint is null ? encoder.Encode(pixels, quality) : throw new BrokenPicture(complaint);
    }
}
