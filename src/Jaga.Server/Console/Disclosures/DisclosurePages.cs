using Jaga.Disclosure;
using Jaga.Obligations;
using Jaga.People.Agencies;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Disclosures;

/// <summary>Authorities' requests for data: the register, and one request with its checks, clocks, proposal and history.</summary>
public static class DisclosurePages
{
    /// <summary>The word for all states in <c>/disclosures?state=…</c>.</summary>
    public const string All = "all";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/disclosures", List).Requires(Permission.ReadDisclosures);
        pages.MapGet("/disclosures/enter", async (ReadAgencies agencies, AllDataRules rules, CancellationToken ct) => await EnterPage(agencies, rules, null, null, ct)).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/enter", Enter).Requires(Permission.DecideDisclosures);
        pages.MapGet("/disclosures/{id}", async (Id<DataRequest> id, ReadDataRequests read, CancellationToken ct) => ConsolePages.Page<DisclosurePage>(new { Shown = await read.One(id, ct) })).Requires(Permission.ReadDisclosures);
        pages.MapGet("/disclosures/{id}/documents/{document}", (Id<DataRequest> id, Id<DataDocument> document, OpenData open, Actor actor, CancellationToken ct) => OpenData.Send(id, document, open, actor, ct)).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/documents", async (Id<DataRequest> id, HttpRequest request, AddDocument add, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await add.Run(id, await RequestForms.Document(await request.ReadRequestForm(ct), ct) ?? throw new BadInput("file", words["request.no-file"]), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/data", async (Id<DataRequest> id, [FromForm] string why, OpenData open, Actor actor, CancellationToken ct) =>
            TypedResults.Stream(await open.Run(id, new(why), actor, ct), "application/json", $"data-{id}.json")).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/documents/{document}", Check).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/take", async (Id<DataRequest> id, TakeRequest take, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await take.Run(id, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/emergency", async (Id<DataRequest> id, [FromForm] bool accepted, [FromForm] string because, JudgeEmergency judge, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await judge.Run(id, new(accepted, because), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/clarification", async (Id<DataRequest> id, [FromForm] string? question, [FromForm] string? answer, AskClarification ask, AnswerClarification reply, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await (answer is null ? ask.Run(id, new(question ?? ""), actor, ct) : reply.Run(id, new(answer), actor, ct));
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        Bring(pages, "answers", "data-answer");
        Bring(pages, "questions", "data-question");
        pages.MapPost("/disclosures/{id}/proposal", Propose).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/proposal/reject", async (Id<DataRequest> id, [FromForm] string because, RejectProposal reject, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await reject.Run(id, new(because), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/release", async (Id<DataRequest> id, ReleaseAnswer release, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
    }

    /// <summary>A sentence in the reader's language.</summary>
    public static string Says(this Text words, Sentence sentence) => words.Language is "id" ? sentence.Id : sentence.En;

    // What was told: how it was brought by hand, or once more by the ways that are set.
    private static void Bring(IEndpointRouteBuilder pages, string part, string kind)
    {
        pages.MapPost($"/disclosures/{{id}}/{part}/{{told}}/served", async (Id<DataRequest> id, string told, [FromForm] string how, RecordServed record, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await record.Run(id, new(kind, told), new(how), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
        pages.MapPost($"/disclosures/{{id}}/{part}/{{told}}/again", async (Id<DataRequest> id, string told, ResendAnswer resend, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await resend.Run(id, new(kind, told), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.DecideDisclosures);
    }

    /// <param name="state">A state, or <see cref="All"/>; without it, what waits for a person.</param>
    private static async Task<RazorComponentResult> List(string? state, string? after, ReadDataRequests read, CancellationToken ct)
    {
        DataRequestState? wanted = state is All ? null : Words.Read<DataRequestState>("state", state) ?? DataRequestState.Open;
        return ConsolePages.Page<DisclosuresPage>(new { State = wanted is { } one ? Words.Of(one) : All, Requests = await read.Run(wanted, new(after, null), ct) });
    }

    private static async Task<IResult> Enter(HttpRequest request, SendDataRequest send, ReadAgencies agencies, AllDataRules rules, Viewer viewer, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = await request.ReadRequestForm(ct);
        try
        {
            var agency = Id<Agency>.TryParse(form["agency"], null, out var id) ? id : throw new BadInput("agency", "Choose an agency.");
            var answer = await send.RunFor(agency, await RequestForms.Read(form, viewer, ct) with { ReceivedAt = viewer.Time("receivedAt", form["receivedAt"]) }, actor, ct);
            messages.Leave(new(Tone.Good, words["request.sent", answer.Number]));
            return TypedResults.LocalRedirect($"/disclosures/{answer.Id}");
        }
        catch (BadInput wrong)
        {
            // What was typed stays: nobody copies a letter twice because of one field.
            return await EnterPage(agencies, rules, form, wrong, ct);
        }
    }

    private static async Task<RazorComponentResult> EnterPage(ReadAgencies agencies, AllDataRules rules, IFormCollection? form, BadInput? wrong, CancellationToken ct)
    {
        var open = (await agencies.Run(new(null, 200), ct)).Rows.Where(a => a is { ClosedAt: null, VerifiedAt: not null }).ToList();
        return ConsolePages.Page<EnterRequestPage>(new { Agencies = open, Rules = rules.All, Form = form, Wrong = wrong });
    }

    private static async Task<RedirectHttpResult> Check(
        Id<DataRequest> id, Id<DataDocument> document, [FromForm] bool accepted, [FromForm] bool? members, [FromForm] string because, HttpRequest request, CheckDocument check, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await check.Run(id, document, new(accepted, accepted ? Each<DataClass>(request, "covers") : [], because, members is true), actor, ct);
        return Back(id, messages, words);
    }

    private static async Task<RedirectHttpResult> Propose(
        Id<DataRequest> id, [FromForm] string outcome, [FromForm] string? ground, HttpRequest request, ProposeAnswer propose, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var chosen = Words.Read<DataOutcome>("outcome", outcome) ?? throw new BadInput("outcome", "Choose what is answered.");
        // The boxes of the classes count where only some are given; the other answers say it themselves.
        await propose.Run(id, new(chosen, chosen is DataOutcome.InPart ? Each<DataClass>(request, "classes") : null, ground, Each<DataCheck>(request, "checked")), actor, ct);
        return Back(id, messages, words);
    }

    private static IReadOnlyList<T> Each<T>(HttpRequest request, string field)
        where T : struct, Enum => [.. request.Form[field].Select(g => Words.Read<T>(field, g)).OfType<T>()];

    private static RedirectHttpResult Back(Id<DataRequest> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["disclosure.done"]));
        return TypedResults.LocalRedirect($"/disclosures/{id}");
    }
}
