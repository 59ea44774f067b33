namespace Jaga.Witnesses;

/// <summary>A timestamp of a timestamp authority over one of our checkpoints: that it was there then. Never changed and never removed.</summary>
public sealed class StoredTimestamp
{
    /// <summary>Of the checkpoint over this many lines.</summary>
    public long Size { get; init; }

    /// <summary>By the authority's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The token (RFC 3161) over the checkpoint's note, in DER: <c>openssl ts -verify -token_in</c> checks it.</summary>
    public required byte[] Token { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<StoredTimestamp>
    {
        public void Configure(EntityTypeBuilder<StoredTimestamp> builder)
        {
            builder.ToTable("audit_timestamps").HasKey(t => t.Size);
            builder.Property(t => t.Size).ValueGeneratedNever();
        }
    }
}
