namespace Jaga.Referrals.CyberTip;

/// <summary>Whether a file is what is reported, or only helps to understand it.</summary>
public enum TipRelevance
{
    Reported,
    Supplemental,
}

/// <summary>NCMEC's industry classification: A prepubescent, B pubescent; 1 and 2 by the law's two kinds of conduct. A person gives it, never a score.</summary>
public enum TipClass
{
    A1,
    A2,
    B1,
    B2,
}

/// <summary>What a file is marked with; the words are NCMEC's.</summary>
public enum TipFileAnnotation
{
    AnimeDrawingVirtualHentai,
    PotentialMeme,
    Viral,
    PossibleSelfProduction,
    PhysicalHarm,
    ViolenceGore,
    Bestiality,
    LiveStreaming,
    Infant,
    GenerativeAi,
}

/// <summary>A digest or other hash of the file as the platform had it.</summary>
/// <param name="Type">E.g. <c>SHA-256</c> or <c>PDQ</c>, at most 64 characters.</param>
public sealed record TipHash(string Type, string Value);

/// <summary>A name and a value of the file's own metadata, e.g. of its EXIF. Names at most 64 characters.</summary>
public sealed record TipDetail(string Name, string Value);

/// <summary>What NCMEC is told about one file.</summary>
public sealed record TipFile
{
    /// <summary>As Jaga sends it.</summary>
    public string? FileName { get; init; }

    /// <summary>As its uploader called it, at most 2,056 characters.</summary>
    public string? OriginalName { get; init; }

    /// <summary>When it came to the platform. Absent where that is not known: never the time of the report in its place.</summary>
    public DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Where it lay, at most 2,083 characters.</summary>
    public string? Location { get; init; }

    /// <summary>A named person of the platform looked at the whole file. From the log of reveals alone; see 18 U.S.C. 2258A and the facts on <c>fileViewedByEsp</c>.</summary>
    public bool? Viewed { get; init; }

    /// <summary>A named person looked at its metadata. From the log alone.</summary>
    public bool? ExifViewed { get; init; }

    public bool? PubliclyAvailable { get; init; }

    public TipRelevance? Relevance { get; init; }

    public IReadOnlyList<TipFileAnnotation> Annotations { get; init; } = [];

    public TipClass? Class { get; init; }

    public IReadOnlyList<TipHash> Hashes { get; init; } = [];

    /// <summary>At most one, as the schema has it.</summary>
    public TipCapture? Capture { get; init; }

    public IReadOnlyList<TipDevice> Devices { get; init; } = [];

    public IReadOnlyList<TipDetail> Exif { get; init; } = [];

    public IReadOnlyList<string> AdditionalInfo { get; init; } = [];
}
