using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>Sets a ladder, and if wished a shorter time, over the regime's own for what is opened from now on; or gives the regime's own back.</summary>
public sealed class SetLadder(Db db, AuditLog audit, TimeProvider clock, Regimes regimes)
{
    private const int MaxWhy = 500;

    /// <param name="Steps">Rising percentages with a rung at 100; null to give the regime's own ladder back.</param>
    /// <param name="Due">The operator's own time, ISO 8601; null for the regime's. A law's deadline can only be made shorter, a holding time only longer.</param>
    /// <param name="Queue">The queue it is meant for, which can only be the clause's own; null for whichever owns the obligation.</param>
    public sealed record Request(IReadOnlyList<Step>? Steps, string? Due, string? Queue, string Why);

    /// <exception cref="NotFound">No regime has this clause.</exception>
    /// <exception cref="BadInput">The ladder, the time, the queue or the reason cannot be.</exception>
    public async Task<ReadLadders.Version> Run(string clause, Request request, Actor actor, CancellationToken ct)
    {
        var found = regimes.Find(clause);
        Check(found, request.Steps, request.Due);
        if (request.Why is not { Length: > 0 and <= MaxWhy } why || string.IsNullOrWhiteSpace(why))
        {
            throw new BadInput("why", $"Say why, in 1 to {MaxWhy} characters.");
        }

        var queue = request.Queue?.Trim() ?? "";
        if (queue.Length > 0 && queue != found.Queue)
        {
            throw new BadInput("queue", $"What is owed under this clause is the queue's that it names: {found.Queue}. A ladder for another would never be used.");
        }

        await using var transaction = await db.Begin(ct);
        var set = new Ladder
        {
            Id = Id<Ladder>.New(clock), Clause = clause, Queue = queue, Due = request.Due, Steps = request.Steps is { } steps ? JsonSerializer.Serialize(steps, Json.Options) : null,
            Number = await db.Ladders.Where(l => l.Clause == clause && l.Queue == queue).MaxAsync(l => (int?)l.Number, ct) + 1 ?? 1,
            SetAt = clock.GetUtcNow(), SetBy = actor.ToString(), Why = why.Trim(),
        };
        db.Add(set);
        audit.Record(actor, "ladder.set", set.Subject, set.Why, new { set.Queue, set.Number, set.Due, request.Steps });
        return await transaction.Commit(ReadLadders.Show(set), ct);
    }

    /// <summary>Checks a ladder and a time for a clause.</summary>
    /// <exception cref="BadInput">One of them cannot be; the sentence says why.</exception>
    public static void Check(Clause clause, IReadOnlyList<Step>? steps, string? due)
    {
        if (steps is not null && Ladder.Wrong(steps) is { } wrong)
        {
            throw new BadInput("steps", $"The ladder {wrong}.");
        }

        if (due is not null && Regimes.Wrong(clause, due) is { } late)
        {
            throw new BadInput("due", late);
        }
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/regimes/{clause}/ladder", (string clause, Request request, Actor actor, SetLadder set, CancellationToken ct) => set.Run(clause, request, actor, ct))
            .Requires(Permission.EditDuties).WithTags("Obligations").WithSummary("Set who is warned when, for what is opened from now on");
}
