using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Disclosure;

/// <summary>A person read a document: genuine or not, and which classes it covers. Only then can a class rest on it. One that proves false is said to be so until its data is handed over, and what was released on it is taken back.</summary>
public sealed class CheckDocument(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Duties duties, WithdrawRelease withdraw)
{
    /// <param name="Covers">The classes that it orders to be given; none unless it is accepted.</param>
    /// <param name="CoversMembers">Whether it wants the members of a group by name, and not as a count.</param>
    /// <param name="Because">What the person saw; 1 to 2,000 characters.</param>
    public sealed record Request(bool Accepted, IReadOnlyList<DataClass>? Covers, string Because, bool CoversMembers = false);

    /// <exception cref="NotFound">There is no such document.</exception>
    /// <exception cref="RuleBroken">Data was released on it: until that is handed over it can still be found false, and nothing else.</exception>
    public async Task Run(Id<DataRequest> id, Id<DataDocument> document, Request request, Actor actor, CancellationToken ct)
    {
        var because = Sentences.Checked(request.Because, "because");
        if (request.Accepted && (request.Covers is not { Count: > 0 } || request.Covers.Any(c => !Enum.IsDefined(c))))
        {
            throw new BadInput("covers", "Say which classes of data it covers.");
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        var found = contents.Documents.SingleOrDefault(d => d.Id == document) ?? throw new NotFound("such document in this request");
        var released = found.Accepted is true && contents.Request.State is DataRequestState.Collecting or DataRequestState.Given or DataRequestState.Answered;
        if (released)
        {
            await MustBeWithdrawn(contents.Request, request, ct);
        }

        found.Check(request.Accepted, request.Covers ?? [], request.CoversMembers, because, actor, now);
        contents.Request.Touch();
        audit.Record(actor, request.Accepted ? "data-request.document-accepted" : "data-request.document-refused", contents.Request.Subject, because, new { document, found.Kind, found.Covers, found.CoversMembers });
        if (released)
        {
            await withdraw.Run(contents, because, actor, ct);
        }

        await KeepAfterwards(contents, actor, ct);
        await transaction.Commit(ct);
    }

    private async Task MustBeWithdrawn(DataRequest request, Request found, CancellationToken ct)
    {
        if (request.State is DataRequestState.Answered && await PackData.Ready(db, request.Subject).AnyAsync(p => p.State == PackageState.Ready, ct))
        {
            throw new RuleBroken("A package with this data lies ready for the agency. Take the package back first; then say what was found of the document.");
        }

        if (found.Accepted || request.State is DataRequestState.Answered)
        {
            throw new RuleBroken("Data was released on this document; what was found of it stands.");
        }
    }

    // What was given in an emergency rests on its proper document now: nothing is owed any more.
    private async Task KeepAfterwards(RequestFolder.Contents contents, Actor actor, CancellationToken ct)
    {
        var released = await db.DataAnswers.InForce().SingleOrDefaultAsync(a => a.Request == contents.Request.Id, ct);
        if (released is not { ByEmergency.Count: > 0 })
        {
            return;
        }

        var proper = folder.JudgeWithoutEmergency(contents.Request, contents.Documents);
        if (released.ByEmergency.All(c => proper.Any(v => v.Class == c && v.May)))
        {
            await duties.Keep(contents.Request.Afterwards, contents.Rules.AfterwardsClause, Subject.Of("decision", released.Id), actor, ct);
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/documents/{document}/check", async (Id<DataRequest> id, Id<DataDocument> document, Request request, CheckDocument check, Actor actor, CancellationToken ct) =>
        {
            await check.Run(id, document, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Say whether a document is genuine, and what it covers");
}
