using Jaga.Enforcement;

namespace Jaga.Cases;

/// <summary>A case as the API and the console show it: everything but the pictures.</summary>
public sealed record CaseCard(
    Id<Case> Id, Subject About, CaseState State, Severity Severity, string Category, DateTimeOffset OpenedAt, DateTimeOffset? LegalDueAt, DateTimeOffset DueAt,
    int Weight, bool Escalated, string? LeasedBy, DateTimeOffset? LeasedUntil, int Version,
    IReadOnlyList<Finding> Findings, IReadOnlyList<MediaCard> Media, IReadOnlyList<KnownFact> Known, IReadOnlyList<Reveal> Reveals, IReadOnlyList<Decision> Decisions, IReadOnlyList<ActionCard> Actions)
{
    /// <summary>The case that it went into; null unless <see cref="CaseState.Merged"/>.</summary>
    public Id<Case>? MergedInto { get; init; }

    /// <summary>What a place in words is on the platform; null while nobody has said, and for every other case.</summary>
    public Subject? Means { get; init; }
}

/// <summary>A case's media without its bytes.</summary>
public sealed record MediaCard(Id<CaseMedia> Id, string Sha256, string Format, int Width, int Height, bool HasPreview, bool HasView);

/// <summary>Reads one case with all that belongs to it.</summary>
public sealed class ReadCase(Db db, IEnumerable<IKnowsSubject> rooms)
{
    /// <summary>The most findings, reveals and actions that one answer lists; a case may have more.</summary>
    public const int Most = 100;

    public async Task<CaseCard> Run(Id<Case> id, CancellationToken ct)
    {
        var c = await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var findings = await db.Findings.AsNoTracking().Where(f => f.Case == id).OrderBy(f => f.Distance).ThenBy(f => f.Id).Take(Most).ToListAsync(ct);
        var media = await db.CaseMedia.AsNoTracking().Where(m => m.Case == id).OrderBy(m => m.Id).Take(Most)
            .Select(m => new MediaCard(m.Id, m.Sha256, m.Format, m.Width, m.Height, m.Preview != null, m.View != null)).ToListAsync(ct);
        var reveals = await db.Reveals.AsNoTracking().Where(r => r.Case == id).OrderByDescending(r => r.Id).Take(Most).ToListAsync(ct);
        var decisions = await db.Decisions.AsNoTracking().Where(d => d.Case == id).OrderByDescending(d => d.Id).ToListAsync(ct);
        var because = decisions.Select(d => d.Id.ToString()).ToList();
        var actions = await db.Actions.AsNoTracking().Where(a => a.Because.Kind == "decision" && because.Contains(a.Because.Id)).OrderBy(a => a.Id).Take(Most).ToListAsync(ct);
        var known = new List<KnownFact>();
        foreach (var room in rooms)
        {
            known.AddRange(await room.Facts(c.Meant, ct));
        }

        return new(c.Id, c.About, c.State, c.Severity, c.Category, c.OpenedAt, c.LegalDueAt, c.DueAt, c.Weight, c.EscalatedAt is not null, c.LeasedBy, c.LeasedUntil, c.Version,
            findings, media, known, reveals, decisions, [.. actions.Select(ActionCard.Of)])
        {
            MergedInto = c.MergedInto,
            Means = c.Means,
        };
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/cases/{id}", async (Id<Case> id, ReadCase read, CancellationToken ct) => TypedResults.Ok(await read.Run(id, ct)))
        .Requires(Permission.ReadCases)
        .WithSummary("Read a case");
}
