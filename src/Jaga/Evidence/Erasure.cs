namespace Jaga.Evidence;

/// <summary>Why a piece of evidence stays although somebody asked for its erasure.</summary>
public enum ErasureGround
{
    /// <summary>A legal hold is over it.</summary>
    Held,

    /// <summary>A law or the house's own rule has it kept until a day.</summary>
    Kept,

    /// <summary>It was kept with no end: a person must decide.</summary>
    Endless,
}

/// <summary>Somebody asked to have what is kept about them erased. What they were told is never changed; how it stands now is read from the evidence itself.</summary>
public sealed class Erasure : IEntity, IAudited
{
    public Id<Erasure> Id { get; init; }

    public Subject Subject => Subject.Of("erasure", Id);

    /// <summary>Whom it concerns, by the platform's own id: an account.</summary>
    public Subject Person { get; init; }

    /// <summary>Where the request is: a letter's number, a ticket.</summary>
    public required string Reference { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public required string AskedBy { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Erasure>
    {
        public void Configure(EntityTypeBuilder<Erasure> builder) => builder.ToTable("erasures").Ignore(e => e.Subject);
    }
}

/// <summary>One piece of evidence that an erasure asked for, and what was told of it.</summary>
public sealed class ErasurePiece
{
    public Id<Erasure> ErasureId { get; init; }

    public Id<VaultObject> ObjectId { get; init; }

    public ErasureGround Told { get; init; }

    /// <summary>The day until which it is kept, where there is one.</summary>
    public DateTimeOffset? Until { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<ErasurePiece>
    {
        public void Configure(EntityTypeBuilder<ErasurePiece> builder)
        {
            builder.ToTable("erasure_pieces").HasKey(p => new { p.ErasureId, p.ObjectId });
            builder.HasOne<Erasure>().WithMany().HasForeignKey(p => p.ErasureId);
            builder.HasOne<VaultObject>().WithMany().HasForeignKey(p => p.ObjectId);
        }
    }
}
