namespace Jaga.Exchanges;

/// <summary>
/// An entry, or a part of a page, that could not be read. It is kept with its reason until it comes again and can be, until a person has it tried again,
/// or until a person dismisses it; the rest goes on without it.
/// </summary>
public sealed class SetAsideEntry : IEntity
{
    /// <summary>How many are listed for one exchange; more are only counted.</summary>
    public const int MaxListed = 1000;

    /// <summary>Characters of what was told that are kept.</summary>
    public const int MaxExcerpt = 2000;

    public Id<SetAsideEntry> Id { get; init; }

    /// <summary><see cref="Exchange.Bank"/>.</summary>
    public int Bank { get; init; }

    /// <summary>The entry's key; of a page, its cursor.</summary>
    public required string Key { get; init; }

    /// <summary>Whether a page, or the rest of one, is meant.</summary>
    public bool IsPage { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>When it was last met in this state.</summary>
    public DateTimeOffset LastAt { get; set; }

    public int Times { get; set; }

    /// <summary>The page that told of it, in the protocol's own words: where it is read again.</summary>
    public required string Cursor { get; set; }

    /// <summary>Why it could not be read, in a sentence.</summary>
    public required string Reason { get; set; }

    /// <summary>The start of what was told, as text.</summary>
    public required string Excerpt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<SetAsideEntry>
    {
        public void Configure(EntityTypeBuilder<SetAsideEntry> builder) => builder.ToTable("set_aside_entries");
    }
}
