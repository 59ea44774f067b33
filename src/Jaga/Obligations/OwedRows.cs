namespace Jaga.Obligations;

/// <summary>What "owed" and "overdue" mean, for every place that counts or lists them.</summary>
public static class OwedRows
{
    /// <summary>What somebody still waits for.</summary>
    public static IQueryable<Obligation> Owed(this IQueryable<Obligation> rows) => rows.Where(o => o.State == ObligationState.Open || o.State == ObligationState.Broken);

    /// <summary>What is owed and late at <paramref name="now"/>. A holding time that has ended waits for a decision and is not late; a clock that stands still is not late either.</summary>
    public static IQueryable<Obligation> Overdue(this IQueryable<Obligation> rows, DateTimeOffset now) => rows.Owed().Where(o => o.DueAt < now && o.PausedAt == null && o.Kind == ClauseKind.Deadline);
}
