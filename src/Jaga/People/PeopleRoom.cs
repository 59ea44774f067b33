using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Jaga.People;

/// <summary>Who works here and which programs call: accounts, roles, sign-in, sessions, keys, and the gate that measures every request against the <see cref="Matrix"/>.</summary>
public sealed class PeopleRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<PeopleSettings>(configuration, "People", s => s.Wrong());
        services.AddSingleton<KnownKeys>();
        services.AddScoped<KnownSessions>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
    }
}

/// <summary>The room's part of a request's way.</summary>
public static class PeopleGate
{
    /// <summary>Believes trusted proxies about the caller's address. Comes first.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<PeopleSettings>();
        if (settings.TrustedProxies.Count == 0)
        {
            return app;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = settings.TrustedProxies.Count };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in settings.TrustedProxies)
        {
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        }

        return app.UseForwardedHeaders(options);
    }

    /// <summary>Recognises the caller and enforces the endpoints' marks. Comes after routing.</summary>
    public static IApplicationBuilder UsePeople(this IApplicationBuilder app) => app.UseMiddleware<Gate>();
}
