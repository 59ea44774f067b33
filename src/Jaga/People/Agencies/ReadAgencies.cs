namespace Jaga.People.Agencies;

/// <summary>An agency as the API and the console show it. Times in UTC; null for never.</summary>
public sealed record AgencyCard(
    Id<Agency> Id, string Name, AgencyKind Kind, string Country, IReadOnlyList<string> Competence, IReadOnlyList<string> Regimes, string Contact, string Language, string? Receiver, string? Email,
    DateTimeOffset AddedAt, string? VerifiedBy, DateTimeOffset? VerifiedAt, string? VerifiedHow, DateTimeOffset? ClosedAt)
{
    internal static AgencyCard Of(Agency a) => new(
        a.Id, a.Name, a.Kind, a.Country, a.Competence, a.Regimes, a.Contact, a.Language, a.Receiver, a.Email, a.AddedAt, a.VerifiedByName, a.VerifiedAt, a.VerifiedHow, a.ClosedAt);
}

/// <summary>The agencies, by name; and one of them with its officers and keys.</summary>
public sealed class ReadAgencies(Db db)
{
    /// <summary>The most officers, and the most keys, that are shown of one agency, newest first.</summary>
    public const int MostShown = 200;

    /// <summary>Somebody who signs in for the agency. Times in UTC; null for never.</summary>
    public sealed record Officer(Id<StaffMember> Id, string Email, string Name, bool HasPassword, bool HasTotp, int Passkeys, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt);

    /// <summary>A program's key, without its secret.</summary>
    public sealed record Key(Id<ApiKey> Id, string Prefix, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt);

    /// <summary>An agency with those who speak for it.</summary>
    public sealed record Whole(AgencyCard Agency, IReadOnlyList<Officer> Officers, IReadOnlyList<Key> Keys);

    public async Task<Page<AgencyCard>> Run(PageRequest page, CancellationToken ct)
    {
        var after = page.After ?? "";
        var rows = await db.Agencies.AsNoTracking().Where(a => a.Name.CompareTo(after) > 0).OrderBy(a => a.Name).Take(page.Rows + 1).ToListAsync(ct);
        return Page<AgencyCard>.Of([.. rows.Select(AgencyCard.Of)], page.Rows, a => a.Name);
    }

    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Whole> One(Id<Agency> id, CancellationToken ct)
    {
        var agency = await db.Agencies.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound("agency with this id");
        var officers = await db.Staff.AsNoTracking().Where(s => s.SpeaksFor == agency.Subject).OrderByDescending(s => s.CreatedAt).Take(MostShown).ToListAsync(ct);
        var ids = officers.Select(o => o.Id).ToList();
        var passkeys = await db.StaffPasskeys.Where(p => ids.Contains(p.StaffId)).GroupBy(p => p.StaffId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var keys = await db.ApiKeys.AsNoTracking().Where(k => k.SpeaksFor == agency.Subject).OrderByDescending(k => k.CreatedAt).Take(MostShown).ToListAsync(ct);
        return new(
            AgencyCard.Of(agency),
            [.. officers.Select(o => new Officer(o.Id, o.Email, o.Name, o.PasswordHash is not null, o.TotpSince is not null, passkeys.GetValueOrDefault(o.Id), o.CreatedAt, o.DisabledAt))],
            [.. keys.Select(k => new Key(k.Id, ApiKey.Scheme + k.Prefix, k.Name, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt))]);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agencies", (string? after, int? size, ReadAgencies read, CancellationToken ct) => read.Run(new(after, size), ct))
            .Requires(Permission.ReadAgencies).WithTags("Agencies").WithSummary("List the agencies");
        api.MapGet("/agencies/{id}", (Id<Agency> id, ReadAgencies read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadAgencies).WithTags("Agencies").WithSummary("Read an agency, its officers and keys");
    }
}
