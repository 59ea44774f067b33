using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Hma;

/// <summary><c>/status</c> and <c>/status/live</c>, in HMA's words.</summary>
public static class StatusPaths
{
    // HMA's own limit, beyond which its index is stale.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(65);

    internal static void Map(IEndpointRouteBuilder hma)
    {
        const string because = "an orchestrator asks without a key, and learns one word";
        hma.MapGet("/status", (Matcher matcher) => !matcher.Ready ? TypedResults.Text("INDEX-NOT-LOADED", statusCode: 503)
            : matcher.Lag > Stale ? TypedResults.Text("INDEX-STALE", statusCode: 503) : TypedResults.Text("I-AM-ALIVE")).Public(because);
        hma.MapGet("/status/live", () => TypedResults.Text("I-AM-ALIVE")).Public(because);
    }
}
