using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>An administrator compares the fingerprint of an agency's key with one that came another way, or puts the key out of use.</summary>
public sealed class ConfirmEncryptionKey(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Fingerprint">As it came the other way; spaces do not matter.</param>
    /// <param name="How">By which way, 1 to 2,000 characters.</param>
    public sealed record Request(string Fingerprint, string How);

    /// <exception cref="BadInput">It is another fingerprint.</exception>
    /// <exception cref="NotFound">The agency has no such key.</exception>
    public async Task<KeyCard> Run(Id<Agency> agency, Id<EncryptionKey> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var key = await Find(agency, id, ct);
        key.Confirm(request.Fingerprint, request.How, actor, clock.GetUtcNow());
        audit.Record(actor, "agency.key-confirmed", key.Subject, key.ConfirmedHow!, new { key = key.Id, key.Fingerprint });
        return await transaction.Commit(KeyCard.Of(key), ct);
    }

    /// <summary>Nothing more is encrypted to it.</summary>
    /// <exception cref="NotFound">The agency has no such key.</exception>
    public async Task<KeyCard> Retire(Id<Agency> agency, Id<EncryptionKey> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var key = await Find(agency, id, ct);
        key.Retire(clock.GetUtcNow());
        audit.Record(actor, "agency.key-retired", key.Subject, "", new { key = key.Id, key.Fingerprint });
        return await transaction.Commit(KeyCard.Of(key), ct);
    }

    /// <summary>An agency's keys, newest first, at most 50.</summary>
    public async Task<IReadOnlyList<KeyCard>> Of(Id<Agency> agency, CancellationToken ct) =>
        [.. (await db.EncryptionKeys.AsNoTracking().Where(k => k.Agency == agency).OrderByDescending(k => k.Id).Take(50).ToListAsync(ct)).Select(KeyCard.Of)];

    private async Task<EncryptionKey> Find(Id<Agency> agency, Id<EncryptionKey> id, CancellationToken ct) =>
        await db.EncryptionKeys.SingleOrDefaultAsync(k => k.Id == id && k.Agency == agency, ct) ?? throw new NotFound("such key");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agencies/{agency}/encryption-keys", (Id<Agency> agency, ConfirmEncryptionKey keys, CancellationToken ct) => keys.Of(agency, ct))
            .Requires(Permission.ReadAgencies).WithTags("Agencies").WithSummary("An agency's public OpenPGP keys");
        api.MapPost("/agencies/{agency}/encryption-keys/{id}/confirmation", (Id<Agency> agency, Id<EncryptionKey> id, Request request, ConfirmEncryptionKey confirm, Actor actor, CancellationToken ct) => confirm.Run(agency, id, request, actor, ct))
            .Requires(Permission.SafeguardPackages).WithTags("Agencies").WithSummary("Confirm the fingerprint of an agency's key, as it came another way");
        api.MapPost("/agencies/{agency}/encryption-keys/{id}/retire", (Id<Agency> agency, Id<EncryptionKey> id, ConfirmEncryptionKey confirm, Actor actor, CancellationToken ct) => confirm.Retire(agency, id, actor, ct))
            .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Put an agency's key out of use");
    }
}
