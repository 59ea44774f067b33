using Jaga.Audit;
using Jaga.Letters;

namespace Jaga.Cases.Statements;

/// <summary>Writes a new version of a template. What was sent with an older one stays as it was sent.</summary>
public sealed class EditStatementTemplate(Db db, TimeProvider clock, AuditLog audit, ReadStatementTemplates read)
{
    /// <param name="Language">A language of <see cref="StatementWords.Languages"/>.</param>
    /// <param name="Title">One line, 1 to 200 characters.</param>
    /// <param name="Body">1 to 10,000 characters, with the fields of <see cref="StatementWords.Fields"/> as <c>{{name}}</c>, among them all that the law asks for.</param>
    /// <param name="Why">Why it is changed, at most 500 characters.</param>
    /// <param name="Version">The version that was changed; 409 when somebody wrote another meanwhile.</param>
    public sealed record Request(string Language, StatementKind Kind, StatementGround Ground, string Title, string Body, string Why, int Version);

    /// <exception cref="BadInput">A field is unknown, or one that the law asks for is missing; the answer names it.</exception>
    public async Task<ReadStatementTemplates.Row> Run(Request request, Actor actor, CancellationToken ct)
    {
        var (title, body) = (request.Title?.Trim() ?? "", request.Body?.ReplaceLineEndings("\n").Trim() ?? "");
        Check(title, body, request.Why);
        await using var transaction = await db.Begin(ct);
        var current = await read.Current(request.Language, request.Kind, request.Ground, ct);
        if (current.Version != request.Version)
        {
            throw new RuleBroken("Somebody else changed this template meanwhile. Look at theirs, then change it.");
        }

        var template = StatementTemplate.Of(request.Language, request.Kind, request.Ground, current.Version + 1, title, body, request.Why.Trim(), actor, clock.GetUtcNow());
        db.Add(template);
        audit.Record(actor, "statement-template.edited", template.Subject, template.Why, new { template.Language, template.Kind, template.Ground, template.Version });
        return await transaction.Commit(new ReadStatementTemplates.Row(template.Language, template.Kind, template.Ground, template.Version, title, body, template.Why, actor.Name, template.At), ct);
    }

    private static void Check(string title, string body, string? why)
    {
        if (title.Length is 0 or > 200 || title.Any(char.IsControl))
        {
            throw new BadInput("title", "A title is one line of 1 to 200 characters.");
        }

        if (body.Length is 0 or > 10_000)
        {
            throw new BadInput("body", "A text has 1 to 10,000 characters.");
        }

        if (string.IsNullOrWhiteSpace(why) || why.Length > 500)
        {
            throw new BadInput("why", "Say why it is changed, in at most 500 characters.");
        }

        var named = MergeText.Fields(body, "body");
        foreach (var (fields, where) in new[] { (MergeText.Fields(title, "title"), "title"), (named, "body") })
        {
            if (fields.FirstOrDefault(f => !StatementWords.Fields.Contains(f)) is { } stranger)
            {
                throw MergeText.Unknown(stranger, StatementWords.Fields, where);
            }
        }

        if (StatementWords.Required.Where(r => !named.Contains(r)).Select(MergeText.Written).ToList() is { Count: > 0 } missing)
        {
            throw new BadInput("body", $"The law asks for {string.Join(", ", missing)}, which this text does not have.");
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/statement-templates", async (Request request, EditStatementTemplate edit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await edit.Run(request, actor, ct)))
        .Requires(Permission.EditStatements)
        .WithSummary("Change a template of statements of reasons").WithDescription("Writes a new version. 422 names a field that is unknown, or that the law asks for and the text lacks.");
}
