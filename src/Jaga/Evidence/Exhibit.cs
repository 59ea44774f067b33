using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jaga.Evidence;

/// <summary>
/// What a decision sealed: a frozen list of evidence with its digests, the record of what was known and concluded among them, and how long it must stay.
/// Its digest is over the list; the list is over the bytes; the line that sealed it is in the audit log's tree. Nothing of it can change unseen.
/// </summary>
public sealed class Exhibit : IEntity, IAudited
{
    public Id<Exhibit> Id { get; init; }

    public Subject Subject => Subject.Of("exhibit", Id);

    public Subject About { get; init; }

    /// <summary><see cref="ExhibitList"/> as JSON, exactly the bytes under <see cref="Digest"/>.</summary>
    public required string List { get; init; }

    /// <summary>SHA-256 of <see cref="List"/> in UTF-8, lower-case hexadecimal.</summary>
    public required string Digest { get; init; }

    public DateTimeOffset SealedAt { get; init; }

    /// <summary>The clause that says how long, e.g. <c>18 USC 2258A(h)</c>.</summary>
    public required string Clause { get; init; }

    public DateTimeOffset KeepUntil { get; init; }

    /// <summary>The list, read back.</summary>
    public ExhibitList Read() => JsonSerializer.Deserialize<ExhibitList>(List, Json.Options)!;

    internal static Exhibit Of(ExhibitList list)
    {
        var text = JsonSerializer.Serialize(list, Json.Options);
        return new()
        {
            Id = list.Exhibit,
            About = new(list.AboutKind, list.AboutId),
            List = text,
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            SealedAt = list.SealedAt,
            Clause = list.Clause,
            KeepUntil = list.KeepUntil,
        };
    }

    internal sealed class Table : IEntityTypeConfiguration<Exhibit>
    {
        public void Configure(EntityTypeBuilder<Exhibit> builder) => builder.ToTable("exhibits").Ignore(e => e.Subject);
    }
}

/// <summary>What an exhibit consists of; in a bag it is <c>data/exhibit.json</c>.</summary>
/// <param name="Parts">Exhibits sealed before that go along with it, in a bag below <c>data/exhibits/</c>; null for none.</param>
public sealed record ExhibitList(
    Id<Exhibit> Exhibit, string AboutKind, string AboutId, DateTimeOffset SealedAt, string SealedBy, string Why, string Clause, DateTimeOffset KeepUntil, IReadOnlyList<ExhibitFile> Files,
    IReadOnlyList<ExhibitPart>? Parts = null);

/// <summary>An exhibit that is part of another, by the digest of its own list: whatever changes in the part no longer fits the whole.</summary>
public sealed record ExhibitPart(Id<Exhibit> Exhibit, string Digest);

/// <summary>One file of an exhibit. <paramref name="Name"/> is safe on every file system and is its path in a bag below <c>data/</c>.</summary>
public sealed record ExhibitFile(Id<VaultObject> Evidence, string Name, string MediaType, long Length, string Sha256, string Sha1, string Md5, DateTimeOffset KeptAt, string About);

/// <summary>That an exhibit needs an object.</summary>
public sealed class ExhibitObject
{
    public Id<Exhibit> ExhibitId { get; init; }

    public Id<VaultObject> ObjectId { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<ExhibitObject>
    {
        public void Configure(EntityTypeBuilder<ExhibitObject> builder)
        {
            builder.ToTable("exhibit_objects").HasKey(o => new { o.ExhibitId, o.ObjectId });
            builder.HasOne<Exhibit>().WithMany().HasForeignKey(o => o.ExhibitId);
            builder.HasOne<VaultObject>().WithMany().HasForeignKey(o => o.ObjectId);
        }
    }
}
