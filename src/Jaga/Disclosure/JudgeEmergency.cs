using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>A person looks at what an agency says is an emergency, and accepts it or does not, with a reason. Without that, the emergency opens nothing.</summary>
public sealed class JudgeEmergency(Db db, AuditLog audit, RequestFolder folder, Duties duties)
{
    // Why not is for those who may read requests for data; whoever reads obligations learns that it was decided.
    private const string NoEmergency = "Somebody looked and found no emergency. Why stands with the request.";

    /// <param name="Because">1 to 2,000 characters.</param>
    public sealed record Request(bool Accepted, string Because);

    /// <exception cref="RuleBroken">It was not sent as an emergency, or is answered.</exception>
    public async Task Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var because = Sentences.Checked(request.Because, "because");
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        contents.Request.JudgeEmergency(request.Accepted, because);
        audit.Record(actor, request.Accepted ? "data-request.emergency-accepted" : "data-request.emergency-refused", contents.Request.Subject, because, new { contents.Request.Emergency });
        if (!request.Accepted)
        {
            // The emergency's own clock ends; the regime's has run beside it since the receipt and is not touched.
            foreach (var owed in (await folder.Clocks(contents.Request, ct)).Where(o => o.IsOwed && o.Clause == contents.Rules.EmergencyClause))
            {
                await duties.Cancel(owed.Id, NoEmergency, actor, ct);
            }
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/emergency", async (Id<DataRequest> id, Request request, JudgeEmergency judge, Actor actor, CancellationToken ct) =>
        {
            await judge.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Accept or refuse that a request is an emergency");
}
