using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Server.Pages.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Statements;

/// <summary>Statements of reasons: the register, one of them, the templates, and the page that the affected person sees.</summary>
public static class StatementPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/statements", async (Choice<StatementState>? state, bool? objected, string? after, ReadStatements read, CancellationToken ct) =>
            ConsolePages.Page<StatementsPage>(new { State = state?.Value, Statements = await read.Run(state?.Value, objected is true, new(after, null), ct) })).Requires(Permission.ReadCases);
        pages.MapGet("/statements/{id}", async (Id<Statement> id, ReadStatements read, CancellationToken ct) =>
        {
            var (statement, objections) = await read.One(id, ct);
            return ConsolePages.Page<StatementPage>(new { Statement = statement, Objections = objections });
        }).Requires(Permission.ReadCases);
        pages.MapPost("/statements/{id}/release", async (Id<Statement> id, [FromForm] string? reason, ReleaseStatement release, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, new(reason ?? ""), actor, ct);
            messages.Leave(new(Tone.Good, words["statement.released"]));
            return TypedResults.LocalRedirect($"/statements/{id}");
        }).Requires(Permission.EditStatements);
        pages.MapPost("/statements/{id}/objections", async (Id<Statement> id, [FromForm] string? outcome, [FromForm] string? words, [FromForm] string? seen, DecideObjection decide, Messages messages, Text text, Actor actor, CancellationToken ct) =>
        {
            await decide.Run(id, new(Kernel.Words.Read<ObjectionOutcome>("outcome", outcome) ?? throw new BadInput("outcome", "Choose whether the decision stands."), words ?? "", Id<Objection>.TryParse(seen, null, out var last) ? last : null), actor, ct);
            messages.Leave(new(Tone.Good, text["statement.answered"]));
            return TypedResults.LocalRedirect($"/statements/{id}");
        }).Requires(Permission.EditStatements).KeepsTyped();
        pages.MapGet("/statements/templates", async (ReadStatementTemplates read, CancellationToken ct) => ConsolePages.Page<StatementTemplatesPage>(new { Templates = await read.Run(ct) })).Requires(Permission.ReadCases);
        pages.MapGet("/statements/templates/{language}/{kind}/{ground}", async (string language, Choice<StatementKind> kind, Choice<StatementGround> ground, ReadStatementTemplates read, CancellationToken ct) =>
            ConsolePages.Page<StatementTemplatePage>(new { Versions = await read.Versions(language, kind.Value, ground.Value, 50, ct) })).Requires(Permission.ReadCases);
        pages.MapPost("/statements/templates/{language}/{kind}/{ground}", Edit).Requires(Permission.EditStatements);
        pages.MapGet(StatementLinks.Path + "{token}", async (string token, ObjectToDecision objectTo, CancellationToken ct) =>
            ConsolePages.Page<WhyPage>(new { Token = token, Decided = await objectTo.Read(token, ct) })).Public("the token in the link is the right");
        pages.MapGet(StatementLinks.Path + "{token}/receipt", async (string token, ObjectToDecision objectTo, CancellationToken ct) =>
            ReceiptFile.Of(await objectTo.Receipt(token, ct))).Public("the token in the link is the right");
        pages.MapPost(StatementLinks.Path + "{token}", async (string token, [FromForm] string? text, ObjectToDecision objectTo, Messages messages, Text words, CancellationToken ct) =>
        {
            await objectTo.Run(new(token, text ?? ""), ct);
            messages.Leave(new(Tone.Good, words["why.received"]));
            return TypedResults.LocalRedirect(StatementLinks.Path + token);
        }).Public("the token in the link is the right");
    }

    // What cannot be kept as it is comes back as the same page with the same words in it.
    private static async Task<IResult> Edit(string language, Choice<StatementKind> kind, Choice<StatementGround> ground, [FromForm] string? title, [FromForm] string? body, [FromForm] string? why, [FromForm] int version,
        EditStatementTemplate edit, ReadStatementTemplates read, Messages messages, Text words, Db db, Actor actor, CancellationToken ct)
    {
        try
        {
            await edit.Run(new(language, kind.Value, ground.Value, title ?? "", body ?? "", why ?? "", version), actor, ct);
            messages.Leave(new(Tone.Good, words["template.saved"]));
            return TypedResults.LocalRedirect("/statements/templates");
        }
        catch (Exception refused) when (refused is RuleBroken or BadInput)
        {
            db.ChangeTracker.Clear();
            var problem = Problems.Of(refused);
            var versions = await read.Versions(language, kind.Value, ground.Value, 50, ct);
            return new RazorComponentResult<StatementTemplatePage>(new { Versions = versions, Title = title, Body = body, Why = why, Problem = new Message(Tone.Bad, problem.Detail!) }) { StatusCode = problem.Status };
        }
    }
}
