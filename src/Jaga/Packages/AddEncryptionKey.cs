using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>Adds an agency's public OpenPGP key. Nothing is encrypted to it before an administrator has confirmed its fingerprint.</summary>
public sealed class AddEncryptionKey(Db db, AuditLog audit, TimeProvider clock, OpenPgp pgp)
{
    /// <param name="Key">One public key in ASCII armour, at most 256 KiB.</param>
    public sealed record Request(string Key);

    /// <exception cref="BadInput">It is no key that can be encrypted to.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    public async Task<KeyCard> Run(Id<Agency> agency, Request request, Actor actor, CancellationToken ct)
    {
        var read = await pgp.Read(request.Key, ct);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        (await Agency.Find(db, agency, ct)).MustBeOpen();
        if (await db.EncryptionKeys.AnyAsync(k => k.Agency == agency && k.Fingerprint == read.Fingerprint && k.RetiredAt == null, ct))
        {
            throw new RuleBroken("This agency has this key already.");
        }

        var key = new EncryptionKey
        {
            Id = Id<EncryptionKey>.New(now), Agency = agency, Armored = read.Armored, Fingerprint = read.Fingerprint, Names = string.Join('\n', read.Names), Algorithm = read.Algorithm, CreatedAt = read.CreatedAt,
            ExpiresAt = read.ExpiresAt, AddedBy = actor.ToString(), AddedByName = actor.Name, AddedAt = now,
        };
        db.Add(key);
        audit.Record(actor, "agency.key-added", key.Subject, "", new { key = key.Id, key.Fingerprint });
        return await transaction.Commit(KeyCard.Of(key), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/agencies/{agency}/encryption-keys", (Id<Agency> agency, Request request, AddEncryptionKey add, Actor actor, CancellationToken ct) => add.Run(agency, request, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Add an agency's public OpenPGP key");
}

/// <summary>An agency's key as the API and the console show it.</summary>
/// <param name="Names">Whom it says that it is.</param>
public sealed record KeyCard(
    Id<EncryptionKey> Id, string Fingerprint, IReadOnlyList<string> Names, string Algorithm, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string AddedBy, DateTimeOffset AddedAt,
    string? ConfirmedBy, DateTimeOffset? ConfirmedAt, string? ConfirmedHow, DateTimeOffset? RetiredAt)
{
    internal static KeyCard Of(EncryptionKey k) => new(
        k.Id, k.Spoken, k.Names.Split('\n'), k.Algorithm, k.CreatedAt, k.ExpiresAt, k.AddedByName, k.AddedAt, k.ConfirmedByName, k.ConfirmedAt, k.ConfirmedHow, k.RetiredAt);
}
