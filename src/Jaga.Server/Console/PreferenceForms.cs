using Jaga.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages;

/// <summary>Language, colours and time zone, kept in the reader's own browser.</summary>
public static class PreferenceForms
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/preferences/language", (HttpContext http, [FromForm] string language, [FromForm] string back) =>
            Text.Languages.Contains(language) ? Keep(http, Viewer.LanguageCookie, language, back) : throw new BadInput("language", "Jaga does not speak this language."))
            .Public("everybody may choose the language they read");
        pages.MapPost("/preferences/theme", (HttpContext http, [FromForm] string theme, [FromForm] string back) =>
            Enum.TryParse<Theme>(theme, ignoreCase: true, out var known) && Enum.IsDefined(known) ? Keep(http, Viewer.ThemeCookie, theme, back) : throw new BadInput("theme", "There is auto, light and dark."))
            .Public("everybody may choose their colours");
        pages.MapPost("/preferences/zone", (HttpContext http, [FromForm] string zone, [FromForm] string back) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(zone.Trim(), out var known) ? Keep(http, Viewer.ZoneCookie, known.Id, back) : throw new BadInput("zone", "This is not the name of a time zone, such as Asia/Jakarta."))
            .Public("everybody may choose the clock they read");
    }

    private static RedirectHttpResult Keep(HttpContext http, string cookie, string value, string back)
    {
        http.Response.Cookies.Append(cookie, value, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = Kept });
        return TypedResults.LocalRedirect(LocalPath.OrHome(back));
    }
}
