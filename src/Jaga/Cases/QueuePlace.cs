using System.Globalization;

namespace Jaga.Cases;

/// <summary>
/// A case's place in the queue: the law's clock first, where there is one, then severity, then the house's clock, then age. What comes after a place is read in ranges,
/// each a stretch of one index, so that a page costs its own rows however many cases wait.
/// </summary>
/// <param name="LegalDueAt">Null stands after every time.</param>
internal sealed record QueuePlace(DateTimeOffset? LegalDueAt, Severity Severity, DateTimeOffset DueAt, Id<Case> Id)
{
    /// <summary>As <see cref="Case.Priority"/>.</summary>
    public int Priority { get; init; }

    /// <summary>The open cases after <paramref name="place"/>, or all, as ranges to be read one after the other.</summary>
    public static IEnumerable<IQueryable<Case>> After(QueuePlace? place, IQueryable<Case> open)
    {
        if (place is { } p)
        {
            var alike = open.Where(c => c.LegalDueAt == p.LegalDueAt);
            yield return InOrder(alike.Where(c => c.Severity == p.Severity && c.Priority == p.Priority && c.DueAt >= p.DueAt && (c.DueAt > p.DueAt || c.Id.CompareTo(p.Id) > 0)));
            yield return InOrder(alike.Where(c => c.Severity == p.Severity && c.Priority < p.Priority));
            yield return InOrder(alike.Where(c => c.Severity < p.Severity));
        }

        if (place is null or { LegalDueAt: not null })
        {
            yield return InOrder(place is null ? open.Where(c => c.LegalDueAt != null) : open.Where(c => c.LegalDueAt > place.LegalDueAt));
            yield return InOrder(open.Where(c => c.LegalDueAt == null));
        }
    }

    /// <summary>The place as a cursor.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{LegalDueAt?.UtcTicks}_{(int)Severity}_{Priority}_{DueAt.UtcTicks}_{Id}");

    /// <exception cref="BadInput">It is not one of ours.</exception>
    public static QueuePlace? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        return cursor.Split('_') is [var legal, var severity, var priority, var due, var id] && (legal.Length == 0 || Time(legal) is not null) && Time(due) is { } at
            && int.TryParse(severity, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && Enum.IsDefined((Severity)level) && int.TryParse(priority, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && Id<Case>.TryParse(id, null, out var @case)
            ? new(Time(legal), (Severity)level, at, @case) { Priority = first }
            : throw new BadInput("after", "This cursor was not given out by this list.");
    }

    private static IQueryable<Case> InOrder(IQueryable<Case> cases) => cases.OrderBy(c => c.LegalDueAt).ThenByDescending(c => c.Severity).ThenByDescending(c => c.Priority).ThenBy(c => c.DueAt).ThenBy(c => c.Id);

    private static DateTimeOffset? Time(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var t) && t <= DateTimeOffset.MaxValue.Ticks ? new(t, TimeSpan.Zero) : null;
}
