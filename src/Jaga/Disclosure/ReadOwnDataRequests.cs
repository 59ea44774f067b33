using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Disclosure;

/// <summary>
/// An agency reads its own requests, their clocks, its questions to answer and the answers, and nothing of anybody else's. Reading an answer or a question is recorded, and shows that it arrived.
/// </summary>
public sealed class ReadOwnDataRequests(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, ServeAgency serve)
{
    // What an agency may know was done, without who here did it.
    private static readonly string[] Told = ["data-request.received", "data-request.document-added", "data-request.document-accepted", "data-request.document-refused", "data-request.emergency-accepted", "data-request.emergency-refused", "data-request.clarification-asked", "data-request.clarified", "data-request.data-given", "data-request.data-packed"];

    /// <summary>A class that was asked for, and what it still lacks or rests on.</summary>
    public sealed record OwnClass(DataClass Class, bool HasDocument, Sentence Why);

    /// <summary>A document, and how it was found.</summary>
    public sealed record OwnDocument(Id<DataDocument> Id, DocumentKind Kind, string Number, DateOnly IssuedOn, string Issuer, bool? Accepted, string? Because);

    /// <summary>The answer.</summary>
    /// <param name="HasData">The data is in <see cref="Shown.Package"/>.</param>
    public sealed record OwnAnswer(DataOutcome Outcome, IReadOnlyList<DataClass> Classes, string? Ground, DateTimeOffset At, bool HasData);

    /// <summary>A question and its answer.</summary>
    public sealed record OwnQuestion(string Asked, DateTimeOffset AskedAt, string? Answer, DateTimeOffset? AnsweredAt);

    /// <summary>Something that was done, and when.</summary>
    public sealed record OwnLine(DateTimeOffset At, string Action);

    /// <summary>A request as its agency sees it.</summary>
    /// <param name="WaitsForYou">A question to the agency that is open while the request is; null if none. Whether the clock stands still for it is <c>row.paused</c>.</param>
    /// <param name="Package">The newest package with the data that lies ready; null if none.</param>
    public sealed record Shown(
        ReadDataRequests.Row Row, string Regime, string LegalBasis, string? Offence, int? MaxPenaltyMonths, string Purpose, string Description, DateTimeOffset? From, DateTimeOffset? Until, IReadOnlyList<Subject> About,
        string? EmergencyReason, bool? EmergencyAccepted, string? Reference, IReadOnlyList<OwnClass> Classes, IReadOnlyList<OwnDocument> Documents, IReadOnlyList<OwnQuestion> Questions, string? WaitsForYou,
        OwnAnswer? Answer, Id<Package>? Package, IReadOnlyList<OwnLine> History);

    /// <summary>Newest first.</summary>
    public async Task<Page<ReadDataRequests.Row>> Run(Actor actor, PageRequest page, CancellationToken ct)
    {
        var agency = await RequestFolder.AgencyOf(db, actor, ct);
        var of = db.DataRequests.AsNoTracking().Where(r => r.Agency == agency);
        if (page.AfterId<DataRequest>() is { } after)
        {
            of = of.Where(r => r.Id.CompareTo(after) < 0);
        }

        var rows = await ReadDataRequests.Rows(db, await of.OrderByDescending(r => r.Id).Take(page.Rows + 1).ToListAsync(ct), ct);
        return Page<ReadDataRequests.Row>.Of([.. rows.Select(Outside)], page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">The agency has no such request; the same words as for one that is not there.</exception>
    public async Task<Shown> One(Id<DataRequest> id, Actor actor, CancellationToken ct)
    {
        var agency = await RequestFolder.AgencyOf(db, actor, ct);
        if (!await db.DataRequests.AnyAsync(r => r.Id == id && r.Agency == agency, ct))
        {
            throw RequestFolder.Missing();
        }

        await Seen(id, actor, ct);
        var contents = await folder.Open(id, ct);
        var r = contents.Request;
        var released = r.State is DataRequestState.Answered ? await db.DataAnswers.AsNoTracking().InForce().SingleAsync(a => a.Request == id, ct) : null;
        var questions = await db.Clarifications.AsNoTracking().Where(c => c.Request == id).OrderBy(c => c.Id).ToListAsync(ct);
        var own = r.Subject.Id;
        var lines = await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "data-request" && l.Subject.Id == own && Told.Contains(l.Action)).OrderBy(l => l.Seq).Take(200).Select(l => new OwnLine(l.At, l.Action)).ToListAsync(ct);
        return new(
            Outside((await ReadDataRequests.Rows(db, [r], ct))[0]), r.Regime, r.LegalBasis, r.Offence, r.MaxPenaltyMonths, r.Purpose, r.Description, r.From, r.Until, [.. contents.Subjects.Select(s => s.About)], r.EmergencyReason, r.EmergencyAccepted, r.Reference,
            [.. contents.Verdicts.Select(v => new OwnClass(v.Class, v.May, v.Why))],
            [.. contents.Documents.Select(d => new OwnDocument(d.Id, d.Kind, d.Number, d.IssuedOn, d.Issuer, d.Accepted, d.Because))],
            [.. questions.Select(q => new OwnQuestion(q.Question, q.AskedAt, q.Answer, q.AnsweredAt))], released is null ? questions.SingleOrDefault(q => q.AnsweredAt is null)?.Question : null,
            released is null ? null : new(released.Outcome, released.Classes, released.Ground, r.AnsweredAt!.Value, r.Data is not null), await PackData.Ready(db, r.Subject).OrderByDescending(p => p.Id).Select(p => (Id<Package>?)p.Id).FirstOrDefaultAsync(ct), lines);
    }

    private async Task Seen(Id<DataRequest> id, Actor actor, CancellationToken ct)
    {
        var answers = db.DataAnswers.InForce().Where(a => a.Request == id && a.Asked == null && a.ReadAt == null);
        var questions = db.Clarifications.Where(c => c.Request == id && c.ReadAt == null);
        if (!await answers.AnyAsync(ct) && !await questions.AnyAsync(ct))
        {
            return;
        }

        await using (var transaction = await db.Begin(ct))
        {
            var request = await DataRequest.Hold(db, id, ct);
            foreach (var told in (await answers.ToListAsync(ct)).Concat<ITold>(await questions.ToListAsync(ct)))
            {
                told.ReadAt = clock.GetUtcNow();
                audit.Record(actor, "data-request.read", request.Subject, "", new { told.Told });
                await serve.Serve(request, told, new("receipt", $"read-{told.Told.Id}"), actor, ct);
            }

            await transaction.Commit(ct);
        }

        db.ChangeTracker.Clear();
    }

    // That two persons are at it is the house's own affair: outside it is open until it is answered.
    private static ReadDataRequests.Row Outside(ReadDataRequests.Row row) => row.State is DataRequestState.Answered ? row : row with { State = DataRequestState.Open };

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agency/data-requests", (string? after, int? size, ReadOwnDataRequests read, Actor actor, CancellationToken ct) => read.Run(actor, new(after, size), ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("Your agency's requests for data");
        api.MapGet("/agency/data-requests/{id}", (Id<DataRequest> id, ReadOwnDataRequests read, Actor actor, CancellationToken ct) => read.One(id, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("One of your agency's requests, its clock, and the answer").WithDescription("That an answer or a question was read is recorded.");
    }
}
