namespace Jaga.Exchanges.Protocols;

/// <summary>How one kind of exchange is read, page by page. It holds no state: what it needs to go on stands in the cursor that it hands out.</summary>
internal interface IProtocol
{
    ExchangeKind Kind { get; }

    /// <summary>The cursor of a run's first page, and whether the run tells of everything, so that what it does not tell of is gone.</summary>
    /// <param name="checkpoint">Where the last whole run ended; empty to read everything.</param>
    (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now);

    /// <summary>Reads one page.</summary>
    /// <exception cref="ExchangeFailure">It cannot be read.</exception>
    Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// The way around a page that cannot be read: a page without entries whose next is a smaller question, or, where the question can be no smaller, the one behind it,
    /// with <see cref="ExchangePage.Lost"/> saying what is passed over. Null where there is no way around.
    /// </summary>
    /// <param name="excerpt">The start of the answer that could not be read; empty where there was none.</param>
    ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now);

    /// <summary>Whether <paramref name="cursor"/> depends on a page before it, and so may have gone stale.</summary>
    bool IsWithin(string cursor);

    /// <summary>Asks something small, to learn whether the exchange answers and knows the credentials.</summary>
    /// <exception cref="ExchangeFailure">It does not.</exception>
    Task Probe(Link link, DateTimeOffset now, CancellationToken ct);
}
