using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Orders;

namespace Jaga.Server.Portal.Agencies;

/// <summary>The agency's door as pages: its own orders, their clocks, answers, warnings and files, and nothing else. Every form works without script.</summary>
public static class AgencyDoorPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/agency", async (string? after, ReadOwnOrders read, Db db, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<OwnOrdersPage>(new { Agency = (await Own(db, actor, ct)).Name, Orders = await read.Run(new(after, null), actor, ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/orders/new", async (Db db, Regimes regimes, Actor actor, CancellationToken ct) =>
        {
            var agency = await Own(db, actor, ct);
            return ConsolePages.Page<NewOrderPage>(new { Agency = agency.Name, Also = (IReadOnlyList<string>)[.. OrderCategories.Competence(agency)], Regimes = agency.Regimes.SelectMany(r => regimes.All.Where(a => a.Id == r && a.Orders is not null)).ToList() });
        }).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/orders/{id}", async (Id<Order> id, ReadOwnOrders read, Regimes regimes, Text words, Db db, Actor actor, CancellationToken ct) =>
        {
            var order = await read.One(id, actor, ct);
            return ConsolePages.Page<OwnOrderPage>(new { Agency = (await Own(db, actor, ct)).Name, Order = order, Clause = regimes.TryFind(order.Clause), Regime = regimes.All.FirstOrDefault(r => r.Id == order.Form.Regime)?.Name is { } name ? (words.Language is "id" ? name.Id : name.En) : "", Warns = order.Form.Regime is { } regime && regimes.OrdersUnder(regime)?.Warnings is { } rules && order.Warnings.Count < rules.Steps.Count });
        }).Requires(Permission.UseAgencyDoor);
        pages.MapPost("/agency/orders", async (HttpContext http, SendOrder send, Viewer viewer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var form = await http.Request.ReadOrderForm(ct);
            var receipt = await send.RunWith(OrderForms.Order(form, viewer), await OrderForms.File(form, ct), actor, ct);
            messages.Leave(new(Tone.Good, words["order.entered", receipt.Number]));
            return TypedResults.LocalRedirect($"/agency/orders/{receipt.Id}");
        }).Requires(Permission.UseAgencyDoor).KeepsTyped();
        Form(pages, "clarification", (id, http, actor, ct) => http.Of<ClarifyOrder>().Run(id, new(http.Said("words")), actor, ct));
        Form(pages, "normalisation/answer", (id, http, actor, ct) => http.Of<AnswerNormalisation>().Run(id, new(http.Said("restored") == "true", http.Said("words")), actor, ct));
        Form(pages, "warnings", (id, http, actor, ct) => http.Of<RegisterWarning>().Run(id, OrderForms.Warning(http.Request.Form, http.Of<Viewer>()), actor, ct));
        Form(pages, "replies/{reply}/answer", (id, http, actor, ct) => http.Of<AnswerObjection>().Run(id, http.Part<OrderReply>("reply"), new(http.Said("upheld") == "true", http.Said("words")), actor, ct));
        Form(pages, "files", (id, http, actor, ct) => http.Attach(id, actor, ct));
    }

    private static Task<Jaga.People.Agencies.Agency> Own(Db db, Actor actor, CancellationToken ct) => Jaga.People.Agencies.Agency.Of(db, actor, ct);

    private static void Form(IEndpointRouteBuilder pages, string verb, Func<Id<Order>, HttpContext, Actor, CancellationToken, Task> run) =>
        pages.MapPost($"/agency/orders/{{id}}/{verb}", async (Id<Order> id, HttpContext http, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await http.Request.ReadOrderForm(ct);
            await run(id, http, actor, ct);
            messages.Leave(new(Tone.Good, words["order.did"]));
            return TypedResults.LocalRedirect($"/agency/orders/{id}");
        }).Requires(Permission.UseAgencyDoor).KeepsTyped();
}
