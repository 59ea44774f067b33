using System.Runtime.Versioning;
using Jaga.Kernel;
using Jaga.People;
using Jaga.Server.Hma;
using Jaga.Server.Operate;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Docs;

[assembly: SupportedOSPlatform("linux")]

namespace Jaga.Server;

/// <summary>Builds the web application: rooms, pages, and the order in which a request passes through.</summary>
public static class App
{
    /// <summary>The application, not yet started, its schema not yet brought up to date.</summary>
    /// <param name="args">Settings as flags, e.g. <c>--Jaga:Storage:Data=DIR</c>.</param>
    /// <param name="change">Replaces parts, for tests: the clock, the outside world.</param>
    /// <exception cref="WrongSetting">A setting is wrong.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? change = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 128 * 1024 * 1024;
        });
        change?.Invoke(builder);
        builder.Services.AddConsole();
        builder.Services.AddJaga(builder.Configuration.GetSection("Jaga"));
        builder.Services.AddSettings<HmaSettings>(builder.Configuration.GetSection("Jaga"), "Hma", s => s.Wrong());
        builder.Services.AddSettings<ConsoleSettings>(builder.Configuration.GetSection("Jaga"), "Console", _ => []);
        builder.Services.AddSingleton<Metrics>().AddSingleton<PublicNumbers>().AddScoped<ReadNumbers>();
        builder.Services.AddHostedService<CarryOver>();
        builder.Services.AddInterface();

        var app = builder.Build();
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseTyped();
        app.UseRouting();
        app.UseHma();
        app.UsePeople();
        app.Use(IdempotentWrites.KeepBody);
        app.MapJaga();
        app.MapConsole();
        app.MapHma();
        Health.Map(app);
        Metrics.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json").Public("the interface's description holds no data");
        return app;
    }

    /// <summary>Brings the schema up to date and starts to answer.</summary>
    public static async Task Start(this WebApplication app, CancellationToken ct)
    {
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await Prepare(scope.ServiceProvider, ct);
        }

        try
        {
            await app.StartAsync(ct);
        }
        catch
        {
            // What was started before the address could be taken ends in order: it gives back what it holds, while there is still a database to give it to.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Brings the schema up to date, and makes sure that the master key is this database's.</summary>
    /// <exception cref="WrongSetting">The key is another's, or the database a newer Jaga's.</exception>
    internal static async Task Prepare(IServiceProvider parts, CancellationToken ct)
    {
        var db = parts.GetRequiredService<Db>();
        await db.Migrate(ct);
        await parts.GetRequiredService<MasterKey>().Fit(db, ct);
    }
}
