using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>Makes an empty bank.</summary>
public sealed class CreateBank(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    /// <param name="Bank">How it is to be; its name must be given.</param>
    /// <param name="Origin">Whose list it is. A bank of decisions makes itself.</param>
    public sealed record Request(BankWish Bank, BankOrigin Origin = BankOrigin.Own);

    /// <exception cref="BadInput">A wish cannot be.</exception>
    /// <exception cref="RuleBroken">There is a bank of that name.</exception>
    public async Task<BankAnswer> Run(Request request, Actor actor, CancellationToken ct)
    {
        if (request.Origin is BankOrigin.Decisions)
        {
            throw new BadInput("origin", "A bank of what was decided here makes itself, with the first decision.");
        }

        await using var transaction = await db.Begin(ct);
        var bank = await Open(db, audit, changes, clock, request, actor, ct);
        try
        {
            return await transaction.Commit(BankAnswer.Of(bank, 0), ct);
        }
        catch (DbUpdateException twice) when (twice.IsDuplicate() && db.Write is null)
        {
            throw new RuleBroken($"There is a bank called '{bank.Name}' already.");
        }
    }

    /// <summary>Adds a bank in the caller's transaction.</summary>
    internal static async Task<Bank> Open(Db db, AuditLog audit, Changes changes, TimeProvider clock, Request request, Actor actor, CancellationToken ct)
    {
        var number = (int)await BankCounter.Take(db, "bank", 1, ct);
        var bank = Bank.Create(number, request.Origin, request.Bank, clock.GetUtcNow());
        var lower = bank.Name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(), as its unique index has it.
        if (await db.Banks.AnyAsync(b => b.Name.ToLower() == lower, ct))
#pragma warning restore CA1304, CA1311, CA1862
        {
            throw new RuleBroken($"There is a bank called '{bank.Name}' already.");
        }

        db.Add(bank);
        audit.Record(actor, "bank.created", bank.Subject, "", new { bank.Name, bank.Origin, bank.Labels, bank.OnMatch, bank.MaxDistance, bank.MinQuality, bank.TextDistance, bank.FilmDistance, bank.FilmQuality, bank.FilmQueryPercent, bank.FilmSignalPercent, bank.VectorDistance, bank.EnabledRatio });
        changes.Stamp(seq => bank.ChangedSeq = seq);
        return bank;
    }

    /// <summary><c>POST /banks</c>: 201 with the bank.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/banks", async (Request request, CreateBank create, Actor actor, CancellationToken ct) =>
        {
            var bank = await create.Run(request, actor, ct);
            return TypedResults.Created($"/api/v1/banks/{bank.Id}", bank);
        })
        .Requires(Permission.EditBanks)
        .WithName("CreateBank").WithSummary("Make a bank");
}
