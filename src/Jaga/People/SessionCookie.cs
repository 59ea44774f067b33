namespace Jaga.People;

/// <summary>The cookie that carries a session's token: for this host only, not for scripts, not sent with other sites' requests.</summary>
public static class SessionCookie
{
    // The __Host- prefix makes the browser itself refuse a cookie set by a neighbouring subdomain (RFC 6265bis, section 4.1.3.2); it needs https.
    public const string Secured = "__Host-jaga";
    public const string Plain = "jaga";

    public static string? Read(HttpRequest request) => request.Cookies[request.IsHttps ? Secured : Plain];

    public static void Write(HttpContext http, string token) => http.Response.Cookies.Append(http.Request.IsHttps ? Secured : Plain, token, Options(http));

    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(http.Request.IsHttps ? Secured : Plain, Options(http));

    // Without an expiry: the browser forgets it when it is closed, and when the session ends is for the row to say.
    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };
}
