using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Disclosure;

/// <summary>Opens what is sealed about a request for somebody here: the data, or a document. Every look is a custody line before the first byte is read (Permenkominfo 5/2020, Pasal 43-44).</summary>
public sealed class OpenData(Db db, AuditLog audit, Vault vault)
{
    /// <param name="Why">1 to 2,000 characters.</param>
    public sealed record Request(string Why);

    /// <summary>Somebody here looks into the data, and says why.</summary>
    /// <exception cref="NotFound">There is no data.</exception>
    public async Task<Stream> Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var why = Sentences.Checked(request.Why, "why");
        var data = (await db.DataRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct))?.Data ?? throw RequestFolder.Missing();
        // The line is an act of its own: it must not use up the idempotency key of the request that looks.
        (var write, db.Write) = (db.Write, null);
        await using (var transaction = await db.Begin(ct))
        {
            audit.Record(actor, "data-request.data-opened", Subject.Of("data-request", id), why);
            await transaction.Commit(ct);
        }

        db.Write = write;
        return await vault.Open(data, actor, why, ct);
    }

    /// <summary>Somebody here reads a document in order to check it.</summary>
    /// <exception cref="NotFound">There is no such document.</exception>
    public async Task<(Stream Content, DataDocument Document)> Document(Id<DataRequest> id, Id<DataDocument> document, Actor actor, CancellationToken ct)
    {
        var found = await db.DataDocuments.AsNoTracking().SingleOrDefaultAsync(d => d.Request == id && d.Id == document, ct) ?? throw RequestFolder.Missing();
        return (await vault.Open(found.Evidence, actor, "document of a request for data, to be checked", ct), found);
    }

    /// <summary>Sends a document as a file, never to be shown in place: it is somebody else's.</summary>
    internal static async Task<FileStreamHttpResult> Send(Id<DataRequest> id, Id<DataDocument> document, OpenData open, Actor actor, CancellationToken ct)
    {
        var (content, found) = await open.Document(id, document, actor, ct);
        return TypedResults.Stream(content, found.MediaType, $"document-{found.Id}{found.MediaType switch { "application/pdf" => ".pdf", "image/jpeg" => ".jpg", "image/png" => ".png", "image/tiff" => ".tiff", _ => ".txt" }}");
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/data-requests/{id}/data/open", async (Id<DataRequest> id, Request request, OpenData open, Actor actor, CancellationToken ct) =>
            TypedResults.Stream(await open.Run(id, request, actor, ct), "application/json")).Requires(Permission.DecideDisclosures).WithSummary("Look into the data of a request, for a reason that is recorded");
        api.MapGet("/data-requests/{id}/documents/{document}", (Id<DataRequest> id, Id<DataDocument> document, OpenData open, Actor actor, CancellationToken ct) =>
            Send(id, document, open, actor, ct)).Requires(Permission.DecideDisclosures).WithSummary("Read a document of a request; the look is recorded");
    }
}
