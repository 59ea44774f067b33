using Jaga.Banks;

namespace Jaga.Matching;

/// <summary>The signals that do not count: in quarantine, the longest first; and those that were put out of use.</summary>
public sealed class ReadQuarantine(Db db)
{
    /// <summary>The most rows of an answer; a house with more has another trouble.</summary>
    public const int Most = 200;

    /// <summary>A signal that does not count.</summary>
    /// <param name="Kept">Matches that were kept since it was put aside.</param>
    /// <param name="Accounts">Different accounts among those.</param>
    /// <param name="Matches">All its matches that are still on record.</param>
    public sealed record Row(
        long Signal, Id<Bank> BankId, string Bank, OnMatch OnMatch, SignalType Algorithm, string Entry, string Member, StandingState State,
        DateTimeOffset Since, string Why, string ByName, int Kept, int Accounts, int Matches);

    /// <param name="state">Which.</param>
    public async Task<IReadOnlyList<Row>> Run(StandingState state, CancellationToken ct) => await (
        from s in db.SignalStandings.AsNoTracking()
        join b in db.Banks.AsNoTracking() on s.Bank equals b.Number
        join g in db.Signals.AsNoTracking() on s.Signal equals g.Id
        where s.State == state
        orderby s.Since
        select new Row(
            s.Signal, b.Id, b.Name, b.OnMatch, g.Type, g.Entry, g.Member, s.State, s.Since, s.Why, s.ByName,
            db.Sightings.Count(x => x.Signal == s.Signal && x.Outcome == SightingOutcome.Quarantined),
            db.Sightings.Where(x => x.Signal == s.Signal && x.Outcome == SightingOutcome.Quarantined).Select(x => x.Account).Distinct().Count(),
            db.Sightings.Count(x => x.Signal == s.Signal))).Take(Most).ToListAsync(ct);

    /// <summary><c>GET /quarantine?state=disabled</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/quarantine", async (Choice<StandingState>? state, ReadQuarantine read, CancellationToken ct) => TypedResults.Ok(await read.Run(state?.Value ?? StandingState.Quarantined, ct)))
        .Requires(Permission.ReadBanks)
        .WithName("ReadQuarantine").WithSummary("Signals in quarantine, with what they matched");
}
