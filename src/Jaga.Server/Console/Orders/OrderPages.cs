using Jaga.Cases;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.People.Agencies;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Orders;

/// <summary>Pages and forms of the orders.</summary>
public static class OrderPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/orders", async (Choice<ReadOrders.Filter>? state, string? after, ReadOrders read, CancellationToken ct) =>
        {
            var filter = state?.Value ?? ReadOrders.Filter.Open;
            return ConsolePages.Page<OrdersPage>(new { State = filter, Orders = await read.Run(filter, new(after, null), ct) });
        }).Requires(Permission.ReadOrders);
        pages.MapGet("/orders/enter", async (ReadAgencies agencies, Regimes regimes, CancellationToken ct) =>
        {
            var open = (await agencies.Run(new(null, 200), ct)).Rows.Where(a => a.ClosedAt is null).ToList();
            return ConsolePages.Page<EnterOrderPage>(new { Agencies = open, Regimes = regimes.All.Where(r => r.Orders is not null && open.Exists(a => a.Regimes.Contains(r.Id))).ToList() });
        }).Requires(Permission.AnswerOrders);
        pages.MapPost("/orders/enter", Enter).Requires(Permission.AnswerOrders).KeepsTyped();
        pages.MapGet("/orders/{id}", async (Id<Order> id, ReadOrders read, CancellationToken ct) => ConsolePages.Page<OrderPage>(new { Order = await read.One(id, ct) })).Requires(Permission.ReadOrders);
        // Whoever comes back to the preview, or sends it and is refused, is at the order.
        pages.MapGet("/orders/{id}/preview", async (Id<Order> id, ReadOrders read, CancellationToken ct) => ConsolePages.Page<OrderPage>(new { Order = await read.One(id, ct) })).Requires(Permission.ReadOrders);
        pages.MapPost("/orders/{id}/preview", Preview).Requires(Permission.AnswerOrders).KeepsTyped();
        Form(pages, "take", (id, http, actor, ct) => http.Of<AcknowledgeOrder>().Run(id, actor, ct));
        Form(pages, "checks", (id, http, actor, ct) => http.Of<CheckOrder>().Run(id, new(Checks(http.Request.Form)), actor, ct));
        Form(pages, "answer", (id, http, actor, ct) => http.Of<AnswerOrder>().Run(id, Answer(http.Request.Form), actor, ct));
        Form(pages, "question", (id, http, actor, ct) => http.Of<AskClarification>().Run(id, new(http.Said("words")), actor, ct));
        Form(pages, "clarification", (id, http, actor, ct) => http.Of<ClarifyOrder>().Run(id, new(http.Said("words")), actor, ct));
        Form(pages, "normalisation", (id, http, actor, ct) => http.Of<AskNormalisation>().Run(id, new(http.Said("words")), actor, ct));
        Form(pages, "normalisation/answer", (id, http, actor, ct) => http.Of<AnswerNormalisation>().Run(id, new(http.Said("restored") == "true", http.Said("words")), actor, ct));
        Form(pages, "warnings", (id, http, actor, ct) => http.Of<RegisterWarning>().Run(id, OrderForms.Warning(http.Request.Form, http.Of<Viewer>()), actor, ct));
        Form(pages, "warnings/{warning}/reply", (id, http, actor, ct) =>
            http.Of<ReplyToWarning>().Run(id, http.Part<OrderWarning>("warning"), new(Kernel.Words.Read<ReplyKind>("kind", http.Said("kind")) ?? ReplyKind.Answer, http.Said("words")), actor, ct));
        Form(pages, "answers/{answer}/served", (id, http, actor, ct) => http.Of<RecordServed>().Run(id, http.Part<OrderAnswer>("answer"), new(http.Said("how")), actor, ct));
        Form(pages, "replies/{reply}/served", (id, http, actor, ct) => http.Of<RecordServed>().RunReply(id, http.Part<OrderReply>("reply"), new(http.Said("how")), actor, ct));
        Form(pages, "answers/{answer}/again", (id, http, actor, ct) => http.Of<ResendAnswer>().Run(id, http.Part<OrderAnswer>("answer"), actor, ct));
        Form(pages, "replies/{reply}/again", (id, http, actor, ct) => http.Of<ResendAnswer>().RunReply(id, http.Part<OrderReply>("reply"), actor, ct));
        Form(pages, "files", (id, http, actor, ct) => http.Attach(id, actor, ct));
    }

    private static void Form(IEndpointRouteBuilder pages, string verb, Func<Id<Order>, HttpContext, Actor, CancellationToken, Task> run) =>
        pages.MapPost($"/orders/{{id}}/{verb}", async (Id<Order> id, HttpContext http, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await http.Request.ReadOrderForm(ct);
            await run(id, http, actor, ct);
            messages.Leave(new(Tone.Good, words["order.did"]));
            return TypedResults.LocalRedirect($"/orders/{id}");
        }).Requires(Permission.AnswerOrders).KeepsTyped();

    private static async Task<RedirectHttpResult> Enter(HttpContext http, EnterOrder enter, Viewer viewer, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = await http.Request.ReadOrderForm(ct);
        var agency = Id<Agency>.TryParse(form["agency"], null, out var id) ? id : throw new BadInput("agency", "Choose an agency.");
        var channel = Kernel.Words.Read<OrderChannel>("channel", form["channel"]) ?? OrderChannel.Letter;
        var receipt = await enter.RunWith(new(agency, channel, OrderForms.Order(form, viewer), viewer.Time("receivedAt", form["receivedAt"])), await OrderForms.File(form, ct), actor, ct);
        messages.Leave(new(Tone.Good, words["order.entered", receipt.Number]));
        return TypedResults.LocalRedirect($"/orders/{receipt.Id}");
    }

    private static async Task<RazorComponentResult> Preview(Id<Order> id, HttpRequest request, AnswerOrder answer, ReadOrders read, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(ct);
        return ConsolePages.Page<OrderPage>(new
        {
            Order = await read.One(id, ct),
            Preview = await answer.Show(id, Answer(form), ct),
            Kept = form.SelectMany(f => f.Value.Select(v => (f.Key, v ?? ""))).ToList(),
        });
    }

    private static AnswerOrder.Request Answer(IFormCollection form) => new(form["words"], [.. form.Keys.Where(k => k.StartsWith("g-", StringComparison.Ordinal) && form[k].ToString().Length > 0)
        .Select(k => new AnswerOrder.Refusal(int.TryParse(k[2..], out var number) ? number : 0, Kernel.Words.Read<RefusalGround>(k, form[k]) ?? RefusalGround.Impossible, form["w-" + k[2..]].ToString()))],
        [.. form.Keys.Where(k => k.StartsWith("m-", StringComparison.Ordinal)).Select(k => new AnswerOrder.Widening(int.TryParse(k[2..], out var number) ? number : 0, form[k].ToString()))]);

    private static List<CheckOrder.Line> Checks(IFormCollection form) =>
        [.. Enum.GetValues<CheckItem>().Where(i => form[$"c-{i}"].ToString().Length > 0).Select(i => new CheckOrder.Line(i, Kernel.Words.Read<CheckFinding>($"c-{i}", form[$"c-{i}"]) ?? CheckFinding.Unsure, form[$"n-{i}"]))];
}

/// <summary>Reads the forms that orders have in the console and at the agency's door.</summary>
internal static class OrderForms
{
    // In memory: what an authority ordered must not lie about in temporary files. The file's limit, and some for the rest.
    private static readonly FormOptions InMemory = new() { MemoryBufferThreshold = OrderFile.MostBytes + (4 * 1024 * 1024), MultipartBodyLengthLimit = OrderFile.MostBytes + (4 * 1024 * 1024) };

    /// <summary>Reads a form that may have a file.</summary>
    /// <exception cref="BadInput">It is too large.</exception>
    public static async Task<IFormCollection> ReadOrderForm(this HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await request.ReadFormAsync(InMemory, ct);
        }
        catch (InvalidDataException)
        {
            throw TooLarge();
        }
    }

    public static OrderForm Order(IFormCollection form, Viewer viewer) => new(
        form["category"].ToString(), form["locations"].ToString().Split('\n'), form["legalBasis"].ToString(), form["reasons"].ToString(),
        form["authority"], form["redress"], Countries(form["territory"].ToString()), form["urgent"] == "true", form["regime"], viewer.Time("dueAt", form["dueAt"]), form["language"], form["reference"], form["contact"]);

    public static RegisterWarning.Request Warning(IFormCollection form, Viewer viewer) => new(
        form["says"].ToString(), int.TryParse(form["number"], out var number) ? number : null, Maybe(form["reference"]),
        long.TryParse(form["fineAmount"], out var fine) ? fine : null, Maybe(form["fineCurrency"])?.ToUpperInvariant(), Maybe(form["finePoints"]),
        viewer.Time("payBy", form["payBy"]), viewer.Time("receivedAt", form["receivedAt"]));

    public static T Of<T>(this HttpContext http)
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    public static string Said(this HttpContext http, string field) => http.Request.Form[field].ToString();

    public static Id<T> Part<T>(this HttpContext http, string part) => Id<T>.TryParse(http.GetRouteValue(part)?.ToString(), null, out var id) ? id : throw new NotFound("such thing");

    /// <summary>Puts the form's file to the order, if it has one.</summary>
    public static async Task Attach(this HttpContext http, Id<Order> id, Actor actor, CancellationToken ct)
    {
        if (await File(http.Request.Form, ct) is { } file)
        {
            await http.Of<AttachFile>().Run(id, file.Name, file.MediaType, file.Content, actor, ct);
        }
    }

    /// <summary>The form's file, or null.</summary>
    /// <exception cref="BadInput">It is too large.</exception>
    public static async Task<SentFile?> File(IFormCollection form, CancellationToken ct)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return null;
        }

        if (file.Length > OrderFile.MostBytes)
        {
            throw TooLarge();
        }

        var bytes = new byte[file.Length];
        await using var content = file.OpenReadStream();
        await content.ReadExactlyAsync(bytes, ct);
        return new(file.FileName, file.ContentType ?? "", bytes);
    }

    private static BadInput TooLarge() => new("file", $"A file has at most {OrderFile.MostBytes / 1024 / 1024} MiB.");

    private static string[]? Countries(string written) => written.Trim() switch
    {
        "" => null,
        "*" => [],
        var named => named.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
    };

    private static string? Maybe(string? words) => string.IsNullOrWhiteSpace(words) ? null : words;
}
