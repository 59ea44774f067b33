using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Jaga.Exchanges.Protocols;

/// <summary>Reads JSON from outside, where anything may be missing or be of another kind than it should.</summary>
internal static partial class JsonAnswer
{
    private static readonly JsonDocumentOptions Rules = new() { MaxDepth = 16 };

    /// <summary>The object that an answer is. What is no character in it stands as U+FFFD, so that no text of it throws when it is read; no key and no hash has one.</summary>
    /// <exception cref="ExchangeFailure">It is none.</exception>
    public static JsonElement Object(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(Characters(body), Rules);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : throw Unreadable(body, "This is JSON, but not an object.");
        }
        catch (JsonException broken)
        {
            throw Unreadable(body, $"This is not JSON, from byte {broken.BytePositionInLine} of line {broken.LineNumber + 1} on.");
        }
    }

    /// <summary>The list of this name.</summary>
    /// <exception cref="ExchangeFailure">There is none.</exception>
    public static IEnumerable<JsonElement> Records(JsonElement answer, string name, byte[] body) =>
        answer.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : throw Unreadable(body, $"The answer has no list of '{name}'.");

    /// <summary>A member's text; empty where there is none. Numbers are texts too.</summary>
    public static string Text(JsonElement element, string name) => element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Number => value.GetRawText(), _ => "" }
        : "";

    /// <summary>A member's whole number, or null.</summary>
    public static long? Number(JsonElement element, string name) => long.TryParse(Text(element, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether a member is true.</summary>
    public static bool Is(JsonElement element, string name) => element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    /// <summary>The text of a member in an answer that is not whole JSON, if it stands there plainly; empty otherwise.</summary>
    public static string Salvage(string excerpt, string name) => Regex.Match(excerpt, $"\"{name}\"\\s*:\\s*\"([^\"\\\\]{{1,500}})\"", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100)) is { Success: true } found ? found.Groups[1].Value : "";

    // JSON's parser lets bytes pass that are not UTF-8, and "\ud800" without its other half; whoever then asks for the text is thrown at.
    private static byte[] Characters(byte[] body) => Utf8.IsValid(body) && body.AsSpan().IndexOf("\\ud"u8) < 0 && body.AsSpan().IndexOf("\\uD"u8) < 0 ? body
        : Encoding.UTF8.GetBytes(Escapes().Replace(Encoding.UTF8.GetString(body), e => e.Groups["half"].Success ? @"\ufffd" : e.Value));

    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Escapes();

    public static ExchangeFailure Unreadable(byte[] body, string sentence) =>
        new(FailureKind.Unreadable, sentence, excerpt: ToldEntries.Clean(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, SetAsideEntry.MaxExcerpt))), SetAsideEntry.MaxExcerpt));
}
