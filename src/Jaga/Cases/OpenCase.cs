using Jaga.Audit;
using Jaga.Banks;
using Jaga.Obligations;

namespace Jaga.Cases;

/// <summary>
/// Brings what was found about a subject to the desk: into its open case, or into a new one. Called by the rooms above, in their transaction.
/// </summary>
public sealed class OpenCase(Db db, TimeProvider clock, MasterKey master, AuditLog audit, Duties duties)
{
    /// <summary>The house's clause: a case is decided within its time.</summary>
    public const string Clause = "house.decide-case";

    /// <summary>The house's clause for what the platform holds back meanwhile: somebody waits to be seen.</summary>
    public const string HeldClause = "house.decide-held";

    /// <param name="about">The item, account or group, by the platform's own id.</param>
    /// <param name="found">Why; one finding each.</param>
    /// <param name="media">What a reviewer may have to look at.</param>
    /// <param name="held">Whether the platform keeps the item back until the decision; its clock is shorter.</param>
    /// <param name="priority">How much the word of who found it weighs, as <see cref="Case.Priority"/>.</param>
    /// <param name="seen">Fingerprints of the subject as it was checked, by which the next copy is known once the case is decided to be illegal.</param>
    /// <returns>The case, open.</returns>
    public async Task<Case> Run(Subject about, IReadOnlyList<FoundThing> found, IReadOnlyList<CapturedMedia> media, bool held, Actor actor, CancellationToken ct, int priority = Case.Usual, IReadOnlyList<NewSignal>? seen = null)
    {
        var now = clock.GetUtcNow();
        var (category, severity) = Worst(found);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Open, ct);
        if (@case is null)
        {
            @case = Case.Open(about, category, severity, now, priority);
            db.Add(@case);
            audit.Record(actor, "case.opened", @case.Subject, category, new { about, severity, findings = found.Count });
            @case.Due(duties.Open(held ? HeldClause : Clause, @case.Subject, "platform", actor).DueAt);
        }
        else
        {
            @case.Gather(category, severity);
            @case.Prioritise(priority);
            if (held && !await db.Obligations.AnyAsync(o => o.Clause == HeldClause && o.About.Kind == "case" && o.About.Id == @case.Id.ToString() && (o.State == ObligationState.Open || o.State == ObligationState.Broken), ct))
            {
                @case.Due(duties.Open(HeldClause, @case.Subject, "platform", actor).DueAt);
            }

            audit.Record(actor, "case.grew", @case.Subject, category, new { severity, findings = found.Count });
        }

        db.AddRange(found.Select(f => Finding.Of(@case.Id, f, now)));
        var known = media.Count == 0 ? [] : await db.CaseMedia.Where(m => m.Case == @case.Id).Select(m => m.Sha256).ToListAsync(ct);
        db.AddRange(media.Where(m => !known.Contains(m.Sha256)).Select(m =>
            Jaga.Cases.CaseMedia.Of(@case.Id, m, m.Preview is null ? null : master.Seal(ReadPreview.Purpose, m.Preview), now)));
        await Keep(@case.Id, seen ?? [], ct);
        return @case;
    }

    private async Task Keep(Id<Case> @case, IReadOnlyList<NewSignal> seen, CancellationToken ct)
    {
        if (seen.Count == 0)
        {
            return;
        }

        var had = await db.CaseSignals.Where(s => s.Case == @case).Select(s => new { s.Type, s.Value }).ToListAsync(ct);
        var known = had.Select(s => (s.Type, Convert.ToHexString(s.Value))).ToHashSet();
        db.AddRange(seen.Where(s => known.Count < CaseSignal.Most && known.Add((s.Type, Convert.ToHexString(s.Value.Span)))).Select(s => CaseSignal.Of(@case, s)));
    }

    private static (string Category, Severity Severity) Worst(IReadOnlyList<FoundThing> found) =>
        found.Select(f => Categories.Of(f.Labels)).MaxBy(c => c.Severity);
}

/// <summary>How bad each category is taken to be, by the plain words of law that banks put on their signals.</summary>
public static class Categories
{
    private static readonly (string Word, Severity Severity)[] Known =
    [
        ("csam", Severity.Critical),
        ("grooming", Severity.Critical),
        ("child-trafficking", Severity.Critical),
        ("terrorism", Severity.Critical),
        ("intimate-image", Severity.High),
        ("violence", Severity.High),
        ("self-harm", Severity.High),
        ("fraud", Severity.Normal),
        ("gambling", Severity.Normal),
        ("copyright", Severity.Low),
    ];

    /// <summary>The worst category among comma-separated labels; an unknown label counts as <see cref="Severity.Normal"/>, for nobody said that it is harmless.</summary>
    public static (string Word, Severity Severity) Of(string labels)
    {
        var words = labels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var known = Known.Where(k => words.Contains(k.Word, StringComparer.OrdinalIgnoreCase)).ToList();
        return known.Count > 0 ? known.MaxBy(k => k.Severity) : (words.FirstOrDefault() ?? "unsorted", Severity.Normal);
    }
}
