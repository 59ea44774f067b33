using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Hashing;

/// <summary>
/// A link in the one form that all spellings of it have: RFC 3986 section 6 and the parser of the WHATWG URL Standard, and beyond them what says
/// nothing about the page that is meant.
/// </summary>
/// <remarks>
/// <para>
/// By the standards: white space round it and line breaks within are dropped, <c>\</c> is <c>/</c>, the host is lower case and ASCII (UTS 46), an IPv4
/// address in any of its notations has four decimal numbers, the port is left out where it is 80 or 443, dot segments are resolved, percent-coding
/// stands where it must and in upper case.
/// </para>
/// <para>
/// Beyond them: <c>http</c> is <c>https</c>; a link without scheme is one; user and password, the fragment, dots at the host's end and tracking parameters
/// (<c>tracking-parameters.txt</c>) are dropped; parameters are sorted; other hosts of the same pages (<c>same-hosts.txt</c>) are one; the links of
/// shorteners (<c>shorteners.txt</c>) are host and path alone; YouTube's, Telegram's and WhatsApp's short links and long ones are one; and what lists write
/// so that nobody clicks it (<c>hxxp</c>, <c>example[.]com</c>) is read. Nothing is fetched: where a short link leads is not asked.
/// </para>
/// </remarks>
public sealed class CanonicalUrl : IEquatable<CanonicalUrl>
{
    /// <summary>Characters (UTF-16 units) of the longest link read.</summary>
    public const int MaxLength = 8_192;

    private static readonly char[] Separators = [' ', '\t', '\n', '\r', '<', '>', '"', '\u00A0', '|'];
    private static readonly char[] Around = ['.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '\'', '*', '_', '“', '”', '‘', '’', '…'];
    private static readonly SearchValues<char> NotInSchemes = SearchValues.Create("/?#@[.");

    private CanonicalUrl(UrlHost host, string rest) => (Host, Skeleton, IsDisguised, Text) = (host.Name, host.Skeleton, host.IsDisguised, "https://" + rest);

    /// <summary>The canonical form, ASCII only; its own canonical form.</summary>
    public string Text { get; }

    /// <summary>The host in ASCII, e.g. <c>xn--bcher-kva.example</c>, <c>192.0.2.1</c> or <c>[2001:db8::1]</c>.</summary>
    public string Host { get; }

    /// <summary>
    /// What the host is read as (UTS 39 section 4, with the small table <c>lookalikes.txt</c>, 0 as o, 1 and i as l, rn as m and vv as w): hosts with the
    /// same skeleton may be taken for each other. For comparison only; it need not be a host.
    /// </summary>
    public string Skeleton { get; }

    /// <summary>Whether the host has letters beyond ASCII and yet reads as if it had none: made to be taken for another.</summary>
    public bool IsDisguised { get; }

    /// <summary>The SHA-256 of <see cref="Text"/>.</summary>
    public Digest Digest => Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Reads a link; false where the text is not one of <c>http</c> or <c>https</c>, or is longer than <see cref="MaxLength"/>.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out CanonicalUrl? url)
    {
        url = null;
        if (text is null || text.Length > MaxLength || WithoutScheme(text) is not { Length: > 0 } rest)
            return false;

        rest = rest.TrimStart('/');
        var end = rest.AsSpan().IndexOfAny('/', '?', '#') is >= 0 and var at ? at : rest.Length;
        var (authority, path) = (rest[..end], rest[end..]);
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = authority.LastIndexOf(':') is >= 0 and var found && found > authority.LastIndexOf(']') ? found : authority.Length;
        if (!UrlHost.TryRead(authority[..colon], out var host) || Port(authority[colon..]) is not { } port)
            return false;

        path = path.Split('#', 2)[0];
        var question = path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? mark : path.Length;
        var page = new UrlPage(host.Name + port, UrlPath.Of(path[..question]), UrlQuery.Of(path[question..])).OwnForm();
        url = new(page.Host == host.Name + port || !UrlHost.TryRead(page.Host, out var own) ? host : own, page.ToString());
        return true;
    }

    /// <summary>
    /// The links that stand in a text: what begins with a scheme, and what has a dot within and letters behind the last one. In their order, each once, at most
    /// <paramref name="most"/>.
    /// </summary>
    public static IReadOnlyList<CanonicalUrl> FindAll(string text, int most = 100)
    {
        var found = new List<CanonicalUrl>();
        foreach (var word in (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            if (found.Count < most && word.Trim(Around) is { Length: > 3 } trimmed && LooksLikeOne(trimmed) && TryRead(trimmed, out var url) && !found.Contains(url))
                found.Add(url);
        return found;
    }

    /// <summary>Whether both are the same link.</summary>
    public bool Equals(CanonicalUrl? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CanonicalUrl);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical form.</summary>
    public override string ToString() => Text;

    private static bool LooksLikeOne(string word)
    {
        if (word.Contains("://", StringComparison.Ordinal))
            return true;
        var host = word.Replace("[.]", ".", StringComparison.Ordinal).Split('/', '?', '#', ':')[0];
        var dot = host.LastIndexOf('.');
        return dot > 0 && !host.Contains('@', StringComparison.Ordinal) && host.Length - dot is > 2 and <= 25 && host.AsSpan(dot + 1).IndexOfAnyExceptInRange('A', 'z') < 0;
    }

    // What follows the scheme, with slashes the right way round; null for another scheme.
    private static string? WithoutScheme(string text)
    {
        var plain = new StringBuilder(text.Length);
        var path = true; // a backslash is a slash up to the query
        foreach (var one in text.Trim())
        {
            path &= one is not ('?' or '#');
            if (one is not ('\t' or '\n' or '\r'))
                plain.Append(one == '\\' && path ? '/' : one);
        }
        var link = plain.Replace("[.]", ".").Replace("(.)", ".").Replace("[:]", ":").ToString().Trim('\0', ' ');
        var colon = link.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || link.AsSpan(0, colon).ContainsAny(NotInSchemes))
            return link;
        return link[..colon].ToUpperInvariant() switch
        {
            "HTTP" or "HTTPS" or "HXXP" or "HXXPS" => link[(colon + 1)..],
            _ => link.Length > colon + 1 && char.IsAsciiDigit(link[colon + 1]) ? link : null, // localhost:8080
        };
    }

    private static string? Port(string text)
    {
        if (text.Length <= 1)
            return "";
        return text.Length > 16 || text.AsSpan(1).ContainsAnyExceptInRange('0', '9') || long.Parse(text.AsSpan(1)) is not (<= ushort.MaxValue and var port) ? null
            : port is 80 or 443 ? "" : $":{port}";
    }
}
