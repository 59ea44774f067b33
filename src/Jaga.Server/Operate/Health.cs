using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Operate;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work, with what is unsent, overdue and unconfirmed.</summary>
public static class Health
{
    /// <param name="Store">Whether the database answers.</param>
    /// <param name="Matcher">Whether the index is loaded; until then no check is answered.</param>
    /// <param name="Numbers">What every room counts, by its word; null while the store does not answer.</param>
    public sealed record Ready(bool Store, bool Matcher, IReadOnlyDictionary<string, int>? Numbers);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Text("live")).Public("an orchestrator asks without a key, and learns nothing but that the process lives").ExcludeFromDescription();
        routes.MapGet("/health/ready", async (ReadNumbers read, Matcher matcher, ILogger<Ready> logger, CancellationToken ct) =>
        {
            Dictionary<string, int>? numbers = null;
            try
            {
                numbers = (await read.Run(ct)).ToDictionary(n => n.Count.Word, n => n.Number);
            }
            catch (Exception unreachable) when (!ct.IsCancellationRequested)
            {
                logger.LogError(unreachable, "The store does not answer");
            }

            var ready = new Ready(numbers is not null, matcher.Ready, numbers);
            return TypedResults.Json(ready, Json.Options, statusCode: ready is { Store: true, Matcher: true } ? 200 : 503);
        }).Public("an orchestrator asks without a key, and learns counts only").ExcludeFromDescription();
    }
}
