namespace Jaga.Evidence;

/// <summary>Something kept as evidence: what it is about, its digests, and how long it stays. Its bytes may be shared with other objects; its custody is its own.</summary>
public sealed class VaultObject : IEntity, IAudited
{
    public Id<VaultObject> Id { get; init; }

    public Subject Subject => Subject.Of("evidence", Id);

    /// <summary>The bytes; null once they were destroyed for this object.</summary>
    public Id<VaultBlob>? BlobId { get; private set; }

    /// <summary>Lower-case hexadecimal, as are the others.</summary>
    public required string Sha256 { get; init; }

    public required string Sha1 { get; init; }

    /// <summary>For receivers that compare by it (NCMEC). It protects nothing.</summary>
    public required string Md5 { get; init; }

    /// <summary>In bytes.</summary>
    public long Length { get; init; }

    public required string MediaType { get; init; }

    public Subject About { get; init; }

    public DateTimeOffset KeptAt { get; init; }

    public required string KeptBy { get; init; }

    /// <summary>The day after which it is destroyed, unless a hold or an exhibit needs it; null: it has no end.</summary>
    public DateTimeOffset? DestroyAfter { get; private set; }

    public DateTimeOffset? DestroyedAt { get; private set; }

    internal static VaultObject Of(VaultBytes bytes, Id<VaultBlob> blob, string mediaType, Subject about, Actor actor, DateTimeOffset? destroyAfter, DateTimeOffset now) => new()
    {
        Id = Id<VaultObject>.New(now),
        BlobId = blob,
        Sha256 = bytes.Sha256,
        Sha1 = bytes.Sha1,
        Md5 = bytes.Md5,
        Length = bytes.Length,
        MediaType = mediaType,
        About = about,
        KeptAt = new(now.UtcTicks / 10 * 10, TimeSpan.Zero),
        KeptBy = actor.ToString(),
        DestroyAfter = destroyAfter,
    };

    /// <summary>Keeps it at least until <paramref name="until"/>. Retention is never shortened: a later day, or none, stays.</summary>
    public void KeepAtLeastUntil(DateTimeOffset until)
    {
        if (DestroyedAt is not null)
        {
            throw new RuleBroken("This evidence was destroyed; it cannot be kept longer.");
        }

        DestroyAfter = DestroyAfter is { } now && now < until ? until : DestroyAfter;
    }

    internal void Destroy(DateTimeOffset now)
    {
        if (DestroyAfter is not { } due || due > now)
        {
            throw new RuleBroken("This evidence is to be kept longer.");
        }

        (BlobId, DestroyedAt) = (null, now);
    }

    internal sealed class Table : IEntityTypeConfiguration<VaultObject>
    {
        public void Configure(EntityTypeBuilder<VaultObject> builder)
        {
            builder.ToTable("vault_objects").Ignore(o => o.Subject);
            builder.HasOne<VaultBlob>().WithMany().HasForeignKey(o => o.BlobId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}

/// <summary>How the bytes of a vault file were when somebody last looked.</summary>
public enum BlobState
{
    Whole,

    /// <summary>The file is gone.</summary>
    Missing,

    /// <summary>The file does not open as it was sealed.</summary>
    Altered,
}

/// <summary>The bytes of evidence: one encrypted file, shared by all objects of the same content. The row holds the file's key: without it the file is noise, and copies of the database are the only others.</summary>
public sealed class VaultBlob : IEntity
{
    public Id<VaultBlob> Id { get; init; }

    public required string Sha256 { get; init; }

    public long Length { get; init; }

    /// <summary>Names the file, <c>vault/ab/ID</c>; not the content's digest, which would tell whoever sees the disk what is kept.</summary>
    public Guid File { get; private set; }

    public required byte[] WrappedKey { get; set; }

    /// <summary>Which <see cref="IKeyEnvelope"/> wrapped the key.</summary>
    public required string Envelope { get; set; }

    public BlobState State { get; private set; }

    /// <summary>When it was last read to its end.</summary>
    public DateTimeOffset CheckedAt { get; private set; }

    /// <summary>When it was last tried and could not be read, so that nobody knows how it is; null once it was read again.</summary>
    public DateTimeOffset? UnreadAt { get; private set; }

    /// <summary>Why it could not be read.</summary>
    public string? UnreadBecause { get; private set; }

    /// <summary>Notes how the file was found.</summary>
    internal void Found(BlobState state, DateTimeOffset now) => (State, CheckedAt, UnreadAt, UnreadBecause) = (state, now, null, null);

    /// <summary>Notes that the file could not be read: that says neither that it is whole nor that it is lost.</summary>
    internal void Unread(string because, DateTimeOffset now) => (UnreadAt, UnreadBecause) = (now, because.Length > 2000 ? because[..2000] : because);

    /// <summary>The same content came again when the old file was lost: the new file takes its place.</summary>
    internal void Replace(VaultBytes bytes, DateTimeOffset now) =>
        (File, WrappedKey, Envelope, State, CheckedAt, UnreadAt, UnreadBecause) = (bytes.File, bytes.WrappedKey, bytes.Envelope, BlobState.Whole, now, null, null);

    internal sealed class Table : IEntityTypeConfiguration<VaultBlob>
    {
        public void Configure(EntityTypeBuilder<VaultBlob> builder) => builder.ToTable("vault_blobs");
    }
}

/// <summary>Bytes that are durably in the vault's folder and not yet anybody's: given to <see cref="Vault.Keep(VaultBytes, string, Subject, Actor, string, DateTimeOffset?, CancellationToken)"/> in a transaction, or swept away.</summary>
public sealed record VaultBytes(Guid File, string Sha256, string Sha1, string Md5, long Length, byte[] WrappedKey, string Envelope);
