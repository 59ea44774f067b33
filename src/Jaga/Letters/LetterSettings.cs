namespace Jaga.Letters;

/// <summary>The letterhead, and how letters are approved and sent. <c>Jaga__Letters__…</c></summary>
public sealed record LetterSettings
{
    private const int MaxLogo = 128 * 1024;

    /// <summary>Who writes, as it stands at the head of every letter.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address below it, in lines separated by <c>|</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>A PNG or JPEG file, at most 128 KiB, shown at the head; empty for none.</summary>
    public string Logo { get; init; } = "";

    /// <summary>Where answers to letters by e-mail go; empty for the sender's address.</summary>
    public string ReplyTo { get; init; } = "";

    /// <summary>Whether a letter is approved by somebody other than who wrote the version: on unless a house of one person switches it off.</summary>
    public bool ApprovedByAnother { get; init; } = true;

    /// <summary>Whether letters by e-mail carry the sheet as PDF where a Chromium is installed; else it goes as HTML.</summary>
    public bool Pdf { get; init; } = true;

    /// <summary>The Chromium that prints; empty for the distribution's.</summary>
    public string Chromium { get; init; } = "";

    /// <summary>A Maildir into which the mail server lays what comes to <c>Mail:Bounces</c>; empty for none.</summary>
    public string Bounces { get; init; } = "";

    /// <summary>The letterhead's address in lines.</summary>
    internal IReadOnlyList<string> AddressLines => Address.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal IEnumerable<string> Wrong()
    {
        if (Logo.Length > 0 && (!File.Exists(Logo) || new FileInfo(Logo).Length > MaxLogo || LogoType(File.ReadAllBytes(Logo)) is null))
        {
            yield return $"Letters:Logo is '{Logo}', which is not a PNG or JPEG file of at most {MaxLogo / 1024} KiB.";
        }

        if (Bounces.Length > 0 && !Directory.Exists(Path.Combine(Bounces, "new")))
        {
            yield return $"Letters:Bounces is '{Bounces}', which is not a Maildir: it has no folder 'new'.";
        }

        if (Chromium.Length > 0 && !File.Exists(Chromium))
        {
            yield return $"Letters:Chromium is '{Chromium}', which is not there.";
        }

        if (ReplyTo.Length > 0 && !System.Net.Mail.MailAddress.TryCreate(ReplyTo, out _))
        {
            yield return $"Letters:ReplyTo is '{ReplyTo}', which is not an e-mail address.";
        }
    }

    /// <summary>The media type of these bytes, or null where they are no picture that a letterhead takes.</summary>
    internal static string? LogoType(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, 0x50, 0x4E, 0x47, ..] ? "image/png" : bytes is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg" : null;
}
