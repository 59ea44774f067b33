using Jaga.Audit;
using Jaga.Banks;
using Jaga.Items.Fingerprints;

namespace Jaga.Items.Lookbacks;

/// <summary>Searches everything that was checked before for all signals of one bank: for a bank that was switched on or widened after its signals came. What arrives is searched for by itself.</summary>
public sealed class StartLookback(Db db, AuditLog audit, PackFingerprints pack, ReadLookbacks read, TimeProvider clock)
{
    /// <param name="Bank">The bank whose signals are searched for.</param>
    public sealed record Request(Id<Bank> Bank);

    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="RuleBroken">The bank is switched off, a look-back for it runs, or nothing was checked yet.</exception>
    public async Task<ReadLookbacks.Row> Run(Request request, Actor actor, CancellationToken ct)
    {
        await pack.Full(ct);
        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == request.Bank, ct) ?? throw new NotFound("such bank");
        if (!bank.Enabled)
        {
            throw new RuleBroken("This bank is switched off; its signals match nothing.");
        }

        if (await db.Lookbacks.AnyAsync(l => l.Bank == bank.Number && l.Signal == null && (l.State == LookbackState.Running || l.State == LookbackState.Paused), ct))
        {
            throw new RuleBroken("A look-back for this bank is on its way already.");
        }

        await pack.All(await Marks.Seq(db, ct), ct);
        var to = await db.SignalBatches.MaxAsync(b => b.PublishedSeq, ct) ?? 0;
        var lookback = await BeginLookback.Open(db, audit, bank, 0, to, actor, clock.GetUtcNow(), ct) ?? throw new RuleBroken("Nothing was checked yet.");
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(await read.One(lookback.Id, ct), ct);
    }

    /// <summary><c>POST /lookbacks</c>: 200 with how it stands.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/lookbacks", async (Request request, StartLookback start, Actor actor, CancellationToken ct) => TypedResults.Ok(await start.Run(request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("StartLookback").WithSummary("Search everything that was checked before for a bank");
}
