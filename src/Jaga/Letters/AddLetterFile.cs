using Jaga.Evidence;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Letters;

/// <summary>Keeps a file that came with a letter (a scan, an annex) in the vault.</summary>
public sealed class AddLetterFile(Db db, Vault vault, TimeProvider clock)
{
    /// <summary>The largest file, in bytes.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    private const int MostFiles = 50;

    /// <param name="content">Its bytes, written ahead of the transaction.</param>
    public async Task<ReadLetterFile.Row> Run(Id<Letter> id, string name, string mediaType, Stream content, Actor actor, CancellationToken ct)
    {
        var called = LetterForm.Words(Path.GetFileName(name.Replace('\\', '/')), "file", 200);
        if (called.Any(char.IsControl))
        {
            throw new BadInput("file", "A file's name is one line.");
        }

        var bytes = await vault.Put(content, ct);
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        if (letter.Direction is Direction.Out)
        {
            throw new RuleBroken("Files are kept with letters that came in.");
        }

        if (await db.LetterFiles.CountAsync(f => f.Letter == id, ct) >= MostFiles)
        {
            throw new RuleBroken($"A letter has at most {MostFiles} files.");
        }

        var kept = await vault.Keep(bytes, mediaType.Length is > 0 and <= 100 && !mediaType.Any(char.IsControl) ? mediaType : "application/octet-stream", letter.Subject, actor, $"Came with the letter: {called}", null, ct);
        var file = new LetterFile { Id = Id<LetterFile>.New(clock), Letter = id, Evidence = kept.Id, Name = called, MediaType = kept.MediaType, Length = kept.Length, At = kept.KeptAt };
        db.Add(file);
        return await transaction.Commit(ReadLetterFile.Show(file), ct);
    }

    /// <summary><c>POST /letters/{id}/files</c>: a form with one <c>file</c>, at most 64 MiB, read in memory: what somebody wrote to us must not lie about in temporary files.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/files", async (Id<Letter> id, IFormFile file, AddLetterFile add, Actor actor, CancellationToken ct) =>
        {
            await using var content = file.OpenReadStream();
            return TypedResults.Ok(await add.Run(id, file.FileName, file.ContentType ?? "", content, actor, ct));
        })
        .WithMetadata(new RequestSizeLimitAttribute(MaxBytes)).WithFormOptions(memoryBufferThreshold: (int)MaxBytes, multipartBodyLengthLimit: MaxBytes)
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Keep a file that came with a letter in the vault");
}
