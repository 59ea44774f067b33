namespace Jaga.Letters;

/// <summary>The templates for letters.</summary>
public sealed class ReadTemplates(Db db)
{
    private const int Most = 200;

    /// <summary>A template with one version's text.</summary>
    public sealed record Shown(Id<LetterTemplate> Id, string Name, string Language, int Version, string Title, string Body, string By, DateTimeOffset At);

    /// <summary>All of them, by name and language, with their newest text; at most 200.</summary>
    public async Task<IReadOnlyList<Shown>> Run(CancellationToken ct) =>
        [.. (await db.LetterTemplates.AsNoTracking().OrderBy(t => t.Name).ThenBy(t => t.Language).Take(Most)
            .Join(db.TemplateVersions, t => new { t.Id, Number = t.Version }, v => new { Id = v.Template, v.Number }, (t, v) => new { t, v }).ToListAsync(ct))
            .OrderBy(r => r.t.Name, StringComparer.Ordinal).ThenBy(r => r.t.Language, StringComparer.Ordinal).Select(r => Show(r.t, r.v))];

    /// <summary>All versions of one, newest first.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<IReadOnlyList<Shown>> One(Id<LetterTemplate> id, CancellationToken ct)
    {
        var template = await db.LetterTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new NotFound("such template");
        return [.. (await db.TemplateVersions.AsNoTracking().Where(v => v.Template == id).OrderByDescending(v => v.Number).Take(Most).ToListAsync(ct)).Select(v => Show(template, v))];
    }

    internal static Shown Show(LetterTemplate t, TemplateVersion v) => new(t.Id, t.Name, t.Language, v.Number, v.Title, v.Body, v.By, v.At);

    /// <summary><c>GET /letters/templates</c>, and <c>GET /letters/templates/{id}</c> with every version.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/letters/templates", async (ReadTemplates read, CancellationToken ct) => TypedResults.Ok(await read.Run(ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("The templates for letters");
        api.MapGet("/letters/templates/{id}", async (Id<LetterTemplate> id, ReadTemplates read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("A template with all its versions");
    }
}
