using System.Text;

namespace Jaga.Hashing;

/// <summary>The path of a link, percent-coded in one way and without dot segments.</summary>
internal static class UrlPath
{
    /// <summary>The canonical path; <c>/</c> where there is none.</summary>
    internal static string Of(string path)
    {
        var segments = new List<string>();
        var parts = Escaped(path).Split('/');
        for (var i = path.StartsWith('/') ? 1 : 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            if (parts[i] is "..")
            {
                if (segments.Count > 0)
                    segments.RemoveAt(segments.Count - 1);
            }
            else if (parts[i] is not ".")
            {
                segments.Add(parts[i]);
                continue;
            }
            if (last)
                segments.Add("");
        }
        return "/" + string.Join('/', segments);
    }

    /// <summary>Percent-coded where it must be and nowhere else (RFC 3986 section 6.2.2): a letter that needs no coding has none, and digits are upper case.</summary>
    internal static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var one = text[i];
            if (one == '%' && Code(text, i) is { } code)
            {
                if (IsUnreserved((char)code))
                    escaped.Append((char)code);
                else
                    escaped.Append('%').Append(code.ToString("X2"));
                i += 2;
            }
            else if (IsPlain(one))
                escaped.Append(one);
            else
            {
                var pair = char.IsHighSurrogate(one) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                foreach (var octet in Encoding.UTF8.GetBytes(text, i, pair ? 2 : 1))
                    escaped.Append('%').Append(octet.ToString("X2"));
                i += pair ? 1 : 0;
            }
        }
        return escaped.ToString();
    }

    /// <summary>Without percent-coding, read as UTF-8.</summary>
    internal static string Unescaped(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '%' && Code(text, i) is { } code)
            {
                bytes.Add((byte)code);
                i += 2;
            }
            else
            {
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, pair ? 2 : 1));
                i += pair ? 1 : 0;
            }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static int? Code(string text, int at) => at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2])
        ? Convert.ToInt32(text.Substring(at + 1, 2), 16) : null;

    private static bool IsUnreserved(char one) => char.IsAsciiLetterOrDigit(one) || one is '-' or '.' or '_' or '~';

    private static bool IsPlain(char one) => IsUnreserved(one) || one is '/' or ':' or '@' or '!' or '$' or '&' or '\'' or '(' or ')' or '*' or '+' or ',' or ';' or '=';
}
