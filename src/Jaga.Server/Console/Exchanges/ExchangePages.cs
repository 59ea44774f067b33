using Jaga.Banks;
using Jaga.Exchanges;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Exchanges;

/// <summary>Pages and forms of the exchanges.</summary>
public static class ExchangePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/exchanges", async (Choice<ExchangeKind>? kind, ReadExchanges read, KnownExchanges known, CancellationToken ct) =>
            ConsolePages.Page<ExchangesPage>(new { Exchanges = await read.Run(ct), Known = known, Kind = kind is { } chosen ? known.Of(chosen.Value) : null })).Requires(Permission.ReadBanks);
        pages.MapPost("/exchanges", Add).Requires(Permission.EditExchanges);
        pages.MapGet("/exchanges/{id}", One).Requires(Permission.ReadBanks);
        pages.MapPost("/exchanges/{id}", Edit).Requires(Permission.EditExchanges);
        pages.MapPost("/exchanges/{id}/credentials", NewCredentials).Requires(Permission.EditExchanges);
        pages.MapPost("/exchanges/{id}/run", async (Id<Exchange> id, [FromForm] bool? fromStart, [FromForm] bool? mayShrink, RunExchange run, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await run.Run(id, new(fromStart is true, mayShrink is true), actor, ct);
            return Back(id, messages, words["exchange.run-asked"]);
        }).Requires(Permission.EditBanks);
        pages.MapPost("/exchanges/{id}/pause", async (Id<Exchange> id, [FromForm] bool paused, [FromForm] string why, PauseExchange pause, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await pause.Run(id, new(paused, why), actor, ct);
            return Back(id, messages, words["exchange.changed"]);
        }).Requires(Permission.EditBanks);
        pages.MapPost("/exchanges/{id}/set-aside/{entry}/retry", async (Id<Exchange> id, Id<SetAsideEntry> entry, RetrySetAsideEntry retry, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var answer = await retry.Run(id, entry, actor, ct);
            return Back(id, messages, words[answer.StillAside ? "exchange.still-aside" : "exchange.taken"], answer.StillAside ? Tone.Warn : Tone.Good);
        }).Requires(Permission.EditBanks);
        pages.MapPost("/exchanges/{id}/set-aside/{entry}/dismiss", async (Id<Exchange> id, Id<SetAsideEntry> entry, [FromForm] string why, DismissSetAsideEntry dismiss, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await dismiss.Run(id, entry, new(why), actor, ct);
            return Back(id, messages, words["exchange.dismissed"]);
        }).Requires(Permission.EditBanks);
    }

    private static async Task<RazorComponentResult> One(Id<Exchange> id, string? after, ReadExchanges read, ReadSetAsideEntries aside, KnownExchanges known, Viewer viewer, CancellationToken ct)
    {
        var exchange = await read.One(id, ct);
        return ConsolePages.Page<ExchangePage>(new { Exchange = exchange, Kind = known.Of(exchange.Kind), Aside = viewer.May(Permission.EditBanks) ? await aside.Run(id, new(after, 20), ct) : null });
    }

    private static async Task<RedirectHttpResult> Add(
        [FromForm] ExchangeKind kind, [FromForm] string name, [FromForm] string? environment, [FromForm] string? address, [FromForm] string? collection, [FromForm] int everyMinutes, [FromForm] int allowedLagHours,
        [FromForm] OnMatch onMatch, HttpRequest request, AddExchange add, KnownExchanges known, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = new ExchangeForm { Name = name, Address = address, EveryMinutes = everyMinutes, AllowedLagHours = allowedLagHours, Credentials = Given(request, known.Of(kind)) };
        var exchange = await add.Run(new(kind, form, environment, collection, OnMatch: onMatch), actor, ct);
        return Back(exchange.Id, messages, words["exchange.added"]);
    }

    private static async Task<RedirectHttpResult> Edit(Id<Exchange> id, [FromForm] int everyMinutes, [FromForm] int allowedLagHours, [FromForm] int keepDays, [FromForm] string why, EditExchange edit, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await edit.Run(id, new(new() { EveryMinutes = everyMinutes, AllowedLagHours = allowedLagHours, KeepDays = keepDays }, why), actor, ct);
        return Back(id, messages, words["exchange.changed"]);
    }

    private static async Task<RedirectHttpResult> NewCredentials(Id<Exchange> id, [FromForm] string why, HttpRequest request, ReadExchanges read, EditExchange edit, KnownExchanges known, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var exchange = await read.One(id, ct);
        await edit.Run(id, new(new() { Credentials = Given(request, known.Of(exchange.Kind)) }, why), actor, ct);
        return Back(id, messages, words["exchange.changed"]);
    }

    private static Dictionary<string, string> Given(HttpRequest request, KnownExchanges.KnownKind kind) =>
        kind.Credentials.ToDictionary(c => c.Name, c => request.Form["c-" + c.Name].ToString());

    private static RedirectHttpResult Back(Id<Exchange> id, Messages messages, string said, Tone tone = Tone.Good)
    {
        messages.Leave(new(tone, said));
        return TypedResults.LocalRedirect($"/exchanges/{id}");
    }
}
