using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Referrals.CyberTip;
using Jaga.Server.Pages.Statements;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Cases;

/// <summary>The queue and the case: take, look, decide, next.</summary>
public static class CasePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/queue", async (ReadCases read, string? after, CancellationToken ct) =>
            ConsolePages.Page<QueuePage>(new { Cases = await read.Run(CaseState.Open, new(after, null), ct) })).Requires(Permission.ReadCases);
        pages.MapPost("/queue/next", Next).Requires(Permission.DecideCases);
        pages.MapGet("/cases", async (ReadCases read, string? after, CancellationToken ct) =>
            ConsolePages.Page<CasesPage>(new { Cases = await read.Run(CaseState.Decided, new(after, null), ct) })).Requires(Permission.ReadCases);
        pages.MapGet("/cases/{id}", async (Id<Case> id, ReadCaseView read, CancellationToken ct) =>
            ConsolePages.Page<CasePage>(new { Case = await read.Run(id, ct) })).Requires(Permission.ReadCases);
        pages.MapPost("/cases/{id}/take", Take).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/renew", Renew).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/release", Release).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/decision", Decide).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/preview", Preview).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/means", async (Id<Case> id, [FromForm] string? kind, [FromForm] string? means, PointCase point, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await point.Run(id, new(kind ?? "", means ?? ""), actor, ct);
            messages.Leave(new(Tone.Good, words["case.was-pointed"]));
            return TypedResults.LocalRedirect($"/cases/{id}");
        }).Requires(Permission.DecideCases).KeepsTyped();
        pages.MapPost("/cases/{id}/undo", Undo).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/referral", Refer).Requires(Permission.WriteReferrals);
        pages.MapPost("/cases/{id}/media/{media}/reveal", Reveal).Requires(Permission.DecideCases);
        pages.MapPost("/cases/{id}/reveals", AskReveal).Requires(Permission.DecideCases);
        pages.MapGet("/reveals", async (SecondWords words, string? after, CancellationToken ct) =>
            ConsolePages.Page<RevealsPage>(new { Asked = await ReadAskedReveals.Run(words, new(after, null), ct) })).Requires(Permission.AllowReveals);
        pages.MapPost("/reveals/{id}/allow", async (Id<SecondWord> id, AllowReveal allow, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await allow.Run(id, actor, ct);
            messages.Leave(new(Tone.Good, words["reveal.was-allowed"]));
            return TypedResults.LocalRedirect("/reveals");
        }).Requires(Permission.AllowReveals);
    }

    private static async Task<RedirectHttpResult> Next(TakeNext take, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        if (await take.Run(actor, ct) is { } next)
        {
            return TypedResults.LocalRedirect($"/cases/{next.Id}");
        }

        messages.Leave(new(Tone.Info, words["queue.nothing-waits"]));
        return TypedResults.LocalRedirect("/queue");
    }

    private static async Task<RedirectHttpResult> Take(Id<Case> id, [FromForm] string? then, TakeCase take, Actor actor, CancellationToken ct)
    {
        await take.Run(id, actor, ct);
        return TypedResults.LocalRedirect(Back(id, then));
    }

    /// <summary>Holds the lease of a case that somebody is working on, and answers until when.</summary>
    private static async Task<ContentHttpResult> Renew(Id<Case> id, TakeCase take, Db db, Actor actor, CancellationToken ct)
    {
        await take.Run(id, actor, ct);
        var until = await db.Cases.Where(c => c.Id == id).Select(c => c.LeasedUntil).SingleAsync(ct);
        return TypedResults.Text(until?.ToString("O") ?? "");
    }

    private static async Task<RedirectHttpResult> Release(Id<Case> id, ReleaseCase release, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await release.Run(id, actor, ct);
        messages.Leave(new(Tone.Info, words["case.released"]));
        return TypedResults.LocalRedirect("/queue");
    }

    // What cannot be decided as it is sent comes back as the same page with the same words in it: a conflict is told, and no work is lost.
    private static async Task<IResult> Decide(Id<Case> id, [FromForm] string? choice, [FromForm] string? policy, [FromForm] string? reason, [FromForm] string? countries, [FromForm] int version,
        DecideCase decide, ReadCase read, ReadCaseView view, Db db, Actor actor, CancellationToken ct)
    {
        try
        {
            var card = await read.Run(id, ct);
            var chosen = Choice.Find(choice, card);
            await decide.Run(id, new(chosen.Verdict, policy?.Trim() ?? "", reason?.Trim() ?? "", chosen.Actions(card, countries), version), actor, ct);
            return TypedResults.LocalRedirect($"/cases/{id}");
        }
        catch (Exception refused) when (refused is RuleBroken or BadInput or DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            var problem = Problems.Of(refused);
            var draft = new Draft(choice ?? "", policy ?? "", reason ?? "", countries ?? "");
            return new RazorComponentResult<CasePage>(new { Case = await view.Run(id, ct) with { Draft = draft, Problem = new Message(Tone.Bad, problem.Detail!) } }) { StatusCode = problem.Status };
        }
    }

    // The same form asks first what the affected persons will read: in its place where htmx runs, else as the whole page with the draft kept.
    private static async Task<IResult> Preview(Id<Case> id, [FromForm] string? choice, [FromForm] string? policy, [FromForm] string? reason, [FromForm] string? countries, [FromForm] int version,
        PreviewStatements preview, ReadCase read, ReadCaseView view, HttpRequest request, Actor actor, CancellationToken ct)
    {
        IReadOnlyList<PreviewStatements.Card>? statements = null;
        Message? problem = null;
        try
        {
            var card = await read.Run(id, ct);
            var chosen = Choice.Find(choice, card);
            statements = await preview.Run(id, new(chosen.Verdict, policy?.Trim() ?? "", reason?.Trim() ?? "", chosen.Actions(card, countries), version), actor, ct);
        }
        catch (Exception refused) when (refused is RuleBroken or BadInput)
        {
            problem = new(Tone.Bad, Problems.Of(refused).Detail!);
        }

        return request.Headers.ContainsKey("HX-Request")
            ? ConsolePages.Page<PreviewBox>(new { Statements = statements, Problem = problem })
            : ConsolePages.Page<CasePage>(new { Case = await view.Run(id, ct) with { Draft = new(choice ?? "", policy ?? "", reason ?? "", countries ?? ""), Preview = statements, PreviewProblem = problem } });
    }

    private static async Task<RedirectHttpResult> Undo(Id<Case> id, UndoDecision undo, TakeCase take, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var open = await undo.Run(id, actor, ct);
        if (open == id)
        {
            await take.Run(id, actor, ct);
        }

        messages.Leave(new(Tone.Info, words[open == id ? "case.undone" : "case.undone-merged"]));
        return TypedResults.LocalRedirect($"/cases/{open}");
    }

    private static async Task<RedirectHttpResult> AskReveal(Id<Case> id, [FromForm] string? why, AskReveal ask, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await ask.Run(id, new(why ?? ""), actor, ct);
        messages.Leave(new(Tone.Good, words["reveal.was-asked"]));
        return TypedResults.LocalRedirect($"/cases/{id}");
    }

    private static async Task<RedirectHttpResult> Refer(Id<Case> id, [FromForm] string? type, ReferCase refer, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var draft = await refer.Run(id, new(Kernel.Words.Read<TipIncidentType>("type", type) ?? throw new BadInput("type", "Choose a type of incident.")), actor, ct);
        messages.Leave(new(Tone.Good, words["case.referred"]));
        return TypedResults.LocalRedirect($"/referrals/{draft}");
    }

    /// <summary>The look of somebody without script: on a page of its own, logged like any other.</summary>
    private static async Task<RazorComponentResult> Reveal(Id<Case> id, Id<CaseMedia> media, [FromForm] string? then, RevealMedia reveal, Actor actor, CancellationToken ct)
    {
        var (_, picture) = await reveal.Run(id, media, actor, ct);
        return ConsolePages.Page<RevealedPage>(new { Picture = Convert.ToBase64String(picture), Back = Back(id, then) });
    }

    // Whoever looks at a report's picture looks on the report's page.
    private static string Back(Id<Case> id, string? then) => string.IsNullOrEmpty(then) ? $"/cases/{id}" : LocalPath.OrHome(then);
}
