using Microsoft.AspNetCore.Http.HttpResults;

namespace Jaga.Server.Pages;

/// <summary>
/// The pages of the staff: rendered on the server, without circuits. Each page is an endpoint with a permission like any other;
/// forms post to endpoints and are redirected, so that everything works without script.
/// </summary>
public static class ConsolePages
{
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddScoped<Viewer>();
        services.AddScoped(s => new Text(s.GetRequiredService<Viewer>().Language));
        services.AddScoped<Messages>();
        services.AddScoped<ReadStanding>();
        return services.AddSingleton<IProblemDetailsWriter, HtmlProblems>();
    }

    /// <summary>Maps pages, forms and assets.</summary>
    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder routes)
    {
        Bundle.Map(routes);
        // No antiforgery tokens: the gate refuses every write that another site may have caused (People/CrossSite).
        var pages = routes.MapGroup("").ExcludeFromDescription().DisableAntiforgery().AddEndpointFilter(new TellInThePage());
        PreferenceForms.Map(pages);
        return routes;
    }

    /// <summary>A page.</summary>
    public static RazorComponentResult<TPage> Page<TPage>(object? parameters = null)
        where TPage : Microsoft.AspNetCore.Components.IComponent => parameters is null ? new() : new(parameters);
}
