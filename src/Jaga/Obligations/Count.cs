namespace Jaga.Obligations;

/// <summary>What it means that a count is not nought.</summary>
public enum Gravity
{
    /// <summary>Work that waits its turn.</summary>
    Plain,

    /// <summary>Something is on its way and not there yet.</summary>
    Warn,

    /// <summary>Something was promised and not done.</summary>
    Bad,
}

/// <summary>
/// One of the numbers by which the house is judged: on the first screen, in the head of every page of staff, on <c>/health/numbers</c> (for whoever may read metrics) and as metric <c>jaga.word</c>.
/// Each room registers its own with <see cref="Counts.AddCount"/>, so that none needs to know which others there are.
/// </summary>
/// <param name="Word">camelCase, unique: its key on <c>/health/numbers</c> and, as <c>numbers.WORD</c>, in the texts.</param>
/// <param name="Means">What is counted, in English, for whoever reads the metric.</param>
/// <param name="Path">The page that lists what is counted.</param>
/// <param name="Needs">What it takes to open that page.</param>
/// <param name="InHead">Whether it stands in the head of every page: what must be nought, and nothing else.</param>
/// <param name="Read">Counts from the record, at the given moment.</param>
public sealed record Count(string Word, string Means, string Path, Permission Needs, Gravity Gravity, bool InHead, Func<Db, DateTimeOffset, CancellationToken, Task<int>> Read)
{
    private readonly Func<Db, DateTimeOffset, IQueryable<object>>? _rows;

    /// <summary>Counts rows. There may be a million of them, so each is found by an index of its own kind, and a page counts no further than it says.</summary>
    /// <param name="rows">What is counted at the given moment.</param>
    public Count(string word, string means, string path, Permission needs, Gravity gravity, bool inHead, Func<Db, DateTimeOffset, IQueryable<object>> rows)
        : this(word, means, path, needs, gravity, inHead, (db, now, ct) => rows(db, now).CountAsync(ct)) => _rows = rows;

    /// <summary>Counts up to <paramref name="most"/>, and then leaves off: there are that many or more.</summary>
    public Task<int> ReadUpTo(int most, Db db, DateTimeOffset now, CancellationToken ct) => _rows is null ? Read(db, now, ct) : _rows(db, now).Take(most).CountAsync(ct);
}

/// <summary>Makes a count known to the first screen, health and metrics.</summary>
public static class Counts
{
    public static IServiceCollection AddCount(this IServiceCollection services, Count count) => services.AddSingleton(count);
}
