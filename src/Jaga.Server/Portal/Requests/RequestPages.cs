using System.Globalization;
using Jaga.Disclosure;
using Jaga.Server.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Portal.Requests;

/// <summary>The agency's pages for its requests for data: send one, see its clock, answer a question, add a document, and find the package with the data.</summary>
public static class RequestPages
{
    // Documents stay in memory: what a court ordered must not lie about in temporary files.
    private static readonly FormOptions InMemory = new() { MemoryBufferThreshold = 5_000_000, MultipartBodyLengthLimit = 5_000_000, ValueLengthLimit = 32 * 1024 };

    private static readonly string[] Kinds = ["account", "group", "item"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/agency/requests", async (string? after, ReadOwnDataRequests read, Db db, Actor actor, CancellationToken ct) => ConsolePages.Page<RequestsPage>(new { Agency = await Own(db, actor, ct), Requests = await read.Run(actor, new(after, null), ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/requests/new", async (AllDataRules rules, Db db, Actor actor, CancellationToken ct) => ConsolePages.Page<NewRequestPage>(new { Agency = await Own(db, actor, ct), Rules = rules, Mine = (await Jaga.People.Agencies.Agency.Of(db, actor, ct)).Regimes })).Requires(Permission.UseAgencyDoor);
        pages.MapPost("/agency/requests", Send).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/requests/{id}", async (Id<DataRequest> id, ReadOwnDataRequests read, Db db, Actor actor, CancellationToken ct) => ConsolePages.Page<RequestPage>(new { Agency = await Own(db, actor, ct), Shown = await read.One(id, actor, ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapPost("/agency/requests/{id}/clarification", async (Id<DataRequest> id, [FromForm] string answer, AnswerClarification reply, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await reply.Run(id, new(answer), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.UseAgencyDoor);
        pages.MapPost("/agency/requests/{id}/documents", async (Id<DataRequest> id, HttpRequest request, AddDocument add, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var form = await request.ReadFormAsync(InMemory, ct);
            await add.Run(id, await Document(form, ct) ?? throw new BadInput("file", words["request.no-file"]), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.UseAgencyDoor);
    }

    private static async Task<string> Own(Db db, Actor actor, CancellationToken ct) => (await Jaga.People.Agencies.Agency.Of(db, actor, ct)).Name;

    private static async Task<IResult> Send(HttpRequest request, SendDataRequest send, AllDataRules rules, Db db, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(InMemory, ct);
        try
        {
            var answer = await send.Run(await Read(form, ct), actor, ct);
            messages.Leave(new(Tone.Good, words["request.sent", answer.Number]));
            return TypedResults.LocalRedirect($"/agency/requests/{answer.Id}");
        }
        catch (BadInput wrong)
        {
            // What was typed stays: nobody writes a request twice because of one field. Only a file must be chosen again.
            return ConsolePages.Page<NewRequestPage>(new { Agency = await Own(db, actor, ct), Rules = rules, Mine = (await Jaga.People.Agencies.Agency.Of(db, actor, ct)).Regimes, Form = form, Wrong = wrong });
        }
    }

    private static async Task<SendDataRequest.Request> Read(IFormCollection form, CancellationToken ct)
    {
        var subjects = Kinds.SelectMany(kind => Lines(form[kind]).Select(id => new Subject(kind, id))).ToList();
        var document = await Document(form, ct);
        return new(
            form["regime"].ToString(), form["legalBasis"].ToString(), form["purpose"].ToString(), form["description"].ToString(), subjects,
            [.. form["classes"].Select(c => Words.Read<DataClass>("classes", c)).OfType<DataClass>()], Text(form["offence"]), Months(form["maxPenaltyYears"]), Day("from", form["from"]), Day("until", form["until"])?.AddDays(1),
            document is null ? null : [document], Words.Read<EmergencyKind>("emergency", form["emergency"]), Text(form["emergencyReason"]), null, Text(form["language"]) ?? "id", Text(form["reference"]), Text(form["contact"]));
    }

    private static async Task<DocumentSent?> Document(IFormCollection form, CancellationToken ct)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return null;
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, ct);
        var day = DateOnly.TryParseExact(form["issuedOn"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : throw new BadInput("issuedOn", "Give the day on which it was issued.");
        return new(Words.Read<DocumentKind>("kind", form["kind"]) ?? DocumentKind.Other, form["number"].ToString(), day, form["issuer"].ToString(), file.ContentType, content.ToArray());
    }

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static int? Months(string? years) => string.IsNullOrWhiteSpace(years) ? null
        : decimal.TryParse(years, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100 ? (int)Math.Ceiling(number * 12) : throw new BadInput("maxPenaltyMonths", "Give the years of imprisonment as a number.");

    // A day in the form is a day in UTC; the page says so.
    private static DateTimeOffset? Day(string field, string? day) => string.IsNullOrWhiteSpace(day) ? null
        : DateTimeOffset.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new BadInput(field, "This is not a day.");

    private static RedirectHttpResult Back(Id<DataRequest> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["disclosure.done"]));
        return TypedResults.LocalRedirect($"/agency/requests/{id}");
    }
}
