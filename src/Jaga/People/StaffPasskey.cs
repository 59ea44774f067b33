using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>A passkey of a member of staff: a public key whose private half never leaves its device (W3C Web Authentication, level 3).</summary>
public sealed class StaffPasskey : IEntity, IAudited
{
    /// <summary>Passkeys that one person may have.</summary>
    public const int Most = 20;

    public required Id<StaffPasskey> Id { get; init; }

    public required Id<StaffMember> StaffId { get; init; }

    /// <summary>The device's name for the credential, unique.</summary>
    public required byte[] CredentialId { get; init; }

    /// <summary>COSE key.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; set; }

    /// <summary>The device's count of signatures, 0 if it does not count. Going back means a copy.</summary>
    public long SignCount { get; set; }

    public required IReadOnlyList<string> Transports { get; init; }

    public bool IsUserVerified { get; set; }

    public bool IsBackupEligible { get; init; }

    public bool IsBackedUp { get; set; }

    public required byte[] AttestationObject { get; init; }

    public required byte[] ClientDataJson { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Its owner: the audit line is about the person.</summary>
    public Subject Subject => Subject.Of("staff", StaffId);

    /// <summary>The row for what the framework attested.</summary>
    internal static StaffPasskey Of(Id<StaffMember> staff, UserPasskeyInfo info, DateTimeOffset now) => new()
    {
        Id = Id<StaffPasskey>.New(now),
        StaffId = staff,
        CredentialId = info.CredentialId,
        PublicKey = info.PublicKey,
        Name = info.Name ?? "",
        SignCount = info.SignCount,
        Transports = info.Transports ?? [],
        IsUserVerified = info.IsUserVerified,
        IsBackupEligible = info.IsBackupEligible,
        IsBackedUp = info.IsBackedUp,
        AttestationObject = info.AttestationObject,
        ClientDataJson = info.ClientDataJson,
        CreatedAt = now,
    };

    /// <summary>The row in the framework's words.</summary>
    internal UserPasskeyInfo Info() =>
        new(CredentialId, PublicKey, CreatedAt, (uint)SignCount, [.. Transports], IsUserVerified, IsBackupEligible, IsBackedUp, AttestationObject, ClientDataJson) { Name = Name };

    internal sealed class Table : IEntityTypeConfiguration<StaffPasskey>
    {
        public void Configure(EntityTypeBuilder<StaffPasskey> builder)
        {
            builder.ToTable("staff_passkeys").Ignore(p => p.Subject);
            builder.HasOne<StaffMember>().WithMany().HasForeignKey(p => p.StaffId);
            builder.Property(p => p.Transports).HasWords();
        }
    }
}
