namespace Jaga.Obligations;

/// <summary>The ladders that the operator has set: those in force, and the versions of one clause.</summary>
public sealed class ReadLadders(Db db, Ladders ladders, Regimes regimes)
{
    private const int MostVersions = 50;

    /// <summary>One version. <c>Steps</c> null: the regime's own ladder; <c>Due</c> null: its own time; <c>Queue</c> empty: any.</summary>
    public sealed record Version(string Clause, string Queue, int Number, IReadOnlyList<Step>? Steps, string? Due, DateTimeOffset SetAt, string SetBy, string Why);

    /// <summary>What the regime says of a clause, what is in force for a queue of it, and the versions, newest first, at most 50.</summary>
    public sealed record Of(string Clause, string Queue, IReadOnlyList<Step> Own, string OwnDue, IReadOnlyList<Step> InForce, string Due, IReadOnlyList<Version> Versions);

    /// <summary>The versions in force, one for each clause and queue where anything was ever set.</summary>
    public async Task<IReadOnlyList<Version>> Run(CancellationToken ct) => [.. (await ladders.Newest().OrderBy(l => l.Clause).ThenBy(l => l.Queue).ToListAsync(ct)).Select(Show)];

    /// <summary>One clause's.</summary>
    /// <param name="queue">The queue that it is meant for; null for any.</param>
    /// <exception cref="NotFound">No regime has this clause.</exception>
    public async Task<Of> One(string clause, string? queue, CancellationToken ct)
    {
        var (own, of) = (regimes.Find(clause), queue ?? "");
        var versions = await db.Ladders.AsNoTracking().Where(l => l.Clause == clause && l.Queue == of).OrderByDescending(l => l.Number).Take(MostVersions).ToListAsync(ct);
        var now = versions.Count > 0 ? versions[0].Over(own) : own;
        return new(clause, of, own.Ladder, own.Due.Text, now.Ladder, now.Due.Text, [.. versions.Select(Show)]);
    }

    internal static Version Show(Ladder l) => new(l.Clause, l.Queue, l.Number, l.ReadSteps(), l.Due, l.SetAt, l.SetBy, l.Why);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ladders", (ReadLadders read, CancellationToken ct) => read.Run(ct)).Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("The ladders that were set here over those of the regimes");
        api.MapGet("/regimes/{clause}/ladder", (string clause, string? queue, ReadLadders read, CancellationToken ct) => read.One(clause, queue, ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("Who is warned when of one clause, with the versions");
    }
}
