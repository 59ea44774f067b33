namespace Jaga.Media;

/// <summary>How files are decoded. <c>Jaga__Media__…</c></summary>
public sealed record MediaSettings
{
    /// <summary>Children that decode at once, 1 to 256; one per core unless said otherwise.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 256);

    /// <summary>How long a child may work on one picture before it is killed.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest file that is decoded, in bytes; larger ones get digests only.</summary>
    public long MaxBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>The largest picture that is decoded, in pixels of one frame.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>The most frames or pages that are read of one picture.</summary>
    public int MaxFrames { get; init; } = 1000;

    /// <summary>The most pixels that are read of all frames of one file together.</summary>
    public long MaxFramePixels { get; init; } = 100_000_000;

    /// <summary>Private memory of one child, in bytes.</summary>
    public long Memory { get; init; } = 768L * 1024 * 1024;

    /// <summary>How long a video may be worked on before that is ended.</summary>
    public TimeSpan VideoDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Videos decoded at once, 1 to 64.</summary>
    public int Videos { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>Frames of a video that are hashed for each second of it, 0.01 to 60. The reference compares one a second.</summary>
    public double FramesPerSecond { get; init; } = 1;

    /// <summary>The most frames that are hashed of one video: two hours of it, at one a second.</summary>
    public int MaxVideoFrames { get; init; } = 7200;

    /// <summary>Private memory of ffmpeg over one video, in bytes.</summary>
    public long VideoMemory { get; init; } = 1536L * 1024 * 1024;

    /// <summary>The ffmpeg that decodes videos.</summary>
    public string Ffmpeg { get; init; } = "/usr/bin/ffmpeg";

    /// <summary>Files after which a child is replaced by a fresh one, so that a subverted child does not stay.</summary>
    public int ReadsPerChild { get; init; } = 10_000;

    /// <summary>Whether children start with the house; otherwise each starts with its first file.</summary>
    public bool Warm { get; init; } = true;

    /// <summary>
    /// Decodes without system-call filter where the kernel has none. A file that subverts a decoder then has the rights of
    /// the child's account. Off unless an operator says so.
    /// </summary>
    public bool AllowUnsandboxed { get; init; }

    /// <summary>Programs that hash files by other algorithms, at most 8.</summary>
    public HasherSettings[] Hashers { get; init; } = [];

    /// <summary>The executable that has the verb <c>decode-worker</c>; found beside the running program unless said otherwise.</summary>
    public string? Executable { get; init; }

    internal IEnumerable<string> Wrong()
    {
        if (Workers is < 1 or > 256)
        {
            yield return $"Media:Workers is {Workers}. It takes 1 to 256.";
        }

        if (Deadline < TimeSpan.FromMilliseconds(10) || Deadline > TimeSpan.FromMinutes(10))
        {
            yield return $"Media:Deadline is {Deadline}. It takes 10 ms to 10 min.";
        }

        if (MaxBytes is < 1024 or > 1024 * 1024 * 1024)
        {
            yield return $"Media:MaxBytes is {MaxBytes}. It takes 1 KiB to 1 GiB.";
        }

        if (MaxPixels is < 4096 or > 500_000_000)
        {
            yield return $"Media:MaxPixels is {MaxPixels}. It takes 4,096 to 500,000,000.";
        }

        if (MaxFrames is < 1 or > 100_000)
        {
            yield return $"Media:MaxFrames is {MaxFrames}. It takes 1 to 100,000.";
        }

        if (MaxFramePixels < MaxPixels || MaxFramePixels > 100_000_000_000)
        {
            yield return $"Media:MaxFramePixels is {MaxFramePixels}. It takes at least Media:MaxPixels and at most 100,000,000,000.";
        }

        if (Memory is < 256L * 1024 * 1024 or > 64L * 1024 * 1024 * 1024)
        {
            yield return $"Media:Memory is {Memory}. It takes 256 MiB to 64 GiB.";
        }

        if (VideoDeadline < TimeSpan.FromSeconds(1) || VideoDeadline > TimeSpan.FromHours(2))
        {
            yield return $"Media:VideoDeadline is {VideoDeadline}. It takes 1 s to 2 h.";
        }

        if (Videos is < 1 or > 64)
        {
            yield return $"Media:Videos is {Videos}. It takes 1 to 64.";
        }

        if (FramesPerSecond is not (>= 0.01 and <= 60))
        {
            yield return $"Media:FramesPerSecond is {FramesPerSecond}. It takes 0.01 to 60.";
        }

        if (MaxVideoFrames is < 1 or > 1_000_000)
        {
            yield return $"Media:MaxVideoFrames is {MaxVideoFrames}. It takes 1 to 1,000,000.";
        }

        if (VideoMemory is < 256L * 1024 * 1024 or > 64L * 1024 * 1024 * 1024)
        {
            yield return $"Media:VideoMemory is {VideoMemory}. It takes 256 MiB to 64 GiB.";
        }

        if (!Path.IsPathRooted(Ffmpeg))
        {
            yield return $"Media:Ffmpeg is {Ffmpeg}. It takes a path from the root.";
        }

        if (ReadsPerChild < 1)
        {
            yield return $"Media:ReadsPerChild is {ReadsPerChild}. It takes 1 or more.";
        }

        if (Hashers.Length > 8 || Hashers.Select(h => h.Name).Distinct().Count() < Hashers.Length)
        {
            yield return $"Media:Hashers are {Hashers.Length}. There may be 8, each with a name of its own.";
        }

        foreach (var wrong in Hashers.SelectMany((h, i) => h.Wrong(i)))
        {
            yield return wrong;
        }

        if (Executable is { } named && !File.Exists(named))
        {
            yield return $"Media:Executable is {named}, and there is no such file.";
        }
    }
}
