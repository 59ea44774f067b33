namespace Jaga.Banks;

/// <summary>The signals of a bank, page by page, by type and value. Lists come under terms, so this is for those who may edit a bank, not for all who may see it.</summary>
public sealed class ReadSignals(Db db)
{
    /// <summary>A signal as the interface shows it.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Hash">Lower-case hexadecimal.</param>
    /// <param name="Batch">What it came in with: see <see cref="ReadBatches"/>.</param>
    public sealed record Row(long Id, SignalType Algorithm, string Hash, int? Quality, IReadOnlyList<string> Labels, string Entry, string Member, long Batch)
    {
        internal static Row Of(Signal signal) =>
            new(signal.Id, signal.Type, Convert.ToHexStringLower(signal.Value), signal.Quality, LabelWords.Split(signal.Labels), signal.Entry, signal.Member, signal.Batch);
    }

    /// <param name="hash">Only the one with this value, in hexadecimal; null for all.</param>
    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="BadInput">Cursor or hash are not such.</exception>
    public async Task<Page<Row>> Run(Id<Bank> id, PageRequest page, string? hash, CancellationToken ct)
    {
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        if (hash is not null)
        {
            var value = hash.Length % 2 == 0 && hash.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hash) : throw new BadInput("hash", "A hash is hexadecimal digits.");
            return new(await Published(bank.Number).Where(s => s.Value == value).Select(s => Row.Of(s)).ToListAsync(ct), null);
        }

        var rows = await Page(bank.Number, Cursor(page.After), page.Rows + 1, ct);
        return Page<Row>.Of([.. rows.Select(Row.Of)], page.Rows, r => $"{r.Algorithm}:{r.Hash}");
    }

    /// <summary>The next <paramref name="count"/> signals after a type and value, in their order.</summary>
    internal Task<List<Signal>> Page(int bank, (string Type, byte[] Value) after, int count, CancellationToken ct) => db.Signals
        .FromSql($"SELECT * FROM signals WHERE bank = {bank} AND removed_at IS NULL AND (type, value) > ({after.Type}, {after.Value}) AND batch NOT IN (SELECT number FROM signal_batches WHERE bank = {bank} AND state <> 'Published') ORDER BY type, value LIMIT {count}")
        .AsNoTracking().ToListAsync(ct);

    private IQueryable<Signal> Published(int bank) => db.Signals.AsNoTracking()
        .Where(s => s.Bank == bank && s.RemovedAt == null && !db.SignalBatches.Any(b => b.Bank == bank && b.State != BatchState.Published && b.Number == s.Batch));

    private static (string, byte[]) Cursor(string? after)
    {
        if (after is null)
        {
            return ("", []);
        }

        return after.Split(':') is [var type, var hex] && Enum.TryParse<SignalType>(type, out _) && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
            ? (type, Convert.FromHexString(hex))
            : throw new BadInput("after", "This cursor was not given out by this list.");
    }

    /// <summary><c>GET /banks/{id}/signals?hash=…</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/banks/{id}/signals", async (Id<Bank> id, string? hash, [AsParameters] PageRequest page, ReadSignals read, CancellationToken ct) =>
            TypedResults.Ok(await read.Run(id, page, hash, ct)))
        .Requires(Permission.EditBanks)
        .WithName("ReadSignals");
}
