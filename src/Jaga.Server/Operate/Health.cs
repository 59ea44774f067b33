using Jaga.Kernel;
using Jaga.Matching;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Operate;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work. <c>/health/numbers</c>: what is unsent, overdue and unconfirmed, and for whoever may read
/// the metrics everything that is counted. All are asked every few seconds by whoever likes, and so cost next to nothing.
/// </summary>
public static class Health
{
    /// <param name="Store">Whether the database answers.</param>
    /// <param name="Matcher">Whether the index is loaded; until then no check is answered.</param>
    public sealed record Ready(bool Store, bool Matcher);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Text("live")).Public("an orchestrator asks without a key, and learns nothing but that the process lives").ExcludeFromDescription();
        routes.MapGet("/health/ready", async (Db db, Matcher matcher, ILogger<Ready> logger, CancellationToken ct) =>
        {
            var ready = new Ready(await Answers(db, logger, ct), matcher.Ready);
            return TypedResults.Json(ready, Json.Options, statusCode: ready is { Store: true, Matcher: true } ? 200 : 503);
        }).Public("an orchestrator asks without a key, and learns only whether to send work").ExcludeFromDescription();
        routes.MapGet("/health/numbers", async (HttpContext http, PublicNumbers few, ReadNumbers read, CancellationToken ct) =>
        {
            var numbers = http.Features.Get<Actor>()?.May(Permission.ReadMetrics) is true ? await read.Run(ct) : await few.Run(read, ct);
            return TypedResults.Json(numbers.ToDictionary(n => n.Count.Word, n => n.Number), Json.Options);
        }).Public("whoever watches the house asks without a key, and learns whether it keeps its word, and no more").ExcludeFromDescription();
    }

    private static async Task<bool> Answers(Db db, ILogger logger, CancellationToken ct)
    {
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT 1", ct);
            return true;
        }
        catch (Exception unreachable) when (!ct.IsCancellationRequested)
        {
            logger.LogError(unreachable, "The store does not answer");
            return false;
        }
    }
}
