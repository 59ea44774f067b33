namespace Jaga.Server.Pages;

/// <summary>
/// What was typed into a form that was refused. Its page is shown again at once, in the answer to the form, with the reason and the same words in it: nobody writes a letter
/// twice because of one field. A form asks for this with <see cref="TypedForms.KeepsTyped"/>, and its fields read <see cref="In"/>. Only files are chosen again.
/// </summary>
public sealed class Typed(IHttpContextAccessor accessor)
{
    /// <summary>What was typed into the form that goes to this path; nothing, where it was not refused.</summary>
    public TypedForm In(string action) => new(accessor.HttpContext?.Items[typeof(Refused)] is Refused refused && refused.Action == action ? refused.Form : null);

    /// <param name="Action">Where the form went.</param>
    /// <param name="Page">The page that it stands on, as path and query.</param>
    internal sealed record Refused(string Action, string Page, IFormCollection Form, int Status);
}

/// <summary>The words of one form, or of none.</summary>
public readonly record struct TypedForm(IFormCollection? Form)
{
    /// <summary>What was typed into a field; null where the form was not refused.</summary>
    public string? this[string field] => Form?[field].ToString();

    /// <summary>Whether a box is ticked: as it was sent, or else as it stands at first.</summary>
    public bool Ticked(string field, bool first) => Form is null ? first : Form[field] == "true";
}

/// <summary>Marks the forms that keep what was typed, and shows their pages again.</summary>
public static class TypedForms
{
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
    internal static bool Keep(HttpContext http, string page, int status)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Keeps>() is null || http.Features.Get<Microsoft.AspNetCore.Http.Features.IFormFeature>()?.Form is not { } form)
        {
            return false;
        }

        // The page reads afresh: what the refused act had in hand is not to be seen.
        http.RequestServices.GetRequiredService<Db>().ChangeTracker.Clear();
        http.Items[typeof(Typed.Refused)] = new Typed.Refused(http.Request.Path, page, form, status);
        return true;
    }
}
