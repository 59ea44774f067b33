namespace Jaga.Banks;

/// <summary>What this house thinks of signals, newest first.</summary>
public sealed class ReadOpinions(Db db, TimeProvider clock)
{
    /// <summary>An opinion as the interface shows it. <see cref="Opinion"/> tells what each means.</summary>
    public sealed record Row(
        Id<Opinion> Id, long Signal, Id<Bank> BankId, string Bank, Judgement Judgement, OpinionState State, string Why, Subject GivenIn,
        string By, string ByName, DateTimeOffset At, DateTimeOffset DueAt, DateTimeOffset? EndedAt, string? Answer)
    {
        internal static Row Of(Opinion o, Bank bank) =>
            new(o.Id, o.Signal, bank.Id, bank.Name, o.Judgement, o.State, o.Why, o.GivenIn, o.By, o.ByName, o.At, o.DueAt, o.EndedAt, o.Answer);
    }

    /// <param name="state">Only these, or null for all.</param>
    /// <param name="bank">Only of this bank, or null for all.</param>
    public async Task<Page<Row>> Run(OpinionState? state, Id<Bank>? bank, PageRequest page, CancellationToken ct)
    {
        var rows = from o in db.Opinions.AsNoTracking() join b in db.Banks.AsNoTracking() on o.Bank equals b.Number select new { o, b };
        if (state is { } only)
        {
            rows = rows.Where(r => r.o.State == only);
        }

        if (bank is { } of)
        {
            rows = rows.Where(r => r.b.Id == of);
        }

        if (page.AfterId<Opinion>() is { } after)
        {
            // Ids are made in the order of time, and one decision gives many opinions at one time.
            rows = rows.Where(r => r.o.Id < after);
        }

        var found = await rows.OrderByDescending(r => r.o.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. found.Select(r => Row.Of(r.o, r.b))], page.Rows, r => r.Id.ToString());
    }

    /// <summary>Those about a bank's signals that are due to be told to its keeper, oldest first, each with its signal; tracked, to be told by <see cref="Opinion.Sent"/> or <see cref="Opinion.Refused"/> under an audit line.</summary>
    /// <param name="bank"><see cref="Bank.Number"/>.</param>
    /// <param name="most">The most to return.</param>
    public async Task<IReadOnlyList<(Opinion Opinion, Signal Signal)>> Waiting(int bank, int most, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await (
            from o in db.Opinions
            join s in db.Signals on o.Signal equals s.Id
            where o.Bank == bank && o.State == OpinionState.Waiting && o.DueAt <= now
            orderby o.DueAt, o.Id
            select new { o, s }).Take(most).ToListAsync(ct);
        return [.. due.Select(d => (d.o, d.s))];
    }

    /// <summary><c>GET /opinions?state=waiting&amp;bank=ID</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/opinions", async (Choice<OpinionState>? state, Id<Bank>? bank, string? after, int? size, ReadOpinions read, CancellationToken ct) =>
            TypedResults.Ok(await read.Run(state?.Value, bank, new(after, size), ct)))
        .Requires(Permission.ReadBanks)
        .WithName("ReadOpinions").WithSummary("Opinions about signals, and whether they were passed on");
}
