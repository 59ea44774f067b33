namespace Jaga.Items;

/// <summary>What sort of thing was sent.</summary>
public enum ItemKind
{
    Image,
    Video,
    Text,
    Link,
    Message,
}

/// <summary>Who can see the item on the platform.</summary>
public enum Visibility
{
    Public,
    Private,
    EndToEnd,
}

/// <summary>What the platform is told at once about an item.</summary>
public enum CheckVerdict
{
    /// <summary>Nothing known was found in it.</summary>
    Allow,

    /// <summary>Keep it back until a person has decided.</summary>
    Hold,

    /// <summary>Jaga could not read it. This is never "allow": the platform's policy decides, and the item is on record.</summary>
    Unreadable,
}

/// <summary>One thing that the platform sent to be checked, with its fingerprints. Kept for every check, so that look-back can search it.</summary>
public sealed class Item : IEntity
{
    public Id<Item> Id { get; init; }

    /// <summary>The platform's own id, 1 to 200 characters. Not unique: an edited item is checked again.</summary>
    public string ExternalId { get; init; } = "";

    public ItemKind Kind { get; init; }

    /// <summary>The account that sent it, by the platform's own id.</summary>
    public string? Account { get; init; }

    /// <summary>The group it was sent to, by the platform's own id.</summary>
    public string? Group { get; init; }

    public string? Url { get; init; }

    /// <summary>The file's name as the sender gave it.</summary>
    public string? Name { get; init; }

    /// <summary>Where on the platform, e.g. <c>feed</c>.</summary>
    public string? Surface { get; init; }

    public Visibility Visibility { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Region { get; init; }

    public DateTimeOffset? UploadedAt { get; init; }

    public bool? PubliclyAvailable { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public CheckVerdict Verdict { get; init; }

    /// <summary>What became of decoding, as Media's outcome in a word, or <c>hashesOnly</c>.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Why it could not be read, where it could not.</summary>
    public string? Reason { get; init; }

    public string? Format { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    public byte[]? Md5 { get; init; }

    public byte[]? Sha1 { get; init; }

    public byte[]? Sha256 { get; init; }

    /// <summary>256 bits, in the order of the hex form.</summary>
    public byte[]? Pdq { get; init; }

    /// <summary>PDQ quality, 0 to 100.</summary>
    public int? Quality { get; init; }

    /// <summary>The case that it is part of, if any.</summary>
    public Guid? Case { get; set; }

    /// <summary>Which key sent it.</summary>
    public string SentBy { get; init; } = "";

    internal sealed class Table : IEntityTypeConfiguration<Item>
    {
        public void Configure(EntityTypeBuilder<Item> builder) => builder.ToTable("items");
    }
}
