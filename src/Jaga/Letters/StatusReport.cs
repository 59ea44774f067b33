using System.Text;
using System.Text.RegularExpressions;
using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>A mail that is no notification, or a broken one; the text says why.</summary>
public sealed class UnreadableReport(string why) : Exception(why);

/// <summary>
/// A delivery status notification (RFC 3464: <c>multipart/report</c>), read with the care that a stranger's mail asks for: sizes, parts and recipients are bounded,
/// nothing in it is decoded but the machine-readable part, and the message that it is about must be named the same way wherever it is named.
/// </summary>
/// <param name="Delivery">The message: by the envelope's id, the Message-ID of what came back, or the address that the notification was sent to.</param>
/// <param name="Action">The gravest of its recipients' actions.</param>
/// <param name="Says">The mail server's words about it.</param>
public sealed partial record StatusReport(Id<Delivery> Delivery, string Action, string? Status, string Says)
{
    /// <summary>The largest notification that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxParts = 20;
    private const int MaxRecipients = 100;

    // The gravest first.
    private static readonly string[] Actions = ["failed", "delayed", "relayed", "expanded", "delivered"];

    /// <summary>Reads a mail.</summary>
    /// <exception cref="UnreadableReport">It is none, or broken, or says nothing of whose message it is about.</exception>
    public static StatusReport Read(ReadOnlySpan<byte> mail)
    {
        if (mail.Length > MaxBytes)
        {
            throw new UnreadableReport($"It is larger than {MaxBytes / 1024} KiB.");
        }

        // One character for each byte: nothing is lost, whatever the encoding.
        var (head, body) = Split(Encoding.Latin1.GetString(mail).ReplaceLineEndings("\n"));
        var fields = Fields(head);
        var type = Value(fields, "content-type") ?? "";
        if (!type.StartsWith("multipart/report", StringComparison.OrdinalIgnoreCase))
        {
            throw new UnreadableReport("It is no delivery status notification (multipart/report).");
        }

        var boundary = Boundary().Match(type) is { Success: true } named ? named.Groups[1].Success ? named.Groups[1].Value : named.Groups[2].Value : throw new UnreadableReport("Its parts have no boundary.");
        var parts = ("\n" + body).Split("\n--" + boundary, MaxParts + 2);
        if (parts.Length > MaxParts + 1)
        {
            throw new UnreadableReport($"It has more than {MaxParts} parts.");
        }

        var (status, returned) = ((string?)null, (string?)null);
        foreach (var part in parts.Skip(1).TakeWhile(p => !p.StartsWith("--", StringComparison.Ordinal)))
        {
            var (partHead, content) = Split(part.TrimStart('\n'));
            var partFields = Fields(partHead);
            var partType = (Value(partFields, "content-type") ?? "").Split(';')[0].Trim().ToLowerInvariant();
            if (partType is "message/delivery-status" or "message/global-delivery-status")
            {
                status ??= Decode(content, Value(partFields, "content-transfer-encoding"));
            }
            else if (partType is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers")
            {
                returned ??= Decode(content, Value(partFields, "content-transfer-encoding"));
            }
        }

        return Of(status ?? throw new UnreadableReport("It has no part for machines (message/delivery-status)."), returned, fields);
    }

    private static StatusReport Of(string status, string? returned, IReadOnlyList<(string Name, string Value)> head)
    {
        var groups = status.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Fields).ToList();
        if (groups.Count is < 2 or > MaxRecipients + 1)
        {
            throw new UnreadableReport($"It tells of no recipient, or of more than {MaxRecipients}.");
        }

        var recipients = groups.Skip(1).Select(g => (Action: ActionOf(g), Status: Enhanced().Match(Value(g, "status") ?? "").Value, Says: WordsOf(g, groups[0]))).ToList();
        var gravest = recipients.MinBy(r => Array.IndexOf(Actions, r.Action));
        return new(Whose(groups[0], returned, head), gravest.Action, gravest.Status.Length > 0 ? gravest.Status : null, gravest.Says);
    }

    private static string ActionOf(IReadOnlyList<(string Name, string Value)> group)
    {
        var action = Value(group, "action")?.Trim().ToLowerInvariant() ?? "";
        return Actions.Contains(action) ? action : throw new UnreadableReport(action.Length == 0 ? "It does not say what was done (Action)." : "What it says was done (Action) is not one of RFC 3464's words.");
    }

    private static string WordsOf(IReadOnlyList<(string Name, string Value)> group, IReadOnlyList<(string Name, string Value)> message)
    {
        var words = Value(group, "diagnostic-code") is { } code ? code.Split(';', 2)[^1].Trim() : Value(group, "status") ?? "";
        var by = Value(group, "remote-mta") ?? Value(message, "reporting-mta");
        var says = by is null ? words : $"{words} ({by.Split(';', 2)[^1].Trim()})";
        return new([.. says.Take(1000).Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    // Each of the three may be missing; what is there must agree.
    private static Id<Delivery> Whose(IReadOnlyList<(string Name, string Value)> message, string? returned, IReadOnlyList<(string Name, string Value)> head)
    {
        var named = new HashSet<Guid>();
        if (Value(message, "original-envelope-id") is { } envelope && Guid.TryParseExact(envelope.Trim(), "n", out var id))
        {
            named.Add(id);
        }

        if (returned is not null && Value(Fields(Split(returned.TrimStart('\n')).Head), "message-id") is { } messageId && MessageId().Match(messageId) is { Success: true } match && Guid.TryParse(match.Groups[1].ValueSpan, out id))
        {
            named.Add(id);
        }

        foreach (var (_, value) in head.Where(f => f.Name is "to" or "delivered-to" or "x-original-to"))
        {
            if (Verp().Match(value) is { Success: true } own && Guid.TryParseExact(own.Groups[1].Value, "n", out id))
            {
                named.Add(id);
            }
        }

        return named.Count switch
        {
            1 => new(named.Single()),
            0 => throw new UnreadableReport("It does not say whose message it is about."),
            _ => throw new UnreadableReport("It names two messages at once."),
        };
    }

    private static (string Head, string Body) Split(string text) => text.Split("\n\n", 2) is [var head, var body] ? (head, body) : (text, "");

    private static List<(string Name, string Value)> Fields(string head) =>
        [.. Fold().Replace(head, " ").Split('\n').Select(l => l.Split(':', 2)).Where(l => l.Length == 2).Select(l => (l[0].Trim().ToLowerInvariant(), l[1].Trim()))];

    private static string? Value(IReadOnlyList<(string Name, string Value)> fields, string name) => fields.FirstOrDefault(f => f.Name == name).Value;

    private static string Decode(string content, string? encoding)
    {
        try
        {
            return encoding?.Trim().ToLowerInvariant() switch
            {
                null or "" or "7bit" or "8bit" or "binary" => content,
                "base64" => Encoding.Latin1.GetString(Convert.FromBase64String(content.Replace("\n", "", StringComparison.Ordinal))).ReplaceLineEndings("\n"),
                "quoted-printable" => Quoted().Replace(content.Replace("=\n", "", StringComparison.Ordinal), m => ((char)Convert.ToByte(m.Groups[1].Value, 16)).ToString()),
                _ => throw new UnreadableReport("A part of it is written in an encoding that there is not."),
            };
        }
        catch (FormatException)
        {
            throw new UnreadableReport("A part of it is not written in the encoding that it names.");
        }
    }

    [GeneratedRegex("""boundary\s*=\s*(?:"([^"\n]{1,200})"|([^\s;"]{1,200}))""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Boundary();

    // RFC 3463, section 2: three numbers, and nothing else of what a stranger's server writes there.
    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Enhanced();

    [GeneratedRegex(@"<([0-9a-fA-F-]{36})@", RegexOptions.NonBacktracking)]
    private static partial Regex MessageId();

    [GeneratedRegex(@"\+([0-9a-fA-F]{32})@", RegexOptions.NonBacktracking)]
    private static partial Regex Verp();

    [GeneratedRegex(@"\n[ \t]+", RegexOptions.NonBacktracking)]
    private static partial Regex Fold();

    [GeneratedRegex("=([0-9A-F]{2})", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
