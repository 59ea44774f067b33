using Jaga.Deliveries;

namespace Jaga.Disclosure;

/// <summary>Records that an answer without data, or a question, was brought to the agency by other means, e.g. by post, with the tracking number.</summary>
public sealed class RecordServed(Db db, ServeAgency serve)
{
    /// <param name="How">E.g. the carrier and its tracking number; 1 to 200 characters.</param>
    public sealed record Request(string How);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">This request has no such answer or question to bring.</exception>
    /// <exception cref="RuleBroken">The agency has it already.</exception>
    public async Task Run(Id<DataRequest> id, Subject about, Request request, Actor actor, CancellationToken ct)
    {
        var how = WayToAgency.Brought(request.How);
        await using var transaction = await db.Begin(ct);
        var (of, told) = await Unserved(db, id, about, ct);
        await serve.Serve(of, told, how, actor, ct);
        await transaction.Commit(ct);
    }

    /// <summary>What was told, and is not known to have arrived.</summary>
    internal static async Task<(DataRequest Request, ITold Told)> Unserved(Db db, Id<DataRequest> id, Subject about, CancellationToken ct)
    {
        if (await ITold.Find(db, about, ct) is not var (of, told) || of.Id != id || told is DataAnswer { ReleasedAt: null } or DataAnswer { Asked: not null })
        {
            throw new NotFound("such answer or question to bring");
        }

        return told.ServedAt is null ? (of, told) : throw new RuleBroken("The agency has this already.");
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/data-requests/{id}/answers/{answer}/served", async (Id<DataRequest> id, Id<DataAnswer> answer, Request request, RecordServed record, Actor actor, CancellationToken ct) =>
        {
            await record.Run(id, Subject.Of("data-answer", answer), request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Record how an answer without data was brought to the agency");
        api.MapPost("/data-requests/{id}/questions/{question}/served", async (Id<DataRequest> id, Id<Clarification> question, Request request, RecordServed record, Actor actor, CancellationToken ct) =>
        {
            await record.Run(id, Subject.Of("data-question", question), request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Record how a question was brought to the agency");
    }
}
