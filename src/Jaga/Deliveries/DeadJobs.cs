using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>Jobs that failed so often that a person must look at them, and their way back. They are kept until then.</summary>
public sealed class DeadJobs(Db db, AuditLog audit, Notices notices, TimeProvider clock)
{
    /// <summary>A dead job, without its body, which may hold what is nobody's business here.</summary>
    public sealed record Dead(Id<Job> Id, string Kind, int Attempts, DateTimeOffset DueAt, string? LastFailure);

    public async Task<Page<Dead>> Read(PageRequest page, CancellationToken ct)
    {
        var query = db.Jobs.AsNoTracking().Where(j => j.State == JobState.Dead);
        query = page.AfterId<Job>() is { } after ? query.Where(j => j.Id > after) : query;
        var rows = await query.OrderBy(j => j.Id).Take(page.Rows + 1).Select(j => new Dead(j.Id, j.Kind, j.Attempts, j.DueAt, j.LastFailure)).ToListAsync(ct);
        return Page<Dead>.Of(rows, page.Rows, j => j.Id.ToString());
    }

    /// <exception cref="RuleBroken">It is not dead.</exception>
    public async Task Retry(Id<Job> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var job = await db.Jobs.SingleOrDefaultAsync(j => j.Id == id, ct) ?? throw new NotFound($"job {id}");
        job.Retry(clock.GetUtcNow());
        audit.Record(actor, "job.retried", Subject.Of("job", id), job.Kind);
        await notices.Over(Subject.Of("job", id), ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/jobs/dead", (string? after, int? size, DeadJobs jobs, CancellationToken ct) => jobs.Read(new(after, size), ct))
            .Requires(Permission.ReadDeliveries).WithTags("Deliveries").WithSummary("Jobs that a person must look at");
        api.MapPost("/jobs/{id}/retry", async (Id<Job> id, Actor actor, DeadJobs jobs, CancellationToken ct) =>
        {
            await jobs.Retry(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDeliveries).WithTags("Deliveries").WithSummary("Give a dead job another try");
    }
}
