using Microsoft.Net.Http.Headers;

namespace Jaga.People;

/// <summary>
/// Tells writes that another site made a browser send. Browsers say where a request comes from (<c>Sec-Fetch-Site</c>, W3C Fetch Metadata;
/// on plain http <c>Origin</c>, RFC 6454); programs without either show that they are no browser's form by a header that forms cannot set.
/// </summary>
public static class CrossSite
{
    /// <summary>A header with any value, for programs that write with a session cookie.</summary>
    public const string Header = "X-Jaga-Csrf";

    /// <summary>True for a write that may have been forged.</summary>
    /// <param name="known">Whom the request was recognised as: by its cookie, which a browser sends whether its user wants or not, or by its key.</param>
    public static bool Refuses(HttpRequest request, Presence? known)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return false;
        }

        // A key is not sent by a browser on its own; a password that a proxy asked for (Basic) is.
        if (known is { Session: null })
        {
            return false;
        }

        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is not ("same-origin" or "none");
        }

        if (request.Headers[HeaderNames.Origin].ToString() is { Length: > 0 } origin)
        {
            return !Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != new Uri($"{request.Scheme}://{request.Host}").Authority;
        }

        return known is not null && !request.Headers.ContainsKey(Header);
    }
}
