using System.Security.Cryptography;
using System.Text;

namespace Jaga.Server.Pages;

/// <summary>
/// What was typed into a form that was refused. Its page is shown again at once, in the answer to the form, with the reason and the same words in it: nobody writes a letter
/// twice because of one field. A form asks for this with <see cref="TypedForms.KeepsTyped"/>, and its fields read <see cref="In"/>. Only files are chosen again.
/// </summary>
public sealed class Typed(IHttpContextAccessor accessor)
{
    /// <summary>What was typed into the form that goes to this path; nothing, where it was not refused.</summary>
    public TypedForm In(string action) => accessor.HttpContext?.Items[typeof(Refused)] is Refused refused && refused.Action == action ? new(refused.Form, refused.Wrong) : default;

    /// <param name="Action">Where the form went.</param>
    /// <param name="Page">The page that it stands on, as path and query.</param>
    /// <param name="Wrong">What of the input cannot be, by its fields; null where another rule was broken.</param>
    internal sealed record Refused(string Action, string Page, IFormCollection Form, int Status, IReadOnlyDictionary<string, string[]>? Wrong);
}

/// <summary>The words of one form, or of none.</summary>
/// <param name="Wrong">Why it was refused, by fields.</param>
public readonly record struct TypedForm(IFormCollection? Form, IReadOnlyDictionary<string, string[]>? Wrong = null)
{
    /// <summary>What was typed into a field; null where the form was not refused.</summary>
    public string? this[string field] => Form?[field].ToString();

    /// <summary>Why a field was refused, in the rules' sentences; none where it was not. What is wrong in a part of it (<c>locations[2]</c>) is wrong in it.</summary>
    public IReadOnlyList<string> Why(string field) =>
        Wrong is null ? [] : [.. Wrong.Where(w => string.Equals(w.Key.Split('[', '.')[0], field, StringComparison.OrdinalIgnoreCase)).SelectMany(w => w.Value)];

    /// <summary>Whether a box is ticked: as it was sent, or else as it stands at first.</summary>
    public bool Ticked(string field, bool first) => Form is null ? first : Form[field] == "true";
}

/// <summary>Marks the forms that keep what was typed, and shows their pages again.</summary>
public static class TypedForms
{
    private const int DigestLength = 8;
    private const int LongestPage = 1000;

    private sealed class Keeps;

    /// <summary>Where it is refused, the form's page comes back with what was typed.</summary>
    public static TBuilder KeepsTyped<TBuilder>(this TBuilder form)
        where TBuilder : IEndpointConventionBuilder => form.WithMetadata(new Keeps());

    /// <summary>Before the routing: a page that is to be shown again is asked for like any other, by the same reader.</summary>
    public static IApplicationBuilder UseTyped(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (http.Items[typeof(Typed.Refused)] is Typed.Refused refused && !http.Response.HasStarted)
        {
            var (path, query) = refused.Page.IndexOf('?', StringComparison.Ordinal) is > 0 and var at ? (refused.Page[..at], refused.Page[at..]) : (refused.Page, "");
            (http.Request.Method, http.Request.Path, http.Request.QueryString) = (HttpMethods.Get, path, new(query));
            http.SetEndpoint(null);
            http.Request.RouteValues = new();
            http.Response.StatusCode = refused.Status;
            await next(http);
        }
    });

    /// <summary>Keeps the form that the request sent, where its endpoint wants that, and says whether it did.</summary>
    internal static bool Keep(HttpContext http, string? page, int status, IReadOnlyDictionary<string, string[]>? wrong)
    {
        if (page is null || http.GetEndpoint()?.Metadata.GetMetadata<Keeps>() is null || http.Features.Get<Microsoft.AspNetCore.Http.Features.IFormFeature>()?.Form is not { } form)
        {
            return false;
        }

        // Once it was refused the browser stands at the form's own address, where its page is not: a second refusal finds the page in this cookie.
        if (page.Split('?')[0] == http.Request.Path && http.Request.Cookies[Cookie(http)] is { } before)
        {
            page = Jaga.People.LocalPath.OrHome(before);
        }
        else if (page.Length <= LongestPage)
        {
            http.Response.Cookies.Append(Cookie(http), page, new() { Path = http.Request.Path, HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromHours(1) });
        }

        // The page reads afresh: what the refused act had in hand is not to be seen.
        http.RequestServices.GetRequiredService<Db>().ChangeTracker.Clear();
        http.Items[typeof(Typed.Refused)] = new Typed.Refused(http.Request.Path, page, form, status, wrong);
        return true;
    }

    // One for each form: a browser sends a cookie to every path below its own as well, and of two with one name only one is read.
    private static string Cookie(HttpContext http) => $"jaga-form-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Path.Value ?? "")))[..DigestLength]}";
}
