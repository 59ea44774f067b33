namespace Jaga.Cases;

/// <summary>The grey, blurred derivative of a case's media: all that a page shows by itself.</summary>
public sealed class ReadPreview(Db db, MasterKey master)
{
    internal const string Purpose = "case-preview";

    public async Task<byte[]> Run(Id<Case> id, Id<CaseMedia> media, CancellationToken ct)
    {
        var box = await db.CaseMedia.Where(m => m.Case == id && m.Id == media).Select(m => m.Preview).SingleOrDefaultAsync(ct) ?? throw new NotFound("preview of this media");
        return master.Open(Purpose, box);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/cases/{id}/media/{media}/preview", async (Id<Case> id, Id<CaseMedia> media, ReadPreview read, HttpResponse response, CancellationToken ct) =>
        {
            response.Headers.CacheControl = "private, no-store";
            return TypedResults.Bytes(await read.Run(id, media, ct), "image/jpeg");
        })
        .Requires(Permission.DecideCases)
        .WithSummary("The blurred, grey, small derivative of a case's media");
}
