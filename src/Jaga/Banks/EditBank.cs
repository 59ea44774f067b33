using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>Changes how a bank is called, what it means, and how near a match must be. Matchers follow within a second.</summary>
public sealed class EditBank(Db db, AuditLog audit, Changes changes)
{
    /// <param name="Bank">What is to change; the rest stays.</param>
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(BankWish Bank, string Why);

    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="BadInput">A wish cannot be, or no reason is given.</exception>
    /// <exception cref="RuleBroken">Another bank has that name.</exception>
    public async Task<BankAnswer> Run(Id<Bank> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why the bank is changed.");
        }

        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        bank.Change(request.Bank);
        var lower = bank.Name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(), as its unique index has it.
        if (await db.Banks.AnyAsync(b => b.Id != id && b.Name.ToLower() == lower, ct))
#pragma warning restore CA1304, CA1311, CA1862
        {
            throw new RuleBroken($"There is another bank called '{bank.Name}'.");
        }

        var size = await ReadBanks.SizeOf(db, bank.Number, ct);
        audit.Record(actor, "bank.edited", bank.Subject, request.Why, request.Bank);
        changes.Stamp(seq => bank.ChangedSeq = seq);
        return await transaction.Commit(BankAnswer.Of(bank, size), ct);
    }

    /// <summary><c>PATCH /banks/{id}</c>: 200 with the bank.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPatch("/banks/{id}", async (Id<Bank> id, Request request, EditBank edit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await edit.Run(id, request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("EditBank").WithSummary("Change the terms of a bank");
}
