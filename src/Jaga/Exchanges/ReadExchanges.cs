using Jaga.Banks;

namespace Jaga.Exchanges;

/// <summary>How an exchange stands.</summary>
public enum ExchangeState
{
    /// <summary>Nothing has been read yet.</summary>
    New,

    /// <summary>A run is under way.</summary>
    Reading,

    /// <summary>The bank is in step.</summary>
    InStep,

    /// <summary>The bank lags behind by more than is allowed.</summary>
    Lagging,

    /// <summary>The last try failed; it is tried again by itself.</summary>
    Failing,

    /// <summary>It stands still until a person looks: credentials that are refused, a list that has shrunk.</summary>
    Stopped,

    /// <summary>A person lets it rest.</summary>
    Paused,
}

/// <summary>The exchanges there are, how each stands, and how far its bank lags behind. Credentials are named and never shown.</summary>
public sealed class ReadExchanges(Db db, MasterKey master, TimeProvider clock)
{
    /// <summary>An exchange as the interface shows it. <see cref="Exchange"/> and <see cref="ExchangeProgress"/> tell what each means.</summary>
    /// <param name="Credentials">Names of those that are set.</param>
    /// <param name="LagSeconds">How old what the bank holds may be.</param>
    /// <param name="RunStartedAt">When the run began that is under way, or was last.</param>
    /// <param name="NextAt">When it is read next.</param>
    /// <param name="SetAside">Entries and pages that could not be read and are listed.</param>
    /// <param name="Unlisted">Those that are only counted.</param>
    public sealed record Shown(
        Id<Exchange> Id, string Name, ExchangeKind Kind, string Environment, string Address, bool AllowPrivate, string Collection, Id<Bank> Bank, string BankName,
        int EveryMinutes, int AllowedLagHours, int? KeepDays, IReadOnlyList<string> Credentials, ExchangeState State, long Signals, double? Share, long Pages, long Entries,
        long Added, long Removed, IReadOnlyDictionary<string, long> Unheld, long LagSeconds, DateTimeOffset? InStepTo, DateTimeOffset? RunStartedAt, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastTryAt,
        string? LastFailure, FailureKind? LastFailureKind, int Failures, DateTimeOffset NextAt, int SetAside, long Unlisted);

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<Shown>> Run(CancellationToken ct) => await Read(db.Exchanges.AsNoTracking().OrderBy(e => e.Name), ct);

    /// <summary>One of them.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Shown> One(Id<Exchange> id, CancellationToken ct) =>
        (await Read(db.Exchanges.AsNoTracking().Where(e => e.Id == id), ct)).SingleOrDefault() ?? throw new NotFound("such exchange");

    /// <summary>How old what the bank holds may be.</summary>
    internal static TimeSpan Lag(Exchange exchange, ExchangeProgress progress, DateTimeOffset now) =>
        now - (progress.InStepTo > exchange.CreatedAt ? progress.InStepTo.Value : exchange.CreatedAt);

    internal static Shown Show(Exchange e, ExchangeProgress p, Bank bank, long signals, int setAside, IReadOnlyList<string> credentials, DateTimeOffset now) => new(
        e.Id, e.Name, e.Kind, e.Environment, e.Address, e.AllowPrivate, e.Collection, bank.Id, bank.Name, e.EveryMinutes, e.AllowedLagHours, e.KeepDays, credentials,
        State(e, p, now), signals, p.Share, p.Pages, p.Entries, p.Added, p.Removed, UnheldWords.Read(p.Unheld), (long)Math.Max(0, Lag(e, p, now).TotalSeconds), p.InStepTo, p.RunStartedAt,
        p.LastSuccessAt, p.LastTryAt, p.LastFailure, p.LastFailureKind, p.Failures, p.DueAt, setAside, p.Unlisted);

    private async Task<List<Shown>> Read(IQueryable<Exchange> which, CancellationToken ct)
    {
        var exchanges = await which.ToListAsync(ct);
        var numbers = exchanges.Select(e => e.Bank).ToList();
        var progress = await db.ExchangeProgress.AsNoTracking().Where(p => numbers.Contains(p.Bank)).ToDictionaryAsync(p => p.Bank, ct);
        var banks = await db.Banks.AsNoTracking().Where(b => numbers.Contains(b.Number)).ToDictionaryAsync(b => b.Number, ct);
        var aside = await db.SetAsideEntries.Where(s => numbers.Contains(s.Bank)).GroupBy(s => s.Bank).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var shown = new List<Shown>();
        foreach (var one in exchanges)
        {
            var signals = await ReadBanks.SizeOf(db, one.Bank, ct);
            shown.Add(Show(one, progress[one.Bank], banks[one.Bank], signals, aside.GetValueOrDefault(one.Bank), [.. one.Credentials(master).Keys.Order(StringComparer.Ordinal)], clock.GetUtcNow()));
        }

        return shown;
    }

    private static ExchangeState State(Exchange exchange, ExchangeProgress progress, DateTimeOffset now) =>
        exchange.Paused ? ExchangeState.Paused
        : progress.LastFailureKind is FailureKind.Refused or FailureKind.Shrunk ? ExchangeState.Stopped
        : progress.LastFailure is not null ? ExchangeState.Failing
        : progress.Cursor is not null ? ExchangeState.Reading
        : progress.LastSuccessAt is null ? ExchangeState.New
        : Lag(exchange, progress, now) > TimeSpan.FromHours(exchange.AllowedLagHours) ? ExchangeState.Lagging
        : ExchangeState.InStep;

    /// <summary><c>GET /exchanges</c>, <c>GET /exchanges/{id}</c>, and <c>GET /exchanges/known</c> for what can be set up.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/exchanges", async (ReadExchanges read, CancellationToken ct) => TypedResults.Ok(await read.Run(ct))).Requires(Permission.ReadBanks).WithName("ReadExchanges").WithSummary("List the exchanges and how far each is");
        api.MapGet("/exchanges/known", (KnownExchanges known) => TypedResults.Ok(known)).Requires(Permission.ReadBanks).WithName("ReadKnownExchanges").WithSummary("The exchanges that are known, with what each asks for");
        api.MapGet("/exchanges/{id}", async (Id<Exchange> id, ReadExchanges read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct))).Requires(Permission.ReadBanks).WithName("ReadExchange").WithSummary("Read an exchange");
    }
}
