namespace Jaga.Deliveries;

/// <summary>One message by e-mail: plain text, and files where there are any.</summary>
/// <param name="To">One address; none where <see cref="SealedTo"/> holds it.</param>
public sealed record MailMessage(IReadOnlyList<string> To, string Subject, string Text)
{
    /// <summary>The type of a delivery of mail, unless the room that sends it has its own.</summary>
    public const string Type = "mail";

    /// <summary>Shown beside the sender's address; null for the address alone.</summary>
    public string? FromName { get; init; }

    /// <summary>Where an answer goes; null for the sender's address.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The text's language (BCP 47, e.g. <c>id</c>); null where it has more than one.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// Correspondence with somebody outside: the mail server is asked to tell what becomes of it (RFC 3461), it is sent from an address of its own
    /// where <see cref="MailSettings.Bounces"/> is set, and it does not call itself automatic.
    /// </summary>
    public bool Tracked { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>An address that the record must not show, sealed by <see cref="Seal"/>; it is opened only on the way to the mail server and stands in no attempt. Null where <see cref="To"/> says it.</summary>
    public byte[]? SealedTo { get; init; }

    /// <summary>Seals an address for <see cref="SealedTo"/>.</summary>
    public static byte[] Seal(MasterKey master, string address) => master.Seal(Purpose, System.Text.Encoding.UTF8.GetBytes(address));

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    internal static string Open(MasterKey master, byte[] address) => System.Text.Encoding.UTF8.GetString(master.Open(Purpose, address));

    private const string Purpose = "mail-to";
}

/// <summary>A file that goes with a message.</summary>
/// <param name="Name">At most 100 characters.</param>
public sealed record MailFile(string Name, string MediaType, byte[] Content);
