namespace Jaga.Banks;

/// <summary>The signals of a bank, page by page, by type and value, for those who may take a list out; and one of them by its hash, for those who may edit the bank. Lists come under terms: who may see a bank may not read it.</summary>
public sealed class ReadSignals(Db db)
{
    /// <summary>A signal as the interface shows it.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Hash">Lower-case hexadecimal, of a named hash with its name before it; of a film the digest of its frames.</param>
    /// <param name="Batch">What it came in with: see <see cref="ReadBatches"/>.</param>
    public sealed record Row(long Id, SignalType Algorithm, string Hash, int? Quality, IReadOnlyList<string> Labels, string Entry, string Member, long Batch)
    {
        internal static Row Of(Signal signal) =>
            new(signal.Id, signal.Type, SignalValue.Write(signal.Type, signal.Value, default), signal.Quality, LabelWords.Split(signal.Labels), signal.Entry, signal.Member, signal.Batch);
    }

    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="BadInput">The cursor is not such.</exception>
    public async Task<Page<Row>> Run(Id<Bank> id, PageRequest page, CancellationToken ct)
    {
        var rows = await Page(await NumberOf(id, ct), Cursor(page.After), page.Rows + 1, ct);
        var shown = Page<Signal>.Of(rows, page.Rows, s => $"{s.Type}:{Convert.ToHexStringLower(s.Value)}");
        return new([.. shown.Rows.Select(Row.Of)], shown.Next);
    }

    /// <summary>The bank's signals with this value, in hexadecimal: none, one, or a PDQ hash and a SHA-256 digest that happen to be the same.</summary>
    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="BadInput">The hash is not such.</exception>
    public async Task<IReadOnlyList<Row>> Find(Id<Bank> id, string hash, CancellationToken ct)
    {
        var value = hash.Length % 2 == 0 && hash.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hash) : throw new BadInput("hash", "A hash is hexadecimal digits.");
        var bank = await NumberOf(id, ct);

        // By type too, because the index of values begins with it.
        var types = Enum.GetValues<SignalType>();
        var found = await db.Signals.AsNoTracking()
            .Where(s => s.Bank == bank && types.Contains(s.Type) && s.Value == value && s.RemovedAt == null && !db.SignalBatches.Any(b => b.Number == s.Batch && b.State != BatchState.Published))
            .ToListAsync(ct);
        return [.. found.Select(Row.Of)];
    }

    /// <summary>The next <paramref name="count"/> signals after a type and value, in their order.</summary>
    internal Task<List<Signal>> Page(int bank, (string Type, byte[] Value) after, int count, CancellationToken ct) => db.Signals
        .FromSql($"SELECT * FROM signals WHERE bank = {bank} AND removed_at IS NULL AND (type, value) > ({after.Type}, {after.Value}) AND batch NOT IN (SELECT number FROM signal_batches WHERE bank = {bank} AND state <> 'Published') ORDER BY type, value LIMIT {count}")
        .AsNoTracking().ToListAsync(ct);

    private async Task<int> NumberOf(Id<Bank> id, CancellationToken ct) =>
        await db.Banks.Where(b => b.Id == id).Select(b => (int?)b.Number).SingleOrDefaultAsync(ct) ?? throw new NotFound("such bank");

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

    /// <summary><c>GET /banks/{id}/signals</c> and <c>GET /banks/{id}/signals/find?hash=…</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/banks/{id}/signals", async (Id<Bank> id, string? after, int? size, ReadSignals read, CancellationToken ct) => TypedResults.Ok(await read.Run(id, new(after, size), ct)))
            .Requires(Permission.ExportBanks)
            .WithName("ReadSignals").WithSummary("List the signals of a bank");
        api.MapGet("/banks/{id}/signals/find", async (Id<Bank> id, string hash, ReadSignals read, CancellationToken ct) => TypedResults.Ok(await read.Find(id, hash, ct)))
            .Requires(Permission.EditBanks)
            .WithName("FindSignal").WithSummary("Find a signal in a bank by its hash");
    }
}
