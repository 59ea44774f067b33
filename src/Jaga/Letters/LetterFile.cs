using Jaga.Evidence;

namespace Jaga.Letters;

/// <summary>A file that came with a letter. Its bytes are evidence: sealed in the vault, with custody of their own.</summary>
public sealed class LetterFile : IEntity
{
    public Id<LetterFile> Id { get; init; }

    public Id<Letter> Letter { get; init; }

    public Id<VaultObject> Evidence { get; init; }

    /// <summary>As it was called; at most 200 characters, no path.</summary>
    public required string Name { get; init; }

    /// <summary>As the sender called it; it is never shown in a page, whatever it claims to be.</summary>
    public required string MediaType { get; init; }

    /// <summary>In bytes.</summary>
    public long Length { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<LetterFile>
    {
        public void Configure(EntityTypeBuilder<LetterFile> builder)
        {
            builder.ToTable("letter_files");
            builder.HasOne<Letter>().WithMany().HasForeignKey(f => f.Letter);
        }
    }
}
