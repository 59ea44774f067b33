using Jaga.Evidence;

namespace Jaga.Letters;

/// <summary>Files that came with letters: named in lists, and given out one at a time, each time with a line of custody.</summary>
public sealed class ReadLetterFile(Db db, Vault vault)
{
    public sealed record Row(Id<LetterFile> Id, string Name, string MediaType, long Length, DateTimeOffset At, Id<VaultObject> Evidence);

    /// <summary>The files of one letter.</summary>
    public async Task<IReadOnlyList<Row>> Of(Id<Letter> letter, CancellationToken ct) =>
        [.. (await db.LetterFiles.AsNoTracking().Where(f => f.Letter == letter).OrderBy(f => f.Id).ToListAsync(ct)).Select(Show)];

    /// <summary>Opens one.</summary>
    /// <exception cref="NotFound">The letter has no such file.</exception>
    public async Task<(string Name, Stream Content)> Run(Id<Letter> letter, Id<LetterFile> id, Actor actor, CancellationToken ct)
    {
        var file = await db.LetterFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id && f.Letter == letter, ct) ?? throw new NotFound("such file");
        return (file.Name, await vault.Open(file.Evidence, actor, $"Read with letter {letter}: {file.Name}", ct));
    }

    internal static Row Show(LetterFile f) => new(f.Id, f.Name, f.MediaType, f.Length, f.At, f.Evidence);

    /// <summary><c>GET /letters/{id}/files</c> and <c>GET /letters/{id}/files/{file}</c>: always a download of bytes, never a page.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/letters/{id}/files", async (Id<Letter> id, ReadLetterFile read, CancellationToken ct) => TypedResults.Ok(await read.Of(id, ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("The files that came with a letter");
        api.MapGet("/letters/{id}/files/{file}", async (Id<Letter> id, Id<LetterFile> file, ReadLetterFile read, Actor actor, CancellationToken ct) =>
            {
                var (name, content) = await read.Run(id, file, actor, ct);
                return TypedResults.Stream(content, "application/octet-stream", name);
            })
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("One file that came with a letter, as a download");
    }
}
