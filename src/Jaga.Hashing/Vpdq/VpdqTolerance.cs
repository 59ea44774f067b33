namespace Jaga.Hashing;

/// <summary>When two films are alike. The defaults are those of the reference's Python library.</summary>
/// <remarks>
/// The distance is inclusive, as the reference's README and its Python library have it; the tool in C++ compares with less
/// than, so that its 31 is 30 here.
/// </remarks>
public sealed record VpdqTolerance
{
    /// <summary>Bits by which two frames may differ, 0 to 256.</summary>
    public int Distance { get; init; } = 31;

    /// <summary>Frames of a lower quality, 0 to 100, are left out of both films.</summary>
    public int Quality { get; init; } = 50;

    /// <summary>The least share of the query's frames, 0 to 100 %, that has to be in the target.</summary>
    public double QueryPercent { get; init; } = 80;

    /// <summary>The least share of the target's frames, 0 to 100 %, that has to be in the query.</summary>
    public double TargetPercent { get; init; }
}

/// <summary>How much of two films is the same.</summary>
/// <param name="QueryPercent">The share of the query's frames that has a frame of the target within the distance, 0 to 100; 0 if no frame has the quality.</param>
/// <param name="TargetPercent">The share of the target's frames that has a frame of the query within the distance, 0 to 100; 0 if no frame has the quality.</param>
public readonly record struct VpdqLikeness(double QueryPercent, double TargetPercent)
{
    /// <summary>Whether that is enough. Films without a single frame in common are never alike, however little is asked for.</summary>
    public bool Meets(VpdqTolerance tolerance) =>
        QueryPercent > 0 && QueryPercent >= tolerance.QueryPercent && TargetPercent >= tolerance.TargetPercent;
}
