using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>Makes a template, or writes another version of one.</summary>
public sealed class SaveTemplate(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Version">The version that the writer had before them; 0 for a new template.</param>
    public sealed record Request(string Name, string Language, string Title, string Body, int Version = 0);

    /// <exception cref="BadInput">A field in it is not known; it is named.</exception>
    /// <exception cref="RuleBroken">Somebody else wrote a version meanwhile, or there is such a template already.</exception>
    public async Task<ReadTemplates.Shown> Run(Request request, Actor actor, CancellationToken ct)
    {
        var name = LetterForm.Line(LetterForm.Words(request.Name, "name", 100), "name", 100);
        var (language, title, body) = (LetterForm.Language(request.Language), LetterForm.Title(request.Title), LetterForm.Body(request.Body, needed: true));
        MergeFields.Check(title, "title");
        MergeFields.Check(body, "body");
        await using var transaction = await db.Begin(ct);
        var template = await db.LetterTemplates.SingleOrDefaultAsync(t => t.Name == name && t.Language == language, ct);
        if ((template?.Version ?? 0) != request.Version)
        {
            throw new RuleBroken(template is null ? "There is no such template." : $"There is a version {template.Version} of this template; what you changed was version {request.Version}. Nothing was saved.");
        }

        var now = clock.GetUtcNow();
        if (template is null)
        {
            template = new() { Id = Id<LetterTemplate>.New(now), Name = name, Language = language };
            db.Add(template);
        }

        var version = template.Write(title, body, actor, now);
        db.Add(version);
        audit.Record(actor, "letter-template.saved", template.Subject, name, new { language, template.Version });
        return await transaction.Commit(ReadTemplates.Show(template, version), ct);
    }

    /// <summary><c>POST /letters/templates</c>: by name and language; a new one, or another version.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/templates", async (Request request, SaveTemplate save, Actor actor, CancellationToken ct) => TypedResults.Ok(await save.Run(request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Make a template, or write another version of one");
}
