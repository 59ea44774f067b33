namespace Jaga.Matching;

/// <summary>What one key of the match service asked in one day.</summary>
public sealed class AskUsage
{
    /// <summary>The key's id.</summary>
    public required string Key { get; init; }

    /// <summary>The day in UTC, <c>2026-11-30</c>.</summary>
    public required string Day { get; init; }

    /// <summary>Things asked about, those beyond the budget too.</summary>
    public long Asked { get; init; }

    /// <summary>Of those, known ones.</summary>
    public long Known { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<AskUsage>
    {
        public void Configure(EntityTypeBuilder<AskUsage> builder) => builder.ToTable("ask_usages").HasKey(u => new { u.Key, u.Day });
    }
}
