namespace Jaga.Banks;

/// <summary>A bank as the interface shows it. <see cref="Bank"/> tells what each means.</summary>
/// <param name="Signals">Signals that count in it now.</param>
public sealed record BankAnswer(
    Id<Bank> Id, string Name, string Description, IReadOnlyList<string> Labels, BankOrigin Origin, OnMatch OnMatch,
    int MaxDistance, int MinQuality, int TextDistance, int FilmDistance, int FilmQuality, double FilmQueryPercent, double FilmSignalPercent, double VectorDistance, double EnabledRatio, bool Enabled, bool DropsDeconfirmed, DateTimeOffset CreatedAt, long Signals)
{
    internal static BankAnswer Of(Bank bank, long signals) => new(
        bank.Id, bank.Name, bank.Description, bank.Labels, bank.Origin, bank.OnMatch,
        bank.MaxDistance, bank.MinQuality, bank.TextDistance, bank.FilmDistance, bank.FilmQuality, bank.FilmQueryPercent, bank.FilmSignalPercent, bank.VectorDistance, bank.EnabledRatio, bank.Enabled, bank.DropsDeconfirmed, bank.CreatedAt, signals);
}

/// <summary>The banks there are, and how many signals count in each.</summary>
public sealed class ReadBanks(Db db)
{
    /// <summary>The banks in the order they were made.</summary>
    public async Task<Page<BankAnswer>> Run(PageRequest page, CancellationToken ct)
    {
        var banks = db.Banks.AsNoTracking();
        if (page.AfterId<Bank>() is { } after)
        {
            var number = await db.Banks.Where(b => b.Id == after).Select(b => b.Number).SingleOrDefaultAsync(ct);
            banks = banks.Where(b => b.Number > number);
        }

        var rows = await banks.OrderBy(b => b.Number).Take(page.Rows + 1).ToListAsync(ct);
        var numbers = rows.Select(b => b.Number).ToList();

        // Batches are few and know their counts; counting the signals themselves would read every one of them.
        var sizes = await db.SignalBatches.Where(b => numbers.Contains(b.Bank) && b.State == BatchState.Published).GroupBy(b => b.Bank)
            .Select(g => new { Bank = g.Key, Signals = g.Sum(b => (long)b.Added - b.Removed) }).ToDictionaryAsync(g => g.Bank, g => g.Signals, ct);
        return Page<BankAnswer>.Of([.. rows.Select(b => BankAnswer.Of(b, sizes.GetValueOrDefault(b.Number)))], page.Rows, b => b.Id.ToString());
    }

    /// <summary>One bank.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<BankAnswer> One(Id<Bank> id, CancellationToken ct)
    {
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        return BankAnswer.Of(bank, await SizeOf(db, bank.Number, ct));
    }

    /// <summary>The bank of exactly this name; null where there is none.</summary>
    public async Task<BankAnswer?> Named(string name, CancellationToken ct) =>
        await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Name == name, ct) is { } bank ? BankAnswer.Of(bank, await SizeOf(db, bank.Number, ct)) : null;

    internal static Task<long> SizeOf(Db db, int bank, CancellationToken ct) =>
        db.SignalBatches.Where(b => b.Bank == bank && b.State == BatchState.Published).SumAsync(b => (long)b.Added - b.Removed, ct);

    /// <summary><c>GET /banks</c> and <c>GET /banks/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/banks", async (string? after, int? size, ReadBanks read, CancellationToken ct) => TypedResults.Ok(await read.Run(new(after, size), ct)))
            .Requires(Permission.ReadBanks)
            .WithName("ReadBanks").WithSummary("List the banks");
        api.MapGet("/banks/{id}", async (Id<Bank> id, ReadBanks read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadBanks)
            .WithName("ReadBank").WithSummary("Read a bank");
    }
}
