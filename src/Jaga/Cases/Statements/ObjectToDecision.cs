using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Cases.Statements;

/// <summary>
/// The affected person reads what was decided and objects in writing, by the link in their statement, without an account.
/// What they write is kept on the case, and the duty to decide it by a person is opened with it (DSA article 20).
/// </summary>
public sealed class ObjectToDecision(Db db, TimeProvider clock, AuditLog audit, StatementLinks links, Duties duties, ReadProof proofs)
{
    /// <summary>The duty that an objection opens.</summary>
    public const string Clause = "eu-dsa.decide-complaint";

    /// <param name="Token">The last part of the link.</param>
    /// <param name="Text">1 to 5,000 characters.</param>
    public sealed record Request(string Token, string Text);

    public sealed record Answer(Id<Objection> Id, DateTimeOffset At);

    /// <summary>What the link shows.</summary>
    /// <param name="Texts">None once the time is over.</param>
    /// <param name="Objections">What the person wrote before; once the time is over, what was answered of it.</param>
    /// <param name="Proven">Whether <see cref="Receipt"/> has the statement's line in the audit log with its proof.</param>
    public sealed record Page(DateTimeOffset ObjectUntil, bool Over, IReadOnlyList<StatementText> Texts, IReadOnlyList<ReadStatements.Written> Objections, bool Proven);

    /// <summary>What was decided, for whoever has the link.</summary>
    /// <exception cref="NotFound">The link was not given out, or what it leads to was taken back.</exception>
    public async Task<Page> Read(string token, CancellationToken ct)
    {
        var statement = await Find(token, ct);
        var over = clock.GetUtcNow() >= statement.ObjectUntil;
        return new(statement.ObjectUntil, over, over ? [] : ReadStatements.Told(statement, links).Texts,
            await db.Objections.AsNoTracking().Where(o => o.Statement == statement.Id && (!over || o.AnsweredAt != null)).OrderBy(o => o.Id).Select(o => new ReadStatements.Written(o.Id, o.Text, o.At, o.Outcome, o.AnswerWords, o.AnsweredAt)).ToListAsync(ct),
            await proofs.CoveredReceipt(statement.Subject, IssueStatements.Line, ct) is not null);
    }

    /// <summary>The statement's line in the audit log with its proof (C2SP tlog-proof), to be kept and checked without us.</summary>
    /// <exception cref="NotFound">The link was not given out, or no checkpoint covers the line yet.</exception>
    public async Task<string> Receipt(string token, CancellationToken ct) =>
        await proofs.CoveredReceipt((await Find(token, ct)).Subject, IssueStatements.Line, ct) ?? throw new NotFound("receipt yet");

    /// <exception cref="RuleBroken">The time to object is over, or enough was written.</exception>
    public async Task<Answer> Run(Request request, CancellationToken ct)
    {
        var text = request.Text?.ReplaceLineEndings("\n").Trim() ?? "";
        if (text.Length is 0 or > Objection.MaxText)
        {
            throw new BadInput("text", $"Write what you object to, in at most {Objection.MaxText} characters.");
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var statement = await Find(request.Token, ct);
        if (now >= statement.ObjectUntil)
        {
            throw new RuleBroken("The time to object to this decision is over.");
        }

        var before = await db.Objections.AsNoTracking().Where(o => o.Statement == statement.Id).ToListAsync(ct);
        if (before.FirstOrDefault(o => o.Text == text) is { } same)
        {
            // Sent twice by a nervous finger: it is the same objection.
            return new(same.Id, same.At);
        }

        if (before.Count >= Objection.Most)
        {
            throw new RuleBroken("You have written to us about this decision several times, and we have all of it. Please wait for the answer.");
        }

        var objection = Objection.Of(statement, text, now);
        var affected = new Actor(ActorKind.System, "affected-person", "the affected person");
        db.Add(objection);
        audit.Record(affected, "objection.received", objection.Subject, "", new { statement = statement.Id, @case = statement.Case });
        if (!await db.Obligations.AnyAsync(o => o.About.Kind == statement.Subject.Kind && o.About.Id == statement.Subject.Id && o.Clause == Clause && o.ClosedAt == null, ct))
        {
            duties.Open(Clause, statement.Subject, statement.To.ToString(), affected);
        }

        return await transaction.Commit(new Answer(objection.Id, now), ct);
    }

    private async Task<Statement> Find(string? token, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return links.TryRead(token, out var id)
            && await db.Statements.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.IssuedAt <= now, ct) is { State: StatementState.Waiting or StatementState.Delivered } statement
            ? statement
            : throw new NotFound("decision at this address. Check that the link is whole");
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/objections", async (Request request, ObjectToDecision objectTo, CancellationToken ct) => TypedResults.Ok(await objectTo.Run(request, ct)))
        .Public("the token in the link is the right, and 128 bits of it cannot be guessed")
        .WithSummary("Object to a decision, with the link of the statement of reasons");
}
