using System.Globalization;
using Jaga.Obligations;
using Jaga.People;
using Microsoft.AspNetCore.WebUtilities;

namespace Jaga.Server.Pages;

/// <summary>The colours that a reader wants.</summary>
public enum Theme
{
    /// <summary>As the reader's system has it.</summary>
    Auto,

    Light,

    Dark,
}

/// <summary>Who looks at the page, and how they want it: language, colours, what they may do.</summary>
public sealed class Viewer
{
    public const string LanguageCookie = "jaga-language";
    public const string ThemeCookie = "jaga-theme";

    /// <summary>An IANA name. The script sets it for as long as the browser is open; the form on the calendar for longer.</summary>
    public const string ZoneCookie = "jaga-zone";

    private readonly HttpContext _http;

    public Viewer(IHttpContextAccessor accessor, TimeProvider clock)
    {
        _http = accessor.HttpContext ?? throw new InvalidOperationException("A page is shown to a request.");
        Now = clock.GetUtcNow();
        Language = Speaks(_http.Request.Cookies[LanguageCookie]) ?? Speaks(_http.Features.Get<Presence>()?.Language) ?? Accepted(_http.Request) ?? Text.Languages[0];
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(_http.Request.Cookies[ZoneCookie] is { Length: > 0 and <= 64 } zone ? zone : Language is "id" ? "Asia/Jakarta" : "UTC", out var known) ? known : TimeZoneInfo.Utc;
        Theme = Enum.TryParse<Theme>(_http.Request.Cookies[ThemeCookie], ignoreCase: true, out var theme) ? theme : Theme.Auto;
    }

    /// <summary>Whoever is signed in, or null.</summary>
    public Actor? Actor => _http.Features.Get<Actor>();

    /// <summary>A language of <see cref="Text.Languages"/>: the one chosen in this browser, else the account's, else the first that the browser accepts and Jaga speaks.</summary>
    public string Language { get; }

    public Theme Theme { get; }

    /// <summary>The theme to render: for <see cref="Theme.Auto"/> what the browser hints at, else light; the script corrects it before the first paint.</summary>
    public Theme Shown => Theme is not Theme.Auto ? Theme : _http.Request.Headers["Sec-CH-Prefers-Color-Scheme"] == "dark" ? Theme.Dark : Theme.Light;

    /// <summary>The present by the server's clock, one for the whole page.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The zone in which this reader counts days; until the browser has told, Jakarta's for whoever reads Indonesian, else UTC.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>A moment on the reader's clock.</summary>
    public DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).DateTime;

    /// <summary>The reader's day of a moment.</summary>
    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(Local(at));

    /// <summary>The moment that was written into a field for day and time, on the reader's clock; null for an empty one. Of a time that the clocks show twice, the earlier.</summary>
    /// <param name="field">Its name, for the refusal.</param>
    /// <exception cref="BadInput">It is not a time.</exception>
    public DateTimeOffset? Time(string field, string? written) => string.IsNullOrWhiteSpace(written) ? null
        : DateTime.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Kind is DateTimeKind.Unspecified && local.Year is > 1900 and < 2200 ? (BusinessCalendar.Utc with { Zone = Zone }).Instant(local)
        : throw new BadInput(field, "This is not a time.");

    /// <summary>The path and query of this page, to come back to.</summary>
    public string Here => _http.Request.Path + _http.Request.QueryString;

    /// <summary>Whether whoever is signed in holds <paramref name="permission"/>.</summary>
    public bool May(Permission permission) => Actor?.May(permission) ?? false;

    /// <summary>A parameter of this page's query, or null.</summary>
    public string? Asked(string name) => _http.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>This page with one parameter of its query set, or taken away by null.</summary>
    public string HereWith(string name, string? value) => QueryHelpers.AddQueryString(
        _http.Request.Path,
        _http.Request.Query.Where(q => q.Key != name).Select(q => KeyValuePair.Create(q.Key, q.Value)).Append(new(name, value)).Where(q => q.Value.Count > 0 && q.Value[0] is not null));

    private static string? Speaks(string? language) => Text.Languages.Contains(language) ? language : null;

    private static string? Accepted(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(l => l.Quality ?? 1)
        .Select(l => Speaks(l.Value.Value?.Split('-')[0].ToLowerInvariant()))
        .FirstOrDefault(l => l is not null);
}
