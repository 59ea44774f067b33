using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace Jaga.Deliveries;

/// <summary>A message in the form in which it travels (RFC 5322 and 2045): lines of ASCII that end in CR LF, the same bytes at every try.</summary>
internal static class MailText
{
    // An encoded word has at most 75 characters (RFC 2047, section 2): 12 around 60 of base64, which are 45 bytes.
    private const int WordBytes = 45;
    private const int LineLength = 76;

    /// <summary>The whole message.</summary>
    /// <param name="from">Whose address it bears.</param>
    /// <param name="id">The delivery's; it becomes the Message-ID under the sender's domain.</param>
    public static string Of(MailMessage mail, MailAddress from, Id<Delivery> id, DateTimeOffset at)
    {
        var text = new StringBuilder();
        Header(text, "From", mail.FromName is { Length: > 0 } name ? $"{Phrase(name)} <{from.Address}>" : from.Address);
        Header(text, "To", string.Join(",\r\n ", mail.To));
        Header(text, "Subject", Words(OneLine(mail.Subject)));
        Header(text, "Date", at.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(text, "Message-ID", $"<{id}@{from.Host}>");
        if (mail.ReplyTo is { Length: > 0 } reply)
        {
            Header(text, "Reply-To", reply);
        }

        if (mail.Language is { Length: > 0 } language)
        {
            Header(text, "Content-Language", language);
        }

        if (!mail.Tracked)
        {
            Header(text, "Auto-Submitted", "auto-generated");
        }

        Header(text, "MIME-Version", "1.0");
        if (mail.Files.Count == 0)
        {
            return Part(text, "text/plain; charset=utf-8", null, Plain(mail.Text)).ToString();
        }

        // "=_" occurs neither in base64 nor in a header's value.
        var boundary = $"=_{id.Value:n}";
        Header(text, "Content-Type", $"multipart/mixed; boundary=\"{boundary}\"");
        text.Append("\r\n--").Append(boundary).Append("\r\n");
        Part(text, "text/plain; charset=utf-8", null, Plain(mail.Text));
        foreach (var file in mail.Files)
        {
            text.Append("--").Append(boundary).Append("\r\n");
            Part(text, file.MediaType, file.Name, file.Content);
        }

        return text.Append("--").Append(boundary).Append("--\r\n").ToString();
    }

    private static StringBuilder Part(StringBuilder text, string type, string? file, byte[] content)
    {
        Header(text, "Content-Type", OneLine(type));
        Header(text, "Content-Transfer-Encoding", "base64");
        if (file is not null)
        {
            // The plain name for old readers, the true one beside it (RFC 2231).
            var plain = new string([.. OneLine(file).Select(c => char.IsAscii(c) && c is not ('"' or '\\') ? c : '_')]);
            Header(text, "Content-Disposition", $"attachment; filename=\"{plain}\";\r\n filename*=UTF-8''{Uri.EscapeDataString(OneLine(file))}");
        }

        text.Append("\r\n");
        var base64 = Convert.ToBase64String(content);
        for (var at = 0; at < base64.Length; at += LineLength)
        {
            text.Append(base64, at, Math.Min(LineLength, base64.Length - at)).Append("\r\n");
        }

        return text;
    }

    private static void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static byte[] Plain(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    private static string Phrase(string name) => OneLine(name) is var plain && plain.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ') ? plain : Words(plain, always: true);

    // A header is one line; whatever else it holds would be headers of its own.
    private static string OneLine(string value) => string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Words(string value, bool always = false)
    {
        if (!always && value.Length <= 900 && value.All(char.IsAscii) && !value.Contains("=?", StringComparison.Ordinal))
        {
            return value;
        }

        var (words, word) = (new List<string>(), new List<byte>());
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > WordBytes)
            {
                words.Add(Encoded(word));
                word.Clear();
            }

            word.AddRange(bytes[..length]);
        }

        return string.Join("\r\n ", [.. words, Encoded(word)]);
    }

    private static string Encoded(List<byte> word) => $"=?utf-8?B?{Convert.ToBase64String([.. word])}?=";
}
