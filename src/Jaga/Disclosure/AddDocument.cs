using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Disclosure;

/// <summary>A document as an agency sends it.</summary>
/// <param name="Number">Its own number, 1 to 200 characters.</param>
/// <param name="Issuer">Which court or office, 1 to 200 characters.</param>
/// <param name="MediaType"><c>application/pdf</c>, <c>image/jpeg</c>, <c>image/png</c>, <c>image/tiff</c> or <c>text/plain</c>.</param>
/// <param name="Content">At most 4 MB; base64 in JSON.</param>
public sealed record DocumentSent(DocumentKind Kind, string Number, DateOnly IssuedOn, string Issuer, string MediaType, byte[] Content);

/// <summary>Adds a document to a request: the bytes go to the vault, the rest is written down. It counts only once a person has accepted it (<see cref="CheckDocument"/>).</summary>
public sealed class AddDocument(Db db, AuditLog audit, TimeProvider clock, Vault vault, DisclosureSettings settings)
{
    /// <summary>The most documents of one request.</summary>
    public const int Most = 20;

    private const int MostAtOnce = 10;
    private const int MaxBytes = 4_000_000;

    private static readonly string[] Types = ["application/pdf", "image/jpeg", "image/png", "image/tiff", "text/plain"];

    /// <summary>The agency's own, at its door; after the answer too, for what was owed after an emergency.</summary>
    /// <exception cref="NotFound">The agency has no such request.</exception>
    public async Task<Id<DataDocument>> Run(Id<DataRequest> id, DocumentSent document, Actor actor, CancellationToken ct)
    {
        var agency = actor.For is null ? null : await RequestFolder.AgencyOf(db, actor, ct);
        if (!await db.DataRequests.AnyAsync(r => r.Id == id && (agency == null || r.Agency == agency), ct))
        {
            throw RequestFolder.Missing();
        }

        var bytes = await Put([document], ct);
        await using var transaction = await db.Begin(ct);
        var request = await db.DataRequests.SingleAsync(r => r.Id == id, ct);
        if (await db.DataDocuments.CountAsync(d => d.Request == id, ct) >= Most)
        {
            throw new RuleBroken($"A request has at most {Most} documents.");
        }

        request.Touch();
        return await transaction.Commit((await Keep(request, bytes, actor, ct))[0].Id, ct);
    }

    /// <summary>Checks documents and writes their bytes ahead of the transaction.</summary>
    internal async Task<IReadOnlyList<(DocumentSent Sent, VaultBytes Bytes)>> Put(IReadOnlyList<DocumentSent> documents, CancellationToken ct)
    {
        if (documents.Count > MostAtOnce)
        {
            throw new BadInput("documents", $"At most {MostAtOnce} documents at once; add the others afterwards.");
        }

        if (documents.Any(d => d is null))
        {
            throw new BadInput("documents", "A document is missing.");
        }

        for (var i = 0; i < documents.Count; i++)
        {
            Check(documents[i], documents.Count == 1 ? "" : $"documents[{i}].");
        }

        var put = new List<(DocumentSent, VaultBytes)>();
        foreach (var sent in documents)
        {
            using var content = new MemoryStream(sent.Content, writable: false);
            put.Add((sent, await vault.Put(content, ct)));
        }

        return put;
    }

    /// <summary>Keeps them in the caller's transaction.</summary>
    internal async Task<IReadOnlyList<DataDocument>> Keep(DataRequest request, IReadOnlyList<(DocumentSent Sent, VaultBytes Bytes)> documents, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var rows = new List<DataDocument>();
        foreach (var (sent, bytes) in documents)
        {
            var kept = await vault.Keep(bytes, sent.MediaType, request.Subject, actor, "document of a request for data", now + settings.Keep, ct);
            rows.Add(new()
            {
                Id = Id<DataDocument>.New(now), Request = request.Id, Kind = sent.Kind, Number = sent.Number.Trim(), IssuedOn = sent.IssuedOn, Issuer = sent.Issuer.Trim(),
                Evidence = kept.Id, MediaType = sent.MediaType, AddedAt = now,
            });
            audit.Record(actor, "data-request.document-added", request.Subject, sent.Number.Trim(), new { document = rows[^1].Id, sent.Kind, sent.IssuedOn, evidence = kept.Id });
        }

        db.AddRange(rows);
        return rows;
    }

    private void Check(DocumentSent sent, string at)
    {
        if (!Enum.IsDefined(sent.Kind))
        {
            throw new BadInput($"{at}kind", "There is no such kind of document.");
        }

        if (sent.Number?.Trim() is not { Length: > 0 and <= 200 })
        {
            throw new BadInput($"{at}number", "A document has a number of 1 to 200 characters.");
        }

        if (sent.Issuer?.Trim() is not { Length: > 0 and <= 200 })
        {
            throw new BadInput($"{at}issuer", "Say which court or office issued it, in 1 to 200 characters.");
        }

        // A day's grace: the day may have begun already where it was issued.
        if (sent.IssuedOn > DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1) || sent.IssuedOn.Year < 1945)
        {
            throw new BadInput($"{at}issuedOn", "This is not a day on which it can have been issued.");
        }

        if (!Types.Contains(sent.MediaType))
        {
            throw new BadInput($"{at}mediaType", $"It is one of {string.Join(", ", Types)}.");
        }

        if (sent.Content is not { Length: > 0 and <= MaxBytes })
        {
            throw new BadInput($"{at}content", $"A document has 1 to {MaxBytes / 1_000_000} million bytes.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/data-requests/{id}/documents", (Id<DataRequest> id, DocumentSent document, AddDocument add, Actor actor, CancellationToken ct) => add.Run(id, document, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("Add a document to your request");
        api.MapPost("/data-requests/{id}/documents", (Id<DataRequest> id, DocumentSent document, AddDocument add, Actor actor, CancellationToken ct) => add.Run(id, document, actor, ct))
            .Requires(Permission.DecideDisclosures).WithSummary("Add a document that came by letter");
    }
}
