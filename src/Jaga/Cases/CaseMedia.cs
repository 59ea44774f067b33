using Jaga.Evidence;
using Jaga.Hashing;

namespace Jaga.Cases;

/// <summary>
/// A picture or film of a case. Pages show only <see cref="Preview"/>; <see cref="View"/> is shown while somebody holds the reveal;
/// the original never leaves the vault but as evidence.
/// </summary>
public sealed class CaseMedia : IEntity
{
    public Id<CaseMedia> Id { get; private init; }

    public Id<Case> Case { get; private init; }

    /// <summary>The bytes as they came.</summary>
    public Id<VaultObject> Original { get; private init; }

    /// <summary>Re-encoded in the limited child, at most 1,280 px; null where nothing could be made.</summary>
    public Id<VaultObject>? View { get; private init; }

    /// <summary>A grey, blurred JPEG of at most 256 px, sealed under the master key; null where nothing could be made.</summary>
    public byte[]? Preview { get; private init; }

    public string Sha256 { get; private init; } = "";

    public string Md5 { get; private init; } = "";

    /// <summary>PDQ in hex, or null where there is none: a film has none as a whole.</summary>
    public string? Pdq { get; private init; }

    /// <summary>PDQ quality, 0 to 100.</summary>
    public int? Quality { get; private init; }

    public string Format { get; private init; } = "";

    public int Width { get; private init; }

    public int Height { get; private init; }

    public static CaseMedia Of(Id<Case> @case, CapturedMedia captured, byte[]? sealedPreview, DateTimeOffset now) => new()
    {
        Id = Id<CaseMedia>.New(now),
        Case = @case,
        Original = captured.Original,
        View = captured.View,
        Preview = sealedPreview,
        Sha256 = captured.Sha256,
        Md5 = captured.Md5,
        Pdq = captured.Pdq?.Hash.ToString(),
        Quality = captured.Pdq?.Quality,
        Format = captured.Format,
        Width = captured.Width,
        Height = captured.Height,
    };

    internal sealed class Table : IEntityTypeConfiguration<CaseMedia>
    {
        public void Configure(EntityTypeBuilder<CaseMedia> builder) => builder.ToTable("case_media").HasOne<Case>().WithMany().HasForeignKey(m => m.Case);
    }
}

/// <summary>Media as the room that received it captured it. <paramref name="Preview"/> is plain; the case seals it.</summary>
public sealed record CapturedMedia(Id<VaultObject> Original, Id<VaultObject>? View, byte[]? Preview, string Sha256, string Md5, PdqFingerprint? Pdq, string Format, int Width, int Height);

/// <summary>Somebody looked at media unblurred: who, what, when, for how long. The sum of these is a person's exposure.</summary>
public sealed class Reveal : IEntity
{
    public Id<Reveal> Id { get; private init; }

    public Id<Case> Case { get; private init; }

    public Id<CaseMedia> Media { get; private init; }

    /// <summary>As <see cref="Actor.Id"/>.</summary>
    public string By { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    /// <summary>How long the hold lasted, or null where the page could not tell.</summary>
    public int? Milliseconds { get; private set; }

    public static Reveal Start(CaseMedia media, Actor by, DateTimeOffset now) =>
        new() { Id = Id<Reveal>.New(now), Case = media.Case, Media = media.Id, By = by.Id, At = now };

    /// <summary>The hold ended. Told once; a later word does not change it.</summary>
    public void End(int milliseconds) => Milliseconds ??= Math.Clamp(milliseconds, 0, 3_600_000);

    internal sealed class Table : IEntityTypeConfiguration<Reveal>
    {
        public void Configure(EntityTypeBuilder<Reveal> builder)
        {
            builder.ToTable("reveals").HasOne<Case>().WithMany().HasForeignKey(r => r.Case);
            builder.HasOne<CaseMedia>().WithMany().HasForeignKey(r => r.Media);
        }
    }
}
