namespace Jaga.Items.Lookbacks;

/// <summary>Look-backs and how far they have come, the newest first.</summary>
public sealed class ReadLookbacks(Db db, TimeProvider clock)
{
    /// <param name="Bank">The bank's name where a person asked for one bank, else null.</param>
    /// <param name="Signals">Signals searched for.</param>
    /// <param name="Total">Checks to search.</param>
    /// <param name="Done">Checks searched.</param>
    /// <param name="Found">Findings brought to the desk.</param>
    /// <param name="PerSecond">Checks searched in a second, pauses left out.</param>
    /// <param name="RemainingSeconds">At that rate; null where it is over, stands still, or has only begun.</param>
    public sealed record Row(
        Id<Lookback> Id, LookbackState State, string? Bank, long Signals, long Total, long Done, long Found, double PerSecond, double? RemainingSeconds,
        string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

    public async Task<Page<Row>> Run(PageRequest page, CancellationToken ct)
    {
        var query = page.AfterId<Lookback>() is { } after ? db.Lookbacks.Where(l => l.Id < after) : db.Lookbacks;
        var rows = await query.AsNoTracking().OrderByDescending(l => l.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of(await Shown(rows, ct), page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">No such look-back.</exception>
    public async Task<Row> One(Id<Lookback> id, CancellationToken ct) =>
        (await Shown([await db.Lookbacks.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new NotFound("such look-back")], ct))[0];

    private async Task<List<Row>> Shown(IReadOnlyList<Lookback> lookbacks, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ids = lookbacks.Select(l => l.Id).ToList();
        var numbers = lookbacks.Select(l => l.Bank).OfType<int>().Distinct().ToList();
        var banks = await db.Banks.Where(b => numbers.Contains(b.Number)).ToDictionaryAsync(b => b.Number, b => b.Name, ct);
        var parts = await db.LookbackParts.Where(p => ids.Contains(p.Lookback)).GroupBy(p => p.Lookback)
            .Select(g => new { g.Key, Done = g.Sum(p => p.Done), Found = g.Sum(p => p.Found) }).ToDictionaryAsync(g => g.Key, ct);
        return [.. lookbacks.Select(l =>
        {
            var (done, found) = parts.TryGetValue(l.Id, out var of) ? (of.Done, of.Found) : (0, 0);
            var rate = l.Searched(now).TotalSeconds is > 0 and var seconds ? done / seconds : 0;
            return new Row(
                l.Id, l.State, l.Bank is { } bank ? banks.GetValueOrDefault(bank) : null, l.Signals, l.Total, done, found, Math.Round(rate, 1),
                l.State is LookbackState.Running && rate > 0 ? Math.Round((l.Total - done) / rate, 1) : null, l.StartedBy, l.StartedAt, l.EndedAt);
        })];
    }

    /// <summary><c>GET /lookbacks</c> and <c>GET /lookbacks/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/lookbacks", async (string? after, int? size, ReadLookbacks read, CancellationToken ct) => TypedResults.Ok(await read.Run(new(after, size), ct)))
            .Requires(Permission.ReadBanks)
            .WithName("ReadLookbacks").WithSummary("List the look-backs");
        api.MapGet("/lookbacks/{id}", async (Id<Lookback> id, ReadLookbacks read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadBanks)
            .WithName("ReadLookback").WithSummary("Read a look-back: what is searched, found and left");
    }
}
