using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>
/// An agency's public OpenPGP key. It counts for nothing until an administrator, who is not the one that added it, has compared its fingerprint with one that came another way: a telephone call to a
/// published number, a visit.
/// </summary>
public sealed class EncryptionKey : IEntity, IAudited
{
    public Id<EncryptionKey> Id { get; init; }

    public Id<Agency> Agency { get; init; }

    /// <summary>The key alone, in ASCII armour.</summary>
    public required string Armored { get; init; }

    /// <summary>Of the primary key, upper-case hexadecimal without spaces.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whom the key says that it is, a line each.</summary>
    public required string Names { get; init; }

    /// <summary>E.g. <c>RSA 4096</c>.</summary>
    public required string Algorithm { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public required string AddedBy { get; init; }

    public required string AddedByName { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public string? ConfirmedBy { get; private set; }

    public string? ConfirmedByName { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>How the fingerprint was compared.</summary>
    public string? ConfirmedHow { get; private set; }

    /// <summary>When it was put out of use.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    // A key of an agency is a matter of the agency.
    public Subject Subject => Subject.Of("agency", Agency);

    /// <summary>The fingerprint in groups of four, as people read it out.</summary>
    public string Spoken => string.Join(' ', Fingerprint.Chunk(4).Select(c => new string(c)));

    /// <summary>Why it cannot be encrypted to at <paramref name="now"/>; null if it can.</summary>
    public Sentence? WhyNot(DateTimeOffset now) =>
        RetiredAt is not null ? new("The agency's key was put out of use. Add its new key, and have its fingerprint confirmed.", "Kunci lembaga ini sudah tidak dipakai. Tambahkan kunci barunya, lalu mintalah sidik jarinya dipastikan.")
        : ConfirmedAt is null ? new($"No administrator has confirmed the fingerprint {Spoken} of the agency's key. Compare it with one that came another way.", $"Belum ada administrator yang memastikan sidik jari {Spoken} dari kunci lembaga ini. Bandingkan dengan sidik jari yang datang lewat jalur lain.")
        : ExpiresAt <= now ? new($"The agency's key expired on {ExpiresAt:yyyy-MM-dd}. Ask for its new key.", $"Kunci lembaga ini kedaluwarsa pada {ExpiresAt:yyyy-MM-dd}. Mintalah kunci barunya.")
        : null;

    /// <summary>An administrator compared the fingerprint.</summary>
    /// <exception cref="BadInput">The fingerprint is another one, or nothing is said of how.</exception>
    /// <exception cref="RuleBroken">It is out of use, or it is the person who added it.</exception>
    internal void Confirm(string fingerprint, string how, Actor by, DateTimeOffset now)
    {
        if (RetiredAt is not null)
        {
            throw new RuleBroken("This key was put out of use.");
        }

        if (by.ToString() == AddedBy)
        {
            throw new RuleBroken("Two persons: a fingerprint is compared by somebody else than who added the key.");
        }

        if (!string.Concat((fingerprint ?? "").Where(char.IsAsciiHexDigit)).Equals(Fingerprint, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadInput("fingerprint", "This is not the fingerprint of the key that was added. Do not use the key; ask the agency again.");
        }

        (ConfirmedBy, ConfirmedByName, ConfirmedAt, ConfirmedHow) = (by.ToString(), by.Name, now, Sentences.Checked(how, "how"));
    }

    internal void Retire(DateTimeOffset now) => RetiredAt = RetiredAt is null ? now : throw new RuleBroken("This key was put out of use already.");

    internal sealed class Table : IEntityTypeConfiguration<EncryptionKey>
    {
        public void Configure(EntityTypeBuilder<EncryptionKey> builder)
        {
            builder.ToTable("encryption_keys").Ignore(k => k.Subject).Ignore(k => k.Spoken);
            builder.HasOne<Agency>().WithMany().HasForeignKey(k => k.Agency);
        }
    }
}
