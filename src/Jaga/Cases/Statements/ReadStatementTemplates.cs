namespace Jaga.Cases.Statements;

/// <summary>Reads the templates in force, and the versions of one.</summary>
public sealed class ReadStatementTemplates(Db db)
{
    /// <param name="Version">0 for the one that comes with Jaga.</param>
    public sealed record Row(string Language, StatementKind Kind, StatementGround Ground, int Version, string Title, string Body, string? Why, string? ByName, DateTimeOffset? At);

    /// <summary>Every template in force: for each language, kind and ground.</summary>
    public async Task<IReadOnlyList<Row>> Run(CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var language in StatementWords.Languages)
        {
            foreach (var kind in Enum.GetValues<StatementKind>())
            {
                foreach (var ground in Enum.GetValues<StatementGround>())
                {
                    rows.Add(await Current(language, kind, ground, ct));
                }
            }
        }

        return rows;
    }

    /// <summary>The template in force.</summary>
    /// <exception cref="BadInput">Statements are not given in this language.</exception>
    public async Task<Row> Current(string language, StatementKind kind, StatementGround ground, CancellationToken ct) => (await Versions(language, kind, ground, 1, ct))[0];

    /// <summary>The versions of a template, newest first; the last is the one that comes with Jaga.</summary>
    public async Task<IReadOnlyList<Row>> Versions(string language, StatementKind kind, StatementGround ground, int most, CancellationToken ct)
    {
        var (title, body) = StatementWords.In(language).Template(kind, ground);
        var own = await db.StatementTemplates.AsNoTracking().Where(t => t.Language == language && t.Kind == kind && t.Ground == ground).OrderByDescending(t => t.Version).Take(most).ToListAsync(ct);
        return [.. own.Select(t => new Row(language, kind, ground, t.Version, t.Title, t.Body, t.Why, t.ByName, t.At)).Append(new(language, kind, ground, 0, title, body, null, null, null)).Take(most)];
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/statement-templates", async (ReadStatementTemplates read, CancellationToken ct) => TypedResults.Ok(await read.Run(ct)))
        .Requires(Permission.ReadCases)
        .WithSummary("Read the templates of statements of reasons");
}
