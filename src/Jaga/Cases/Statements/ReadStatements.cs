using Jaga.Letters;

namespace Jaga.Cases.Statements;

/// <summary>Reads statements: for the platform that pulls them, for the staff, and the objections to them.</summary>
public sealed class ReadStatements(Db db, TimeProvider clock, StatementLinks links)
{
    /// <summary>A statement as the staff sees it: without the person's link.</summary>
    public sealed record Row(
        Id<Statement> Id, Id<Case> Case, Id<Decision> Decision, Subject To, StatementKind Kind, StatementGround Ground, string Category, StatementState State, DateTimeOffset IssuedAt, DateTimeOffset ObjectUntil,
        DateTimeOffset? WithheldUntil, string? WithheldBecause, DateTimeOffset? DeliveredAt, bool AutomatedDetection, bool AutomatedDecision, IReadOnlyList<StatementText> Texts, int Objections);

    /// <summary>What somebody wrote against it.</summary>
    /// <param name="Outcome">Null while it waits for an answer.</param>
    public sealed record Written(Id<Objection> Id, string Text, DateTimeOffset At, ObjectionOutcome? Outcome = null, string? Answer = null, DateTimeOffset? AnsweredAt = null);

    /// <summary>Newest first.</summary>
    /// <param name="objected">Only those to which an objection waits for an answer.</param>
    public async Task<Page<Row>> Run(StatementState? state, bool objected, PageRequest page, CancellationToken ct)
    {
        var of = db.Statements.AsNoTracking();
        if (objected)
        {
            of = of.Where(s => db.Objections.Any(o => o.Statement == s.Id && o.AnsweredAt == null));
        }

        if (state is { } wanted)
        {
            of = of.Where(s => s.State == wanted);
        }

        if (page.AfterId<Statement>() is { } after)
        {
            of = of.Where(s => s.Id.CompareTo(after) < 0);
        }

        var rows = await Rows(of.OrderByDescending(s => s.Id).Take(page.Rows + 1), ct);
        return Page<Row>.Of(rows, page.Rows, r => r.Id.ToString());
    }

    /// <summary>The statements of a case, newest first, at most a hundred.</summary>
    public async Task<IReadOnlyList<Row>> Of(Id<Case> @case, CancellationToken ct) => await Rows(db.Statements.AsNoTracking().Where(s => s.Case == @case).OrderByDescending(s => s.Id).Take(100), ct);

    /// <summary>One statement, and what was written against it.</summary>
    public async Task<(Row Statement, IReadOnlyList<Written> Objections)> One(Id<Statement> id, CancellationToken ct)
    {
        var row = (await Rows(db.Statements.AsNoTracking().Where(s => s.Id == id), ct)).SingleOrDefault() ?? throw new NotFound("such statement");
        return (row, await db.Objections.AsNoTracking().Where(o => o.Statement == id).OrderBy(o => o.Id).Select(o => new Written(o.Id, o.Text, o.At, o.Outcome, o.AnswerWords, o.AnsweredAt)).ToListAsync(ct));
    }

    /// <summary>What the platform has not confirmed yet, oldest first, with the links.</summary>
    public async Task<Page<StatementMessage>> ForPlatform(PageRequest page, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var of = db.Statements.AsNoTracking().Where(s => s.State == StatementState.Waiting && s.IssuedAt <= now);
        if (page.AfterId<Statement>() is { } after)
        {
            of = of.Where(s => s.Id.CompareTo(after) > 0);
        }

        var rows = await of.OrderBy(s => s.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<StatementMessage>.Of([.. rows.Select(s => Told(s, links))], page.Rows, m => m.Statement.ToString());
    }

    /// <summary>What the platform is told, by webhook and by pull alike.</summary>
    internal static StatementMessage Told(Statement s, StatementLinks links)
    {
        var link = links.To(s.Id);
        return new(s.Id, s.Decision, s.To, s.Kind, s.Ground, s.AutomatedDetection, s.AutomatedDecision, s.ObjectUntil, link, [.. s.Read().Select(t => t with { Body = t.Body.Replace(MergeText.Written("object-link"), link, StringComparison.Ordinal) })]);
    }

    /// <summary>The words with the link's place named and the link not given: it is for the affected person alone.</summary>
    internal static StatementText WithoutLink(StatementText text) => text with { Body = text.Body.Replace(MergeText.Written("object-link"), StatementWords.In(text.Language).Link, StringComparison.Ordinal) };

    private async Task<IReadOnlyList<Row>> Rows(IQueryable<Statement> of, CancellationToken ct)
    {
        var rows = await of.Select(s => new { Statement = s, Objections = db.Objections.Count(o => o.Statement == s.Id) }).ToListAsync(ct);
        return [.. rows.Select(r => (s: r.Statement, r.Objections)).Select(r => new Row(
            r.s.Id, r.s.Case, r.s.Decision, r.s.To, r.s.Kind, r.s.Ground, r.s.Category, r.s.State, r.s.IssuedAt, r.s.ObjectUntil, r.s.WithheldUntil, r.s.WithheldBecause, r.s.DeliveredAt,
            r.s.AutomatedDetection, r.s.AutomatedDecision, [.. r.s.Read().Select(WithoutLink)], r.Objections))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/statements", async (ReadStatements read, string? after, int? size, CancellationToken ct) => TypedResults.Ok(await read.ForPlatform(new(after, size), ct)))
            .Requires(Permission.ConfirmActions)
            .WithSummary("Pull statements of reasons").WithDescription("Oldest first, those that the platform has not confirmed. Confirm each with POST /api/v1/statements/{id}/receipt.");
        api.MapGet("/cases/{id}/statements", async (Id<Case> id, ReadStatements read, CancellationToken ct) => TypedResults.Ok(await read.Of(id, ct)))
            .Requires(Permission.ReadCases)
            .WithSummary("List a case's statements of reasons");
    }
}

/// <summary>A statement as the platform gets it, to pass on to the person in the language that they read.</summary>
/// <param name="To">Whom it is for: an <c>account</c>; an <c>item</c> or a <c>group</c> where no account was named.</param>
/// <param name="ObjectLink">The link with which the person sees the decision and objects; for nobody else.</param>
public sealed record StatementMessage(
    Id<Statement> Statement, Id<Decision> Decision, Subject To, StatementKind Kind, StatementGround Ground, bool AutomatedDetection, bool AutomatedDecision, DateTimeOffset ObjectUntil, string ObjectLink, IReadOnlyList<StatementText> Texts);
