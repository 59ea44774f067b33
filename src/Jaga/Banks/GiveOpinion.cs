using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>
/// Confirms or deconfirms a signal. The newest opinion is the house's: an older one that still waits is withdrawn. Where the bank says so, a deconfirmed
/// signal is put out of use, and one that is confirmed again comes back. One in quarantine stays there: that is for a lead to decide.
/// </summary>
public sealed class GiveOpinion(Db db, AuditLog audit, StandSignal stand, TimeProvider clock)
{
    /// <param name="Judgement">What is thought of the signal.</param>
    /// <param name="Why">The reason, 1 to 500 characters; it may be told to the list's keeper.</param>
    public sealed record Request(Judgement Judgement, string Why);

    /// <exception cref="NotFound">No such signal in that bank.</exception>
    /// <exception cref="BadInput">No reason is given, or a long one.</exception>
    public async Task<ReadOpinions.Row> Run(Id<Bank> bankId, long id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why) || request.Why.Length > Opinion.MaxText)
        {
            throw new BadInput("why", $"Say why, in 1 to {Opinion.MaxText} characters.");
        }

        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == bankId, ct) ?? throw new NotFound("such bank");
        var signal = await db.Signals.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Bank == bank.Number && s.RemovedAt == null, ct) ?? throw new NotFound("such signal in this bank");
        var opinion = await Add(signal, bank, request.Judgement, request.Why.Trim(), new(actor.Kind.ToString().ToLowerInvariant(), actor.Id), clock.GetUtcNow(), actor, ct);
        return await transaction.Commit(ReadOpinions.Row.Of(opinion, bank), ct);
    }

    /// <summary>Adds the opinions that follow from something, e.g. a decision, in the caller's transaction. Signals that were removed meanwhile are passed over.</summary>
    /// <param name="dueAt">Not to be told before.</param>
    public async Task AddAll(IReadOnlyCollection<long> signals, Judgement judgement, string why, Subject givenIn, DateTimeOffset dueAt, Actor actor, CancellationToken ct)
    {
        var found = await (from s in db.Signals.AsNoTracking() join b in db.Banks.AsNoTracking() on s.Bank equals b.Number where signals.Contains(s.Id) && s.RemovedAt == null && b.Origin == BankOrigin.ThirdParty select new { s, b }).ToListAsync(ct);
        foreach (var one in found)
        {
            await Add(one.s, one.b, judgement, why.Length > Opinion.MaxText ? why[..Opinion.MaxText] : why, givenIn, dueAt, actor, ct);
        }
    }

    /// <summary>Takes back what was given in <paramref name="givenIn"/> and is not told yet, in the caller's transaction. What was told stands as it was told.</summary>
    public async Task TakeBack(Subject givenIn, string why, Actor actor, CancellationToken ct)
    {
        foreach (var opinion in await db.Opinions.Where(o => o.GivenIn.Kind == givenIn.Kind && o.GivenIn.Id == givenIn.Id && (o.State == OpinionState.Waiting || o.State == OpinionState.Kept)).ToListAsync(ct))
        {
            opinion.Withdraw(clock.GetUtcNow());
            audit.Record(actor, "opinion.withdrawn", opinion.Subject, why);

            // Not where somebody else found it wrong too, e.g. a lead in quarantine.
            var newest = await db.Opinions.AsNoTracking().Where(o => o.Signal == opinion.Signal && o.Id != opinion.Id && o.State != OpinionState.Withdrawn).OrderByDescending(o => o.Id).FirstOrDefaultAsync(ct);
            if (opinion.Judgement is Judgement.Deconfirm && newest?.Judgement is not Judgement.Deconfirm && await db.Banks.AnyAsync(b => b.Number == opinion.Bank && b.DropsDeconfirmed, ct))
            {
                await stand.RunUnlessQuarantined(opinion.Signal, opinion.Bank, StandingState.Counts, why, null, actor, ct);
            }
        }
    }

    private async Task<Opinion> Add(Signal signal, Bank bank, Judgement judgement, string why, Subject givenIn, DateTimeOffset dueAt, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var older in await db.Opinions.Where(o => o.Signal == signal.Id && o.State == OpinionState.Waiting).ToListAsync(ct))
        {
            older.Withdraw(now);
            audit.Record(actor, "opinion.withdrawn", older.Subject, "A newer opinion takes its place.");
        }

        var opinion = Opinion.Of(signal, bank.Origin is BankOrigin.ThirdParty, judgement, why, givenIn, actor, now, dueAt);
        db.Add(opinion);
        audit.Record(actor, judgement is Judgement.Confirm ? "signal.confirmed" : "signal.deconfirmed", opinion.Subject, why, new { signal = signal.Id, bank = bank.Id, bank.Name, givenIn });
        if (bank.DropsDeconfirmed)
        {
            await stand.RunUnlessQuarantined(signal.Id, bank.Number, judgement is Judgement.Deconfirm ? StandingState.Disabled : StandingState.Counts, why, new { opinion = opinion.Id }, actor, ct);
        }

        return opinion;
    }

    /// <summary><c>POST /banks/{id}/signals/{signal}/opinion</c>: 200 with the opinion.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/banks/{id}/signals/{signal:long}/opinion", async (Id<Bank> id, long signal, Request request, GiveOpinion give, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await give.Run(id, signal, request, actor, ct)))
        .Requires(Permission.JudgeSignals)
        .WithName("GiveOpinion")
        .WithSummary("Confirm or deconfirm a signal");
}
