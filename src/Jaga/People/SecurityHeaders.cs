namespace Jaga.People;

/// <summary>The headers that keep browsers strict, on every answer.</summary>
public static class SecurityHeaders
{
    // data: for the small pictures inside Tabler's style sheet, blob: for a picture while it is held in view; everything else is a file of Jaga's own.
    private const string Policy =
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        // At the start of the answer, because the exception handler clears what was set before.
        http.Response.OnStarting(static state =>
        {
            var (headers, http) = (((HttpContext)state).Response.Headers, (HttpContext)state);
            if (headers.ContentSecurityPolicy.Count == 0)
            {
                // What is no page of Jaga's (a letter's sheet) comes with a stricter policy of its own.
                headers.ContentSecurityPolicy = Policy;
            }

            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            // Not no-referrer: browsers would then send "Origin: null" with Jaga's own forms.
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            // So that the first page comes in the colours that the reader's system has.
            headers["Accept-CH"] = headers["Critical-CH"] = "Sec-CH-Prefers-Color-Scheme";
            if (http.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            // What somebody was allowed to see stays out of every cache, also the browser's.
            if (headers.CacheControl.Count == 0 && (http.Features.Get<Presence>() is not null || http.Response.StatusCode >= 400))
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        }, http);
        return next(http);
    });
}
