using Jaga.Disclosure;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Disclosures;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Portal.Requests;

/// <summary>The agency's pages for its requests for data: send one, see its clock, answer a question, add a document, and find the package with the data.</summary>
public static class RequestPages
{
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
            var form = await request.ReadRequestForm(ct);
            await add.Run(id, await RequestForms.Document(form, ct) ?? throw new BadInput("file", words["request.no-file"]), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.UseAgencyDoor);
    }

    private static async Task<string> Own(Db db, Actor actor, CancellationToken ct) => (await Jaga.People.Agencies.Agency.Of(db, actor, ct)).Name;

    private static async Task<IResult> Send(HttpRequest request, SendDataRequest send, AllDataRules rules, Db db, Viewer viewer, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = await request.ReadRequestForm(ct);
        try
        {
            var answer = await send.Run(await RequestForms.Read(form, viewer, ct), actor, ct);
            messages.Leave(new(Tone.Good, words["request.sent", answer.Number]));
            return TypedResults.LocalRedirect($"/agency/requests/{answer.Id}");
        }
        catch (BadInput wrong)
        {
            // What was typed stays: nobody writes a request twice because of one field. Only a file must be chosen again.
            return ConsolePages.Page<NewRequestPage>(new { Agency = await Own(db, actor, ct), Rules = rules, Mine = (await Jaga.People.Agencies.Agency.Of(db, actor, ct)).Regimes, Form = form, Wrong = wrong });
        }
    }

    private static RedirectHttpResult Back(Id<DataRequest> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["disclosure.done"]));
        return TypedResults.LocalRedirect($"/agency/requests/{id}");
    }
}
