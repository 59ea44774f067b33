using System.Collections.Frozen;

namespace Jaga.Hashing;

/// <summary>What a link names: host with port, path, parameters. Some hosts have several links for one page, and so a form of their own.</summary>
internal sealed record UrlPage(string Host, string Path, string[] Query)
{
    private static readonly FrozenSet<string> Shorteners = DataFile.Lines(typeof(UrlPage), "shorteners.txt").ToFrozenSet();

    private static readonly FrozenDictionary<string, string> SameHosts =
        DataFile.Lines(typeof(UrlPage), "same-hosts.txt").Select(line => line.Split(' ')).ToFrozenDictionary(hosts => hosts[0], hosts => hosts[1]);

    /// <summary>The form that the host's links have here.</summary>
    internal UrlPage OwnForm()
    {
        var page = SameHosts.TryGetValue(Host, out var same) ? this with { Host = same } : this;
        if (Shorteners.Contains(page.Host))
            return page with { Path = "/" + page.Path.Trim('/').TrimEnd('+'), Query = [] };
        return page.Host switch
        {
            "youtu.be" => page.Film(page.Path.Split('/')[1]),
            "www.youtube.com" => page.Film(page.Path.Split('/') is ["", "shorts" or "live" or "embed" or "v", var id, ..] ? id
                : page.Path == "/watch" ? UrlQuery.Value(page.Query, "v") : null),
            "t.me" => page with { Path = Chat(page.Path), Query = [] },
            "api.whatsapp.com" => page.Path is "/send" or "/send/" && UrlQuery.Value(page.Query, "phone") is { } phone ? Phone(phone) : page,
            "wa.me" => Phone(page.Path.Trim('/')),
            _ => page,
        };
    }

    /// <summary>Without the scheme.</summary>
    public override string ToString() => Host + Path + (Query.Length > 0 ? "?" + string.Join('&', Query) : "");

    // The page of one film; this one where it names none.
    private UrlPage Film(string? id) => id is { Length: > 0 } && id.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_') ? new("www.youtube.com", "/watch", ["v=" + id]) : this;

    private static UrlPage Phone(string number) => new("wa.me", "/" + string.Concat(UrlPath.Unescaped(number).Where(char.IsAsciiDigit)), []);

    // Names are the same in upper and lower case, the keys of invitations are not; a preview and a message lead to the chat.
    private static string Chat(string path) => path.Trim('/').Split('/') switch
    {
        ["joinchat", { Length: > 0 } key, ..] => "/+" + key,
        ["s", { Length: > 0 } name, ..] => "/" + name.ToLowerInvariant(),
        [var key, ..] when key.StartsWith('+') => "/" + key,
        [var name, ..] => "/" + name.ToLowerInvariant(),
        [] => "/",
    };
}
