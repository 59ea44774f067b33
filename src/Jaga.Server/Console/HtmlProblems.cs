using Jaga.Server.Pages.Shell;

namespace Jaga.Server.Pages;

/// <summary>Tells a problem as a page to whoever asked for a page; programs get problem+json (RFC 9457).</summary>
public sealed class HtmlProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        return !request.Path.StartsWithSegments("/api") && request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html");
    }

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        var page = new RazorComponentResult<ProblemPage>(new { Status = status, Detail = problem.Type is { } type && type.StartsWith("urn:jaga:", StringComparison.Ordinal) && type != "urn:jaga:bad-request" ? problem.Detail : null }) { StatusCode = status };
        await page.ExecuteAsync(context.HttpContext);
    }
}
