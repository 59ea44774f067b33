namespace Jaga.Obligations;

/// <summary>How an obligation stood at the end of a period.</summary>
public enum ReportOutcome
{
    Kept,
    KeptLate,

    /// <summary>Its time was over, and it was still owed.</summary>
    Broken,

    /// <summary>A person decided in time that it is not owed.</summary>
    Cancelled,

    /// <summary>A person decided that it is not owed, when its time was over already: that it was broken stands.</summary>
    CancelledLate,

    /// <summary>There was time left, or its clock stood still.</summary>
    Open,
}

/// <summary>
/// Proves for a period what became of everything that was owed in it. Whatever was owed when it began or was opened in it is counted once, by how it stood at the end:
/// brought in + opened = kept + kept late + broken + cancelled + cancelled late + open.
/// </summary>
public sealed class ReadReport(Db db, ReadObligations obligations, TimeProvider clock)
{
    /// <summary>A period by somebody's days: the first and the last, both counted.</summary>
    public sealed record Request(DateOnly From, DateOnly To, TimeZoneInfo Zone)
    {
        internal DateTimeOffset Begins => ReadCalendar.Begin(From, Zone);

        internal DateTimeOffset Ends => ReadCalendar.Begin(To.AddDays(1), Zone);
    }

    /// <summary>What became of one clause's obligations, or of all of them.</summary>
    /// <param name="Paused">Of how many of them the clock stood still at some time until then.</param>
    public sealed record Line(string Clause, int BroughtIn, int Opened, int Kept, int KeptLate, int Broken, int Cancelled, int CancelledLate, int Open, int Paused)
    {
        /// <summary>All that was owed at some time in the period.</summary>
        public int Owed => BroughtIn + Opened;

        /// <summary>Whether nothing was broken: neither still owed after its time, nor kept or cancelled after it.</summary>
        public bool AllKept => KeptLate + Broken + CancelledLate == 0;

        internal static Line Sum(string name, IReadOnlyCollection<Line> lines) => new(
            name, lines.Sum(l => l.BroughtIn), lines.Sum(l => l.Opened), lines.Sum(l => l.Kept), lines.Sum(l => l.KeptLate), lines.Sum(l => l.Broken), lines.Sum(l => l.Cancelled), lines.Sum(l => l.CancelledLate), lines.Sum(l => l.Open), lines.Sum(l => l.Paused));
    }

    /// <summary>One body of rules: its clauses, and their sum.</summary>
    public sealed record Regime(Line Sum, IReadOnlyList<Line> Clauses);

    /// <summary>The period, as it stood at <c>AsOf</c>: its end, or now where it has not ended.</summary>
    public sealed record Answer(DateTimeOffset From, DateTimeOffset Until, DateTimeOffset AsOf, Line Sum, IReadOnlyList<Regime> Regimes);

    /// <summary>An obligation with how it stood, and the whole of what explains it.</summary>
    /// <param name="PausedSeconds">For how long its clock stood still until then, in all.</param>
    public sealed record Told(ReportOutcome Outcome, ReadObligations.Story Story, double PausedSeconds, IReadOnlyList<Said> Explanations);

    /// <summary>What a person said about it.</summary>
    public sealed record Said(DateTimeOffset At, string By, string Words);

    /// <exception cref="BadInput">The period ends before it begins.</exception>
    public async Task<Answer> Run(Request request, CancellationToken ct)
    {
        var (from, until, asOf) = Span(request);
        var paused = await Owed(from, asOf).Where(o => o.Pauses.Any(p => p.StartsAt < asOf)).GroupBy(o => o.Clause).Select(g => new { g.Key, Number = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Number, ct);
        var lines = await Owed(from, asOf).GroupBy(o => o.Clause).Select(g => new Line(
            g.Key,
            g.Count(o => o.OpenedAt < from),
            g.Count(o => o.OpenedAt >= from),
            g.Count(o => o.ClosedAt < asOf && o.State == ObligationState.Kept),
            g.Count(o => o.ClosedAt < asOf && o.State == ObligationState.KeptLate),
            g.Count(o => (o.ClosedAt == null || o.ClosedAt >= asOf) && o.Kind == ClauseKind.Deadline && o.DueAt < asOf && o.PausedAt == null),
            g.Count(o => o.ClosedAt < asOf && o.State == ObligationState.Cancelled && (o.Kind != ClauseKind.Deadline || o.ClosedAt <= o.DueAt)),
            g.Count(o => o.ClosedAt < asOf && o.State == ObligationState.Cancelled && o.Kind == ClauseKind.Deadline && o.ClosedAt > o.DueAt),
            g.Count(o => (o.ClosedAt == null || o.ClosedAt >= asOf) && (o.Kind != ClauseKind.Deadline || o.DueAt >= asOf || o.PausedAt != null)),
            0)).ToListAsync(ct);
        lines = lines.ConvertAll(l => l with { Paused = paused.GetValueOrDefault(l.Clause) });
        var regimes = lines.GroupBy(l => l.Clause[..l.Clause.LastIndexOf('.')]).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Regime(Line.Sum(g.Key, [.. g]), [.. g.OrderBy(l => l.Clause, StringComparer.Ordinal)]));
        return new(from, until, asOf, Line.Sum("", lines), [.. regimes]);
    }

    /// <summary>The exceptions of the period, by id: what was broken, kept late or cancelled, and every clock that stood still, each with its ladder, pauses and explanations.</summary>
    public async Task<Page<Told>> Exceptions(Request request, PageRequest page, CancellationToken ct)
    {
        var (from, _, asOf) = Span(request);
        var exceptions = Owed(from, asOf).Where(o =>
            o.Pauses.Any(p => p.StartsAt < asOf) || (o.ClosedAt < asOf && o.State != ObligationState.Kept) || ((o.ClosedAt == null || o.ClosedAt >= asOf) && o.Kind == ClauseKind.Deadline && o.DueAt < asOf && o.PausedAt == null));
        return Page<Told>.Of(await Tell(exceptions, page.AfterId<Obligation>(), page.Rows + 1, asOf, ct), page.Rows, t => t.Story.Obligation.Id.ToString());
    }

    /// <summary>Everything of the period, by id, read piece by piece.</summary>
    public async IAsyncEnumerable<Told> All(Request request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        const int piece = 200;
        var (from, _, asOf) = Span(request);
        for (var after = (Id<Obligation>?)null; ;)
        {
            var told = await Tell(Owed(from, asOf), after, piece, asOf, ct);
            foreach (var one in told)
            {
                yield return one;
            }

            if (told.Count < piece)
            {
                yield break;
            }

            after = told[^1].Story.Obligation.Id;
        }
    }

    private IQueryable<Obligation> Owed(DateTimeOffset from, DateTimeOffset asOf) => db.Obligations.AsNoTracking().Where(o => o.OpenedAt < asOf && (o.ClosedAt == null || o.ClosedAt >= from));

    private (DateTimeOffset From, DateTimeOffset Until, DateTimeOffset AsOf) Span(Request request)
    {
        if (request.To < request.From)
        {
            throw new BadInput("to", "The last day comes after the first.");
        }

        // The moment itself belongs to the past: what was closed in it is closed.
        var now = clock.GetUtcNow().AddTicks(10);
        return (request.Begins, request.Ends, request.Ends < now ? request.Ends : now);
    }

    private async Task<List<Told>> Tell(IQueryable<Obligation> rows, Id<Obligation>? after, int most, DateTimeOffset asOf, CancellationToken ct)
    {
        rows = after is { } last ? rows.Where(o => o.Id > last) : rows;
        var ids = await rows.OrderBy(o => o.Id).Take(most).Select(o => o.Id).ToListAsync(ct);
        var said = (await db.Explanations.AsNoTracking().Where(e => ids.Contains(e.Obligation)).OrderBy(e => e.Id).ToListAsync(ct)).ToLookup(e => e.Obligation);
        return [.. (await obligations.Stories(ids, ct)).Select(s => new Told(Outcome(s.Obligation, asOf), s, Paused(s, asOf), [.. said[s.Obligation.Id].Select(e => new Said(e.At, e.SaidBy, e.Words))]))];
    }

    private static double Paused(ReadObligations.Story story, DateTimeOffset asOf) =>
        story.Pauses.Where(p => p.StartsAt < asOf).Sum(p => ((p.EndsAt < asOf ? p.EndsAt.Value : asOf) - p.StartsAt).TotalSeconds);

    private static ReportOutcome Outcome(ReadObligations.Owed o, DateTimeOffset asOf) => (o.ClosedAt < asOf, o.State) switch
    {
        (true, ObligationState.Kept) => ReportOutcome.Kept,
        (true, ObligationState.KeptLate) => ReportOutcome.KeptLate,
        (true, _) => o.CancelledLate ? ReportOutcome.CancelledLate : ReportOutcome.Cancelled,
        _ => o.Kind is ClauseKind.Deadline && o.DueAt < asOf && o.PausedAt is null ? ReportOutcome.Broken : ReportOutcome.Open,
    };

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/obligations/report", (DateOnly from, DateOnly to, string? zone, ReadReport read, CancellationToken ct) => read.Run(new(from, to, ReadCalendar.Zone(zone)), ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("What became of everything that was owed in a period");
        api.MapGet("/obligations/report/exceptions", (DateOnly from, DateOnly to, string? zone, string? after, int? size, ReadReport read, CancellationToken ct) => read.Exceptions(new(from, to, ReadCalendar.Zone(zone)), new(after, size), ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("Every exception of a period, with its ladder, pauses and explanations");
    }
}
