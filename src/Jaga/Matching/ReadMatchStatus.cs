namespace Jaga.Matching;

/// <summary>How matching stands on this node.</summary>
public sealed class ReadMatchStatus(Matcher matcher)
{
    /// <param name="Ready">Whether the signals are in memory.</param>
    /// <param name="LagMilliseconds">Since this node was last known to be in step with the banks; null before it is ready.</param>
    /// <param name="Seq">The last change applied.</param>
    /// <param name="Pdq">PDQ signals in memory.</param>
    /// <param name="Digests">Digest signals in memory.</param>
    /// <param name="Others">Signals of all other types in memory, by type.</param>
    /// <param name="Banks">Banks, enabled or not.</param>
    public sealed record Status(bool Ready, double? LagMilliseconds, long Seq, int Pdq, int Digests, IReadOnlyDictionary<string, int> Others, int Banks);

    public Status Run()
    {
        var (pdq, digests, banks) = matcher.Counts;
        return new(matcher.Ready, matcher.Lag?.TotalMilliseconds, matcher.Seq, pdq, digests, matcher.OtherCounts, banks);
    }

    /// <summary><c>GET /match/status</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/match/status", (ReadMatchStatus read) => TypedResults.Ok(read.Run()))
        .Requires(Permission.ReadBanks)
        .WithName("ReadMatchStatus").WithSummary("How many signals are matched against, and how far behind the banks that is");
}
