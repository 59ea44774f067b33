namespace Jaga.People;

/// <summary>The house's API keys, newest first, not those of agencies and flaggers; of their secrets nothing but the prefix.</summary>
public sealed class ReadApiKeys(Db db)
{
    /// <summary>A key, without its secret. Times in UTC; null for never.</summary>
    public sealed record Row(Id<ApiKey> Id, string Prefix, string Name, IReadOnlyList<Permission> Scopes, string? Platform, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt);

    public async Task<Page<Row>> Run(PageRequest page, CancellationToken ct)
    {
        var keys = db.ApiKeys.AsNoTracking().Where(k => k.SpeaksFor == null);
        if (page.AfterId<ApiKey>() is { } after)
        {
            var since = await db.ApiKeys.Where(k => k.Id == after).Select(k => k.CreatedAt).SingleOrDefaultAsync(ct);
            keys = keys.Where(k => k.CreatedAt < since);
        }

        var rows = await keys.OrderByDescending(k => k.CreatedAt).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. rows.Select(k => new Row(k.Id, ApiKey.Scheme + k.Prefix, k.Name, k.Scopes, k.Platform, k.CreatedBy, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt))], page.Rows, r => r.Id.ToString());
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/people/keys", (string? after, int? size, ReadApiKeys read, CancellationToken ct) => read.Run(new(after, size), ct))
        .Requires(Permission.ReadPeople).WithSummary("List the API keys");
}
