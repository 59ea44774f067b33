using Jaga.Evidence;
using Jaga.People;

namespace Jaga.Disclosure;

/// <summary>
/// A document that an authority attached. It counts for nothing until a person has read it, found it genuine, and said which classes it covers.
/// </summary>
public sealed class DataDocument : IEntity, IAudited
{
    public Id<DataDocument> Id { get; init; }

    public Id<DataRequest> Request { get; init; }

    public DocumentKind Kind { get; init; }

    public required string Number { get; init; }

    public DateOnly IssuedOn { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Its bytes, in the vault.</summary>
    public Id<VaultObject> Evidence { get; init; }

    public required string MediaType { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    /// <summary>What a person found; null until somebody has looked.</summary>
    public bool? Accepted { get; private set; }

    /// <summary>The classes that it covers, by that person's reading.</summary>
    public IReadOnlyList<DataClass> Covers { get; private set; } = [];

    /// <summary>Whether it wants the members of a group by name.</summary>
    public bool CoversMembers { get; private set; }

    public string? CheckedBy { get; private set; }

    public DateTimeOffset? CheckedAt { get; private set; }

    /// <summary>Why, in that person's words.</summary>
    public string? Because { get; private set; }

    // What is done to a document is done to its request.
    public Subject Subject => Subject.Of("data-request", Request);

    internal void Check(bool accepted, IReadOnlyList<DataClass> covers, bool members, string because, Actor by, DateTimeOffset now) =>
        (Accepted, Covers, CoversMembers, Because, CheckedBy, CheckedAt) = (accepted, accepted ? [.. covers.Distinct().Order()] : [], accepted && members, because, by.ToString(), now);

    internal sealed class Table : IEntityTypeConfiguration<DataDocument>
    {
        public void Configure(EntityTypeBuilder<DataDocument> builder)
        {
            builder.ToTable("data_documents").Ignore(d => d.Subject);
            builder.HasOne<DataRequest>().WithMany().HasForeignKey(d => d.Request);
            builder.Property(d => d.Covers).HasWords();
        }
    }
}
