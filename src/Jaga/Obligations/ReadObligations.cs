namespace Jaga.Obligations;

/// <summary>What is owed, soonest first, and the whole story of one obligation.</summary>
public sealed class ReadObligations(Db db, Regimes regimes, ObligationSettings settings)
{
    /// <summary>One obligation with the words of its clause. <c>Sure</c> and <c>Cites</c> are null where its regime is not loaded any more.</summary>
    public sealed record Owed(
        Id<Obligation> Id, string Clause, string? Cites, Sureness? Sure, DueBy? DueBy, Sentence Duty, Subject About, string OwedTo, string Queue, string? Person,
        DateTimeOffset OpenedAt, DateTimeOffset DueAt, ClauseKind Kind, ObligationState State, DateTimeOffset? PausedAt, DateTimeOffset? NextRungAt,
        string? KeptBy, DateTimeOffset? ClosedAt, string? CancelledBecause)
    {
        /// <summary>Whether its time was over before it was cancelled.</summary>
        public bool CancelledLate => State is ObligationState.Cancelled && Kind is ClauseKind.Deadline && ClosedAt > DueAt;
    }

    /// <summary>One obligation, the rungs that were reached, its pauses, and who asked to cancel it.</summary>
    /// <param name="MayPause">Whether its rules let a person stop its clock.</param>
    /// <param name="TwoPersons">Whether it takes two persons to cancel it.</param>
    public sealed record Story(Owed Obligation, IReadOnlyList<RungTold> Rungs, IReadOnlyList<PauseTaken> Pauses, IReadOnlyList<CancellationAsked> Cancellations, bool MayPause, bool TwoPersons);

    /// <summary>That somebody asked to cancel it; <c>AllowedBy</c> is null where no second person agreed.</summary>
    public sealed record CancellationAsked(DateTimeOffset AskedAt, string AskedBy, string Reason, string? AllowedBy);

    /// <summary>A rung that was reached; <c>Told</c> is false where the obligation was over before anybody could be told.</summary>
    public sealed record RungTold(int Percent, Whom Whom, DateTimeOffset DueAt, DateTimeOffset FiredAt, double LateSeconds, bool Told);

    /// <summary>A time during which the clock stood still; <c>EndsAt</c> is null while it does.</summary>
    public sealed record PauseTaken(DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string Ground, string StartedBy);

    /// <summary>Which obligations: those still owed unless <paramref name="State"/> says otherwise; by clause, by what they are about, by who owns them, by when they are due.</summary>
    /// <param name="Person">The id of a member of staff, or <c>nobody</c> for what only a queue owns.</param>
    /// <param name="DueUntil">Due before this.</param>
    public sealed record Filter(
        ObligationState? State = null, string? Clause = null, string? AboutKind = null, string? AboutId = null, bool? Overdue = null,
        string? Queue = null, string? Person = null, DateTimeOffset? DueFrom = null, DateTimeOffset? DueUntil = null)
    {
        /// <summary>As a person, stands for nobody.</summary>
        public const string Nobody = "nobody";

        internal IQueryable<Obligation> Of(Db db, DateTimeOffset now)
        {
            var query = State is { } state ? db.Obligations.Where(o => o.State == state) : db.Obligations.Owed();
            query = Clause is { } clause ? query.Where(o => o.Clause == clause) : query;
            query = AboutKind is { } kind ? query.Where(o => o.About.Kind == kind) : query;
            query = AboutId is { } about ? query.Where(o => o.About.Id == about) : query;
            query = Queue is { } queue ? query.Where(o => o.Queue == queue) : query;
            query = Person is Nobody ? query.Where(o => o.Person == null) : Person is { } person ? query.Where(o => o.Person == person) : query;
            query = DueFrom is { } from ? query.Where(o => o.DueAt >= from) : query;
            query = DueUntil is { } until ? query.Where(o => o.DueAt < until) : query;
            return Overdue is true ? query.Overdue(now) : query;
        }
    }

    /// <summary>A page, by due time.</summary>
    public async Task<Page<Owed>> Run(Filter filter, PageRequest page, DateTimeOffset now, CancellationToken ct)
    {
        var query = filter.Of(db, now);
        if (page.AfterId<Obligation>() is { } after)
        {
            // The cursor is the last row's id; its due time is looked up, so that the cursor says nothing by itself.
            var from = await db.Obligations.Where(o => o.Id == after).Select(o => (DateTimeOffset?)o.DueAt).SingleOrDefaultAsync(ct) ?? throw new BadInput("after", "This cursor was not given out by this list.");
            query = query.Where(o => o.DueAt > from || (o.DueAt == from && o.Id > after));
        }

        var rows = await query.AsNoTracking().OrderBy(o => o.DueAt).ThenBy(o => o.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Owed>.Of([.. rows.Select(Show)], page.Rows, o => o.Id.ToString());
    }

    /// <summary>One obligation's story.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Story> One(Id<Obligation> id, CancellationToken ct)
    {
        var stories = await Stories([id], ct);
        return stories.Count == 1 ? stories[0] : throw new NotFound($"obligation {id}");
    }

    /// <summary>The stories of several, by id.</summary>
    internal async Task<IReadOnlyList<Story>> Stories(IReadOnlyCollection<Id<Obligation>> ids, CancellationToken ct)
    {
        var owed = await db.Obligations.AsNoTracking().Include(o => o.Pauses).Where(o => ids.Contains(o.Id)).OrderBy(o => o.Id).ToListAsync(ct);
        var rungs = (await db.Rungs.AsNoTracking().Where(r => ids.Contains(r.Obligation)).OrderBy(r => r.Number).ToListAsync(ct)).ToLookup(r => r.Obligation);
        var asked = (await db.Cancellations.AsNoTracking().Where(c => ids.Contains(c.Obligation)).OrderBy(c => c.Id).ToListAsync(ct)).ToLookup(c => c.Obligation);
        return
        [
            .. owed.Select(o => new Story(
                Show(o),
                [.. rungs[o.Id].Select(r => new RungTold(r.Percent, r.Whom, r.DueAt, r.FiredAt, r.Late.TotalSeconds, r.Told))],
                [.. o.Pauses.OrderBy(p => p.StartsAt).Select(p => new PauseTaken(p.StartsAt, p.EndsAt, p.Ground, p.StartedBy))],
                [.. asked[o.Id].Select(c => new CancellationAsked(c.AskedAt, c.AskedBy, c.Reason, c.AllowedBy))],
                regimes.MayPause(o.Clause), settings.TwoPersonsToCancel && regimes.IsOfLaw(o.Clause))),
        ];
    }

    private Owed Show(Obligation o)
    {
        var clause = regimes.TryFind(o.Clause);
        return new(
            o.Id, o.Clause, clause?.Cites, clause?.Sure, clause?.DueBy, clause?.Duty ?? new(o.Clause, o.Clause), o.About, o.OwedTo, o.Queue, o.Person,
            o.OpenedAt, o.DueAt, o.Kind, o.State, o.PausedAt, o.NextRungAt, o.KeptBy, o.ClosedAt, o.CancelledBecause);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/obligations", (Choice<ObligationState>? state, string? clause, string? aboutKind, string? aboutId, bool? overdue, string? queue, string? person, DateTimeOffset? dueFrom, DateTimeOffset? dueUntil, string? after, int? size, ReadObligations read, TimeProvider clock, CancellationToken ct) =>
                read.Run(new(state?.Value, clause, aboutKind, aboutId, overdue, queue, person, dueFrom, dueUntil), new(after, size), clock.GetUtcNow(), ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("What is owed, soonest first");
        api.MapGet("/obligations/{id}", (Id<Obligation> id, ReadObligations read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("One obligation, its warnings and its pauses");
    }
}
