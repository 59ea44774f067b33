namespace Jaga.Evidence;

/// <summary>What is left of destroyed evidence: that it was there, what it was, and when and why it went. Never changed and never removed.</summary>
public sealed class DestructionCertificate : IEntity
{
    public Id<DestructionCertificate> Id { get; init; }

    public Id<VaultObject> ObjectId { get; init; }

    public required string Sha256 { get; init; }

    public long Length { get; init; }

    public DateTimeOffset KeptAt { get; init; }

    /// <summary>The day until which it had to be kept.</summary>
    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset DestroyedAt { get; init; }

    /// <summary>True when the key was overwritten and deleted in the database and the file removed; false when other evidence has the same content and still needs them.</summary>
    public bool BytesErased { get; init; }

    internal static DestructionCertificate Of(VaultObject kept, bool erased, DateTimeOffset now) => new()
    {
        Id = Id<DestructionCertificate>.New(now),
        ObjectId = kept.Id,
        Sha256 = kept.Sha256,
        Length = kept.Length,
        KeptAt = kept.KeptAt,
        DueAt = kept.DestroyAfter!.Value,
        DestroyedAt = now,
        BytesErased = erased,
    };

    internal sealed class Table : IEntityTypeConfiguration<DestructionCertificate>
    {
        public void Configure(EntityTypeBuilder<DestructionCertificate> builder) => builder.ToTable("destruction_certificates");
    }
}
