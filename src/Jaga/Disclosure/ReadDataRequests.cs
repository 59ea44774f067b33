using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>The register of requests for data, and one with all that is known of it. Never the data itself, nor the documents' bytes.</summary>
public sealed class ReadDataRequests(Db db, RequestFolder folder, Regimes regimes)
{
    private const int MostLines = 200;

    /// <summary>A line of the register.</summary>
    /// <param name="Agency">The name of who asks.</param>
    /// <param name="DueAt">By when it is to be answered; null once it is.</param>
    /// <param name="Paused">Its clock stands still.</param>
    public sealed record Row(Id<DataRequest> Id, string Number, string Agency, DataRequestState State, EmergencyKind? Emergency, IReadOnlyList<DataClass> Classes, int Subjects, DateTimeOffset ReceivedAt, DateTimeOffset? DueAt, bool Paused, DateTimeOffset? AnsweredAt)
    {
        /// <summary>The id of the member of staff who has its clock; null for nobody.</summary>
        public string? Person { get; init; }
    }

    /// <summary>A document and how it was found.</summary>
    public sealed record Document(Id<DataDocument> Id, DocumentKind Kind, string Number, DateOnly IssuedOn, string Issuer, string MediaType, DateTimeOffset AddedAt, bool? Accepted, IReadOnlyList<DataClass> Covers, bool CoversMembers, string? CheckedBy, string? Because);

    /// <summary>A proposal and what became of it.</summary>
    /// <param name="IsBrought">Whether it was released without data: such an answer is brought to the agency, and data in a package.</param>
    /// <param name="ServedAt">Since when the agency has it; null while that is not known.</param>
    public sealed record Proposal(Id<DataAnswer> Id, DataOutcome Outcome, IReadOnlyList<DataClass> Classes, IReadOnlyList<DataClass> ByEmergency, string? Ground, IReadOnlyList<DataCheck> Checked, string ProposedBy, DateTimeOffset ProposedAt, string? ReleasedBy, DateTimeOffset? ReleasedAt, string? RejectedBy, string? RejectedBecause, bool IsBrought, DateTimeOffset? ServedAt, string? ServedBy, string? WithdrawnBy, string? WithdrawnBecause);

    /// <summary>A question and its answer.</summary>
    /// <param name="ServedAt">Since when the agency has the question; null while that is not known.</param>
    public sealed record Question(Id<Clarification> Id, string Asked, DateTimeOffset AskedAt, string? Answer, DateTimeOffset? AnsweredAt, DateTimeOffset? ServedAt, string? ServedBy);

    /// <summary>A clock of the request.</summary>
    public sealed record Running(Id<Obligation> Id, string Clause, DateTimeOffset OpenedAt, DateTimeOffset DueAt, ObligationState State, DateTimeOffset? PausedAt);

    /// <summary>One subject: which fields were asked for, how many values each has, and which are not held.</summary>
    /// <param name="Given">Null until the platform has answered.</param>
    public sealed record Compared(AskedSubject Asked, GivenSubject? Given);

    /// <summary>All of one request.</summary>
    /// <param name="MayPause">Whether a question stops the clock.</param>
    /// <param name="PauseNote">Where that is said, or that it is not; null where the regime says nothing.</param>
    public sealed record Shown(
        Row Row, string SentBy, DataRules Rules, string LegalBasis, string? Offence, int? MaxPenaltyMonths, string Purpose, string Description, DateTimeOffset? From, DateTimeOffset? Until, IReadOnlyList<Subject> About,
        string? EmergencyReason, bool? EmergencyAccepted, string? EmergencyBecause, string Language, string? Reference, string? Contact, IReadOnlyList<ClassVerdict> Verdicts, IReadOnlyList<Document> Documents,
        IReadOnlyList<Question> Questions, IReadOnlyList<Proposal> Proposals, IReadOnlyList<Compared> Data, IReadOnlyList<Running> Clocks, Id<Exhibit>? Exhibit, IReadOnlyList<AuditLine> History, bool MayPause, string? PauseNote);

    /// <param name="state">Null for all; those not answered come oldest first, else newest first.</param>
    public async Task<Page<Row>> Run(DataRequestState? state, PageRequest page, CancellationToken ct)
    {
        var (of, oldestFirst) = (db.DataRequests.AsNoTracking(), state is not (null or DataRequestState.Answered));
        if (state is { } wanted)
        {
            of = of.Where(r => r.State == wanted);
        }

        if (page.AfterId<DataRequest>() is { } after)
        {
            of = oldestFirst ? of.Where(r => r.Id.CompareTo(after) > 0) : of.Where(r => r.Id.CompareTo(after) < 0);
        }

        of = oldestFirst ? of.OrderBy(r => r.Id) : of.OrderByDescending(r => r.Id);
        return Page<Row>.Of(await Rows(db, await of.Take(page.Rows + 1).ToListAsync(ct), ct), page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">There is no such request.</exception>
    public async Task<Shown> One(Id<DataRequest> id, CancellationToken ct)
    {
        var contents = await folder.Open(id, ct);
        var r = contents.Request;
        var answers = await db.DataAnswers.AsNoTracking().Where(a => a.Request == id).OrderBy(a => a.Id).ToListAsync(ct);
        var questions = await db.Clarifications.AsNoTracking().Where(c => c.Request == id).OrderBy(c => c.Id).ToListAsync(ct);
        var given = r.Given is { } json ? System.Text.Json.JsonSerializer.Deserialize<List<GivenSubject>>(json, Json.Options)! : [];
        var asked = answers.SingleOrDefault(a => a is { ReleasedAt: not null, WithdrawnAt: null })?.Asked is { } fields ? DataQuestion.Read(fields) : [];
        var (clocks, pausing) = (await folder.Clocks(r, ct), regimes.OrdersUnder(r.Regime));
        return new(
            (await Rows(db, [r], ct))[0], r.SentBy, contents.Rules, r.LegalBasis, r.Offence, r.MaxPenaltyMonths, r.Purpose, r.Description, r.From, r.Until, [.. contents.Subjects.Select(s => s.About)],
            r.EmergencyReason, r.EmergencyAccepted, r.EmergencyBecause, r.Language, r.Reference, r.Contact, contents.Verdicts, [.. contents.Documents.Select(Of)],
            [.. questions.Select(q => new Question(q.Id, q.Question, q.AskedAt, q.Answer, q.AnsweredAt, q.ServedAt, q.ServedBy))], [.. answers.Select(Of)],
            [.. asked.Select(a => new Compared(a, given.SingleOrDefault(g => g.Kind == a.Kind && g.Id == a.Id)))],
            [.. clocks.Select(o => new Running(o.Id, o.Clause, o.OpenedAt, o.DueAt, o.State, o.PausedAt))], r.Exhibit, await History(r, ct), pausing?.ClarifyingPauses is true, pausing?.ClarifyingNote);
    }

    internal static Document Of(DataDocument d) => new(d.Id, d.Kind, d.Number, d.IssuedOn, d.Issuer, d.MediaType, d.AddedAt, d.Accepted, d.Covers, d.CoversMembers, d.CheckedBy, d.Because);

    /// <summary>Lines of the register for these requests, in their order.</summary>
    internal static async Task<List<Row>> Rows(Db db, IReadOnlyList<DataRequest> requests, CancellationToken ct)
    {
        var ids = requests.Select(r => r.Id).ToList();
        var subjects = requests.Select(r => r.Subject.Id).ToList();
        var counts = await db.DataSubjects.Where(s => ids.Contains(s.Request)).GroupBy(s => s.Request).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var clocks = (await db.Obligations.AsNoTracking().Owed().Where(o => o.About.Kind == "data-request" && subjects.Contains(o.About.Id) && o.Clause != ReleaseAnswer.Clause).ToListAsync(ct)).ToLookup(o => o.About.Id);
        var agencies = requests.Select(r => Id<Agency>.Parse(r.Agency)).Distinct().ToList();
        var names = await db.Agencies.Where(a => agencies.Contains(a.Id)).ToDictionaryAsync(a => a.Id.ToString(), a => a.Name, ct);
        return [.. requests.Select(r =>
        {
            var first = clocks[r.Subject.Id].MinBy(o => o.DueAt);
            return new Row(r.Id, r.Number, names[r.Agency], r.State, r.Emergency, r.Classes, counts.GetValueOrDefault(r.Id), r.ReceivedAt, first?.DueAt, first?.PausedAt is not null, r.AnsweredAt) { Person = first?.Person };
        })];
    }

    private static Proposal Of(DataAnswer a) => new(a.Id, a.Outcome, a.Classes, a.ByEmergency, a.Ground, a.Checked, a.ProposedBy, a.ProposedAt, a.ReleasedBy, a.ReleasedAt, a.RejectedBy, a.RejectedBecause, a.ReleasedAt is not null && a.Asked is null, a.ServedAt, a.ServedBy, a.WithdrawnBy, a.WithdrawnBecause);

    // Everything done to the request, and every look into its documents and its data (Pasal 43-44: a trail of every access).
    private async Task<List<AuditLine>> History(DataRequest request, CancellationToken ct)
    {
        var (own, evidence) = (request.Subject.Id, await db.DataDocuments.Where(d => d.Request == request.Id).Select(d => d.Evidence).ToListAsync(ct));
        var pieces = evidence.Select(e => e.ToString()).Concat(request.Data is { } data ? [data.ToString()] : []).ToList();
        return [.. (await db.AuditLines.AsNoTracking()
            .Where(l => (l.Subject.Kind == "data-request" && l.Subject.Id == own) || (l.Subject.Kind == "evidence" && l.Action == "evidence.opened" && pieces.Contains(l.Subject.Id)))
            .OrderByDescending(l => l.Seq).Take(MostLines).ToListAsync(ct)).OrderBy(l => l.Seq)];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/data-requests", (string? state, string? after, int? size, ReadDataRequests read, CancellationToken ct) => read.Run(Words.Read<DataRequestState>("state", state), new(after, size), ct))
            .Requires(Permission.ReadDisclosures).WithSummary("The register of requests for data");
        api.MapGet("/data-requests/{id}", (Id<DataRequest> id, ReadDataRequests read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadDisclosures).WithSummary("One request: its checks, documents, clocks, proposals and history");
        api.MapGet("/data-rules", (AllDataRules rules) => rules.All)
            .Requires(Permission.ReadDisclosures).WithSummary("Which document each class of data needs, by regime");
    }
}
