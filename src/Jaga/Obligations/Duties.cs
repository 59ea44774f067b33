using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// Opens and keeps what is owed, in the caller's transaction, each act with its audit line.
/// Rows are locked before they are changed, so that a keeper and the ladder never act on the same one at once.
/// </summary>
public sealed class Duties(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Ladders ladders)
{
    internal const int MaxWords = 2000;

    /// <summary>Somebody is owed something from now (or <paramref name="from"/>) on.</summary>
    /// <param name="clause">A clause's name, e.g. <c>house.confirm-action</c>.</param>
    /// <param name="owedTo">Who is owed it, in words, at most 200 characters.</param>
    /// <param name="person">The id of the member of staff who owns it; null for the clause's queue.</param>
    /// <param name="due">Where a time was named (in a letter, by a person): that time in place of the clause's own. A law's deadline only becomes earlier by it, a law's holding time only later.</param>
    /// <exception cref="NotFound">No regime has this clause.</exception>
    /// <exception cref="BadInput"><paramref name="due"/> is not after the beginning, or lies beyond the law's.</exception>
    public Obligation Open(string clause, Subject about, string owedTo, Actor actor, DateTimeOffset? from = null, string? person = null, DateTimeOffset? due = null)
    {
        var now = clock.GetUtcNow();
        var found = regimes.Find(clause);
        var rule = ladders.InForce(found, found.Queue);
        var opened = Obligation.Open(rule, about, Checked(owedTo, "owedTo", 200), person, from ?? now, Due(rule, from ?? now, due), now);
        db.Add(opened);
        audit.Record(actor, "obligation.opened", opened.Subject, clause, new { about, owedTo, due = opened.DueAt });
        return opened;
    }

    /// <summary>When something that begins at <paramref name="from"/> is due by the clause's own time.</summary>
    /// <exception cref="NotFound">No regime has this clause.</exception>
    public DateTimeOffset DueOf(string clause, DateTimeOffset from) => regimes.Find(clause).Due.After(from);

    /// <summary>Keeps what is owed about <paramref name="about"/> under <paramref name="clause"/>, and says how many obligations that were; none is no error.</summary>
    /// <param name="by">The proof: a subject of kind <c>delivery</c>, <c>receipt</c> or <c>decision</c>.</param>
    /// <exception cref="RuleBroken"><paramref name="by"/> is no proof, or a holding time has not ended.</exception>
    public async Task<int> Keep(Subject about, string clause, Subject by, Actor actor, CancellationToken ct) => Keep(await Owed(about, clause, ct), by, actor);

    /// <summary>Keeps what this transaction has opened itself, and nobody else knows of: the act that it is owed for is its keeping.</summary>
    public void Keep(Obligation opened, Subject by, Actor actor) => Keep([opened], by, actor);

    /// <summary>Keeps every deadline owed about <paramref name="about"/>. Holding times go on.</summary>
    public async Task<int> KeepAll(Subject about, Subject by, Actor actor, CancellationToken ct) =>
        Keep([.. (await Owed(about, null, ct)).Where(o => o.Kind is ClauseKind.Deadline)], by, actor);

    /// <summary>What kept it proved void (a letter came back): the obligation about <paramref name="about"/> that was kept last is owed again, under its old clock. Says whether there was one.</summary>
    public async Task<bool> Reopen(Subject about, string clause, string why, Actor actor, CancellationToken ct)
    {
        await Lock("about_kind = {0} AND about_id = {1} AND clause = {2} AND state IN ('Kept', 'KeptLate')", ct, about.Kind, about.Id, clause);
        if (db.ChangeTracker.Entries<Obligation>().Select(e => e.Entity).Where(o => o.About == about && o.Clause == clause && o.State is ObligationState.Kept or ObligationState.KeptLate).MaxBy(o => o.ClosedAt) is not { } kept)
        {
            return false;
        }

        kept.Reopen(clock.GetUtcNow());
        audit.Record(actor, "obligation.reopened", kept.Subject, Checked(why, "why", MaxWords), new { about, due = kept.DueAt });
        return true;
    }

    /// <summary>What <paramref name="by"/> kept about <paramref name="about"/> is owed again, each under its old clock: it was taken back. Says how many that were.</summary>
    public async Task<int> ReopenAll(Subject about, Subject by, string why, Actor actor, CancellationToken ct)
    {
        await Lock("about_kind = {0} AND about_id = {1} AND kept_by = {2} AND state IN ('Kept', 'KeptLate')", ct, about.Kind, about.Id, by.ToString());
        var kept = db.ChangeTracker.Entries<Obligation>().Select(e => e.Entity).Where(o => o.About == about && o.KeptBy == by.ToString()).OrderBy(o => o.Id).ToList();
        foreach (var one in kept)
        {
            one.Reopen(clock.GetUtcNow());
            audit.Record(actor, "obligation.reopened", one.Subject, Checked(why, "why", MaxWords), new { about, due = one.DueAt });
        }

        return kept.Count;
    }

    /// <summary>Stops one clock, on a ground that is recorded.</summary>
    /// <param name="endsBy">When that ends by what was set; until then nobody is reminded that the clock stands still.</param>
    public async Task<Obligation> Pause(Id<Obligation> id, string ground, Actor actor, CancellationToken ct, DateTimeOffset? endsBy = null)
    {
        var owed = await One(id, ct);
        db.Add(owed.StandStill(Checked(ground, "ground", MaxWords), actor, clock.GetUtcNow(), endsBy));
        audit.Record(actor, "obligation.paused", owed.Subject, ground);
        return owed;
    }

    /// <summary>Lets a paused clock run again: what it waited for is there.</summary>
    public Task<Obligation> Resume(Id<Obligation> id, Actor actor, CancellationToken ct) => Resume(id, "", actor, ct);

    /// <summary>Lets a paused clock run again, though what it waited for is not there.</summary>
    /// <param name="why">Kept with the act.</param>
    public async Task<Obligation> Resume(Id<Obligation> id, string why, Actor actor, CancellationToken ct)
    {
        var owed = await One(id, ct);
        owed.RunAgain(clock.GetUtcNow());
        audit.Record(actor, "obligation.resumed", owed.Subject, why, new { due = owed.DueAt });
        return owed;
    }

    /// <summary>A person decides that it is not owed after all, and says why.</summary>
    public async Task<Obligation> Cancel(Id<Obligation> id, string reason, Actor actor, CancellationToken ct)
    {
        var owed = await One(id, ct);
        db.AddRange(owed.Cancel(Checked(reason, "reason", MaxWords), clock.GetUtcNow()));
        audit.Record(actor, "obligation.cancelled", owed.Subject, reason);
        return owed;
    }

    /// <summary>Cancels all that is owed about <paramref name="about"/>: what caused it was taken back.</summary>
    public async Task CancelAll(Subject about, string reason, Actor actor, CancellationToken ct)
    {
        foreach (var one in await Owed(about, null, ct))
        {
            db.AddRange(one.Cancel(Checked(reason, "reason", MaxWords), clock.GetUtcNow()));
            audit.Record(actor, "obligation.cancelled", one.Subject, reason);
        }
    }

    /// <summary>Gives it to a member of staff, or with null back to its queue.</summary>
    public async Task<Obligation> Assign(Id<Obligation> id, string? person, Actor actor, CancellationToken ct)
    {
        var owed = await One(id, ct);
        owed.Assign(person);
        audit.Record(actor, "obligation.assigned", owed.Subject, details: new { person });
        return owed;
    }

    private static DateTimeOffset Due(Clause rule, DateTimeOffset from, DateTimeOffset? named)
    {
        var own = rule.Due.After(from);
        if (named is not { } due)
        {
            return own;
        }

        if (due <= from)
        {
            throw new BadInput("due", "The due time lies before the time began to run.");
        }

        return rule.DueBy is DueBy.Law && (rule.Kind is ClauseKind.Deadline ? due > own : due < own)
            ? throw new BadInput("due", $"The law's time ends at {own:u}: a deadline of the law can only be made shorter, a holding time only longer.")
            : due;
    }

    private int Keep(List<Obligation> owed, Subject by, Actor actor)
    {
        foreach (var one in owed)
        {
            db.AddRange(one.Keep(by, clock.GetUtcNow()));
            audit.Record(actor, one.State is ObligationState.KeptLate ? "obligation.kept-late" : "obligation.kept", one.Subject, one.Clause, new { about = one.About, by });
        }

        return owed.Count;
    }

    private async Task<List<Obligation>> Owed(Subject about, string? clause, CancellationToken ct)
    {
        await Lock("about_kind = {0} AND about_id = {1} AND state IN ('Open', 'Broken')", ct, about.Kind, about.Id);

        // Through the tracker, because what this transaction opened itself is not in the store yet.
        return [.. db.ChangeTracker.Entries<Obligation>().Where(e => e.State is not EntityState.Deleted).Select(e => e.Entity)
            .Where(o => o.IsOwed && o.About == about && (clause is null || o.Clause == clause)).OrderBy(o => o.Id)];
    }

    /// <summary>The row with its pauses, locked until the transaction ends.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    internal async Task<Obligation> One(Id<Obligation> id, CancellationToken ct)
    {
        await Lock("id = {0}", ct, id.Value);
        return db.ChangeTracker.Entries<Obligation>().Select(e => e.Entity).SingleOrDefault(o => o.Id == id) ?? throw new NotFound($"obligation {id}");
    }

    private async Task Lock(string where, CancellationToken ct, params object[] values)
    {
#pragma warning disable EF1002 // Both parts are this file's and the store's own words.
        var found = await db.Obligations.FromSqlRaw($"SELECT * FROM obligations WHERE {where} ORDER BY id {db.ForUpdate()}", values).ToListAsync(ct);
#pragma warning restore EF1002
        if (found.Select(o => o.Id).ToList() is { Count: > 0 } ids)
        {
            await db.Pauses.Where(p => ids.Contains(p.Obligation)).LoadAsync(ct);
        }
    }

    internal static string Checked(string words, string field, int most) => string.IsNullOrWhiteSpace(words)
        ? throw new BadInput(field, "Say it in words.")
        : words.Length <= most ? words.Trim() : throw new BadInput(field, $"At most {most} characters.");
}
