using System.Text;
using Jaga.Cases;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Jaga.Server.Pages.Cases;

/// <summary>The case's page as the one who decides has it before them, in their language and with what they may see.</summary>
public sealed class DecidedPage(IServiceProvider services, IHttpContextAccessor accessor, ILoggerFactory loggers) : IDecidedPage
{
    public async Task<byte[]?> Render(Id<Case> id, CancellationToken ct)
    {
        if (accessor.HttpContext?.Features.Get<Actor>() is not { Kind: ActorKind.Staff })
        {
            return null;
        }

        var shown = await services.GetRequiredService<ReadCaseView>().Run(id, ct);
        try
        {
            await using var renderer = new HtmlRenderer(services, loggers);
            var html = await renderer.Dispatcher.InvokeAsync(async () =>
                (await renderer.RenderComponentAsync<CasePage>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Case"] = shown }))).ToHtmlString());
            return Encoding.UTF8.GetBytes(html);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Without the page the record still holds every fact that was on it; a fault in drawing must not keep anybody from deciding.
            loggers.CreateLogger<DecidedPage>().LogError(failure, "The page of case {Case} could not be sealed with its decision", id);
            return null;
        }
    }
}
