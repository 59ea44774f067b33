using System.Globalization;

namespace Jaga.Matching;

/// <summary>What the keys of the match service asked in the last days, the latest first.</summary>
public sealed class ReadAskUsage(Db db, AskSettings settings, TimeProvider clock)
{
    /// <summary>The days that are told of.</summary>
    public const int Days = 30;

    /// <param name="Key">The key's id.</param>
    /// <param name="Name">What its makers call it.</param>
    /// <param name="Day">In UTC, <c>2026-11-30</c>.</param>
    /// <param name="Asked">Things asked about.</param>
    /// <param name="Known">Of those, known ones.</param>
    /// <param name="Refused">Those beyond the day's budget.</param>
    public sealed record Row(string Key, string Name, string? Platform, string Day, long Asked, long Known, long Refused);

    public async Task<IReadOnlyList<Row>> Run(CancellationToken ct)
    {
        var since = clock.GetUtcNow().UtcDateTime.AddDays(-Days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
#pragma warning disable CA1309, CA1310 // Translated to the database's own comparison; the days are digits.
        var rows = await db.AskUsages.AsNoTracking().Where(u => string.Compare(u.Day, since) >= 0).OrderByDescending(u => u.Day).ThenByDescending(u => u.Asked).Take(1000).ToListAsync(ct);
#pragma warning restore CA1309, CA1310
        var keys = await db.ApiKeys.AsNoTracking().Select(k => new { k.Id, k.Name, k.Platform }).ToListAsync(ct);
        var byId = keys.ToDictionary(k => k.Id.ToString());
        return [.. rows.Select(u => new Row(
            u.Key, byId.GetValueOrDefault(u.Key)?.Name ?? "", byId.GetValueOrDefault(u.Key)?.Platform, u.Day, u.Asked, u.Known, Math.Max(0, u.Asked - settings.PerDay)))];
    }

    /// <summary><c>GET /ask/usage</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/ask/usage", async (ReadAskUsage read, CancellationToken ct) => TypedResults.Ok(await read.Run(ct)))
        .Requires(Permission.ReadPeople)
        .WithName("ReadAskUsage").WithSummary("How much each key of the match service asked");
}
