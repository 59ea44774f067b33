using Jaga.Disclosure;
using Jaga.Obligations;
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
        pages.MapGet("/disclosures/{id}", async (Id<DataRequest> id, ReadDataRequests read, CancellationToken ct) => ConsolePages.Page<DisclosurePage>(new { Shown = await read.One(id, ct) })).Requires(Permission.ReadDisclosures);
        pages.MapGet("/disclosures/{id}/documents/{document}", (Id<DataRequest> id, Id<DataDocument> document, OpenData open, Actor actor, CancellationToken ct) => OpenData.Send(id, document, open, actor, ct)).Requires(Permission.DecideDisclosures);
        pages.MapPost("/disclosures/{id}/documents/{document}", Check).Requires(Permission.DecideDisclosures);
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

    /// <param name="state">A state, or <see cref="All"/>; without it, what waits for a person.</param>
    private static async Task<RazorComponentResult> List(string? state, string? after, ReadDataRequests read, CancellationToken ct)
    {
        DataRequestState? wanted = state is All ? null : Words.Read<DataRequestState>("state", state) ?? DataRequestState.Open;
        return ConsolePages.Page<DisclosuresPage>(new { State = wanted is { } one ? Words.Of(one) : All, Requests = await read.Run(wanted, new(after, null), ct) });
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
