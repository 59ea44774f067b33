using Jaga.Deliveries;
using Jaga.Server.Operate;

namespace Jaga.Server.Pages.Status;

/// <summary>How the house itself is: jobs, and the work that comes round.</summary>
public static class StatusPages
{
    /// <summary>The most rows of a list on this page.</summary>
    public const int Most = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/status", async (Db db, StorageSettings storage, CancellationToken ct) => ConsolePages.Page<StatusPage>(new
        {
            Dead = await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Dead).OrderBy(j => j.Id).Take(Most).ToListAsync(ct),
            Waiting = await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Due).GroupBy(j => j.Kind).Select(g => new WaitingJobs(g.Key, g.Count(), g.Min(j => j.DueAt))).ToListAsync(ct),
            Readable = DataFolder.Readable(storage),
            Turns = await db.RecurringTurns.AsNoTracking().OrderBy(t => t.Name).ToListAsync(ct),
        })).Requires(Permission.ReadMetrics);
        pages.MapPost("/status/jobs/{id}/retry", Retry).Requires(Permission.EditDeliveries);
    }

    private static async Task<RedirectHttpResult> Retry(Id<Job> id, DeadJobs jobs, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await jobs.Retry(id, actor, ct);
        messages.Leave(new(Tone.Good, words["status.retried"]));
        return TypedResults.LocalRedirect("/status");
    }
}

/// <summary>Jobs of one kind that wait.</summary>
public sealed record WaitingJobs(string Kind, int Count, DateTimeOffset SoonestDueAt);
