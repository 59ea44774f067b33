namespace Jaga.Exchanges;

/// <summary>Why an exchange could not be read.</summary>
public enum FailureKind
{
    /// <summary>401 or 403: it does not know the credentials, or does not let them in. Somebody must look.</summary>
    Refused,

    /// <summary>429, or 503 with a time to come back.</summary>
    Busy,

    /// <summary>No connection, no answer in time, an answer that broke off, a server's error.</summary>
    Away,

    /// <summary>The answer came whole and cannot be read, or is larger than a page may be.</summary>
    Unreadable,

    /// <summary>It does not take the question: another 4xx, a redirect.</summary>
    Wrong,

    /// <summary>A whole list came with less than half of what it had. Nothing was removed; somebody must say that it is right.</summary>
    Shrunk,

    /// <summary>Something that only a person can give is missing.</summary>
    Incomplete,
}

/// <summary>
/// How far an exchange has been read. Saved in the transaction of the page that it tells of, so that a crash at any point loses nothing and takes nothing twice.
/// It is not part of <see cref="Exchange"/> because it changes with every page, not by anybody's will.
/// </summary>
public sealed class ExchangeProgress
{
    /// <summary><see cref="Exchange.Bank"/>.</summary>
    public int Bank { get; init; }

    /// <summary>Grows with every page and failure. Of two processes that read one page, the second to save finds another number and lets go.</summary>
    public long Step { get; set; }

    /// <summary>Up to where the exchange has been read whole, in its protocol's own words; empty at the beginning.</summary>
    public string Checkpoint { get; set; } = "";

    /// <summary>The page to be read next, in the protocol's own words; null between runs.</summary>
    public string? Cursor { get; set; }

    /// <summary>The number of the run that is under way, or was last.</summary>
    public int Run { get; set; }

    /// <summary>Whether the run reads everything, so that what it does not tell of is gone.</summary>
    public bool IsWhole { get; set; }

    public DateTimeOffset? RunStartedAt { get; set; }

    /// <summary>Pages of this run.</summary>
    public long Pages { get; set; }

    /// <summary>Entries that this run told of, tombstones included.</summary>
    public long Entries { get; set; }

    /// <summary>Pages that this run passed over.</summary>
    public int Lost { get; set; }

    /// <summary>Signals added since the exchange was set up.</summary>
    public long Added { get; set; }

    /// <summary>Signals removed since.</summary>
    public long Removed { get; set; }

    /// <summary>How much of the run is done, 0 to 1; null where the exchange does not let it be known.</summary>
    public double? Share { get; set; }

    /// <summary>Fingerprints of this run of kinds that Jaga does not hold: <c>pdna=12 netclean=3</c>.</summary>
    public string Unheld { get; set; } = "";

    /// <summary>When it is read next.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Failures since the last page.</summary>
    public int Failures { get; set; }

    /// <summary>Tries of this very page.</summary>
    public int PageTries { get; set; }

    /// <summary>Pages that were passed over in a row, without a good one in between.</summary>
    public int LostInRow { get; set; }

    public DateTimeOffset? LastTryAt { get; set; }

    /// <summary>What the last failure was, in a sentence; null when the last page went well.</summary>
    public string? LastFailure { get; set; }

    public FailureKind? LastFailureKind { get; set; }

    /// <summary>When a run last came to its end.</summary>
    public DateTimeOffset? LastSuccessAt { get; set; }

    /// <summary>The bank holds all that the exchange had at this time; null until the first run is over.</summary>
    public DateTimeOffset? InStepTo { get; set; }

    /// <summary>Entries that could not be read and were counted only, because more were set aside than a person can look at.</summary>
    public long Unlisted { get; set; }

    /// <summary>A person said that the list may have shrunk.</summary>
    public bool MayShrink { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ExchangeProgress>
    {
        public void Configure(EntityTypeBuilder<ExchangeProgress> builder)
        {
            builder.ToTable("exchange_progress").HasKey(p => p.Bank);
            builder.Property(p => p.Bank).ValueGeneratedNever();
            builder.Property(p => p.Step).IsConcurrencyToken();
        }
    }
}
