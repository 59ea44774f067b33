namespace Jaga.Server.Cli.Bench;

/// <summary>What happens to a picture on its way, or is done to it so that it is not known again.</summary>
/// <param name="Kind">A group of ways that differ in strength.</param>
/// <param name="How">How strongly, as the table says it.</param>
/// <param name="Filter">ffmpeg's filter.</param>
/// <param name="Ending">What it is saved as.</param>
/// <param name="Codec">How it is saved.</param>
internal sealed record Way(string Kind, string How, string Filter, string Ending = ".jpg", params string[] Codec)
{
    /// <summary>Every way that is measured, in the table's order.</summary>
    public static readonly IReadOnlyList<Way> All =
    [
        .. new[] { "5", "12", "20", "31" }.Select(q => new Way("saved again as JPEG", $"quantiser {q} of 31", "null", ".jpg", "-q:v", q)),
        new("other format", "PNG", "null", ".png"),
        new("other format", "WebP, quality 75", "null", ".webp", "-quality", "75"),
        new("other format", "WebP, quality 20", "null", ".webp", "-quality", "20"),
        new("other format", "GIF, 256 colours", "split[a][b];[a]palettegen[p];[b][p]paletteuse", ".gif"),
        new("other format", "BMP", "null", ".bmp"),
        .. new[] { 75, 50, 25, 10 }.Select(p => new Way("resized", $"to {p} % of each side", $"scale=iw*{p}/100:ih*{p}/100")),
        new("resized", "to 200 % of each side", "scale=iw*2:ih*2"),
        new("resized", "width alone to 80 %", "scale=iw*0.8:ih"),
        .. new[] { 1, 2, 3, 5, 8, 10, 15, 20, 25, 30 }.Select(p => new Way("cropped, all round", $"{p} % of each side", $"crop=iw*{100 - p}/100:ih*{100 - p}/100")),
        .. new[] { 2, 5, 10, 20 }.Select(p => new Way("cropped, at the bottom", $"{p} % of the height", $"crop=iw:ih*{100 - p}/100:0:0")),
        new("watermark", "small, in a corner", "drawbox=x=iw*0.78:y=ih*0.90:w=iw*0.18:h=ih*0.06:color=white@0.6:t=fill"),
        new("watermark", "large, across the middle", $"{Letters(0.44, 0.12, "white@0.45")}"),
        new("text banner", "10 % of the height", $"drawbox=x=0:y=ih*0.9:w=iw:h=ih*0.1:color=black:t=fill,{Letters(0.925, 0.05, "white")}"),
        new("text banner", "20 % of the height", $"drawbox=x=0:y=ih*0.8:w=iw:h=ih*0.2:color=black:t=fill,{Letters(0.85, 0.1, "white")}"),
        .. new[] { 2, 5, 10 }.SelectMany(p => new[] { "black", "white" }.Select(c => new Way("border", $"{c}, {p} % on each side", $"pad=iw*{100 + 2 * p}/100:ih*{100 + 2 * p}/100:(ow-iw)/2:(oh-ih)/2:color={c}"))),
        .. new[] { ("90°", "transpose=clock"), ("180°", "hflip,vflip"), ("270°", "transpose=cclock") }.Select(t => new Way("turned", t.Item1, t.Item2)),
        .. new[] { 2, 5, 10 }.Select(d => new Way("turned", $"{d}°, corners black", $"rotate={d}*PI/180")),
        new("mirrored", "left and right", "hflip"),
        new("mirrored", "top and bottom", "vflip"),
        new("mirrored", "left and right, and turned 90°", "hflip,transpose=clock"),
        new("screenshot", "of the picture alone: resized, sharpened, saved", "scale=iw*0.7:ih*0.7,unsharp=5:5:0.8", ".jpg", "-q:v", "10"),
        new("screenshot", "of a telephone: picture between bars", "scale=1080:1500:force_original_aspect_ratio=decrease,pad=1080:1920:(ow-iw)/2:(oh-ih)/2:color=0x101010,drawbox=x=0:y=0:w=iw:h=80:color=0x303030:t=fill"),
        new("grey", "", "format=gray"),
        .. new[] { (-20, "-0.2"), (-10, "-0.1"), (10, "0.1"), (20, "0.2") }.Select(b => new Way("brightness", $"{b.Item1:+0;-0} %", $"eq=brightness={b.Item2}")),
        new("contrast", "× 0.6", "eq=contrast=0.6"),
        new("contrast", "× 1.5", "eq=contrast=1.5"),
        new("blurred", "sigma 3", "gblur=sigma=3"),
        new("noise", "strength 25", "noise=alls=25:allf=p"),
    ];

    /// <summary>Blocks as wide as letters, where a font may be missing.</summary>
    private static string Letters(double top, double height, string colour) => string.Join(',', Enumerable.Range(0, 14).Select(i =>
        FormattableString.Invariant($"drawbox=x=iw*{0.08 + i * 0.06:0.00}:y=ih*{top + (i % 3 == 0 ? 0.25 : 0) * height:0.000}:w=iw*{(i % 4 == 1 ? 0.02 : 0.04):0.00}:h=ih*{(i % 3 == 0 ? 0.75 : 1) * height:0.000}:color={colour}:t=fill")));
}
