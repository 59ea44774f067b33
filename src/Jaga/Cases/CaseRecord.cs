using Jaga.Enforcement;
using Jaga.Evidence;

namespace Jaga.Cases;

/// <summary>
/// What is sealed with a decision: the media as it came and as it was shown, and the facts: what was found, who looked and for how long, what was concluded.
/// </summary>
public sealed class CaseRecord(Db db, IEnumerable<IKnowsSubject> rooms)
{
    /// <returns>The vault's objects, and the record that becomes <c>record.json</c>.</returns>
    public async Task<(IReadOnlyList<Id<VaultObject>> Objects, object Facts)> Gather(Case @case, Decision decision, IReadOnlyList<ActionWish> actions, CancellationToken ct)
    {
        var media = await db.CaseMedia.AsNoTracking().Where(m => m.Case == @case.Id).OrderBy(m => m.Id).ToListAsync(ct);
        var findings = await db.Findings.AsNoTracking().Where(f => f.Case == @case.Id).OrderBy(f => f.Id).ToListAsync(ct);
        var reveals = await db.Reveals.AsNoTracking().Where(r => r.Case == @case.Id).OrderBy(r => r.Id).ToListAsync(ct);
        var known = new List<object>();
        foreach (var room in rooms)
        {
            known.AddRange(await room.About(@case.Meant, ct));
        }

        var facts = new
        {
            @case = new { @case.Id, @case.About, @case.Means, @case.Category, @case.Severity, @case.OpenedAt, @case.Weight },
            findings = findings.Select(f => new { f.Algorithm, f.Bank, f.Signal, f.Distance, f.Variant, f.Labels, f.Provenance, f.At }),
            media = media.Select(m => new { m.Id, m.Sha256, m.Format, m.Width, m.Height, original = m.Original, view = m.View }),
            reveals = reveals.Select(r => new { r.Media, r.By, r.At, r.Milliseconds }),
            decision = new { decision.Id, decision.Verdict, decision.Policy, decision.Reason, decision.By, decision.At },
            actions,
            known,
        };
        return ([.. media.SelectMany(m => m.View is { } view ? [m.Original, view] : (Id<VaultObject>[])[m.Original])], facts);
    }
}

/// <summary>A room above the desk that knows something about a subject, to be sealed with a decision: what the platform sent.</summary>
public interface IKnowsSubject
{
    /// <summary>Facts about <paramref name="about"/>, each an object that becomes JSON; at most a hundred.</summary>
    Task<IReadOnlyList<object>> About(Subject about, CancellationToken ct);

    /// <summary>The same facts for a reviewer: names and values, for the case page.</summary>
    Task<IReadOnlyList<KnownFact>> Facts(Subject about, CancellationToken ct);

    /// <summary>How it came to the platform, for a report to an authority; null where this room knows nothing of it.</summary>
    Task<KnownUpload?> Upload(Subject about, CancellationToken ct) => Task.FromResult<KnownUpload?>(null);

    /// <summary>The authority behind <paramref name="source"/> of a finding; null where this room knows of none.</summary>
    Task<KnownAuthority?> Authority(Subject source, CancellationToken ct) => Task.FromResult<KnownAuthority?>(null);
}

/// <summary>An authority whose order brought something to the desk.</summary>
/// <param name="Reference">The authority's own, or else our number of the order.</param>
/// <param name="Country">ISO 3166-1 alpha-2; null where it is none, e.g. the European Union.</param>
public sealed record KnownAuthority(string Name, string Reference, string? Country);

/// <summary>How something came to the platform, as the platform told it; null for what it did not tell.</summary>
/// <param name="ReceivedAt">When Jaga was asked about it.</param>
public sealed record KnownUpload(string? Account, string? Group, string? Url, string? Name, DateTimeOffset? UploadedAt, bool? PubliclyAvailable, DateTimeOffset ReceivedAt);

/// <summary>One fact on the case page, e.g. <c>account</c> and <c>u42</c>.</summary>
public sealed record KnownFact(string Name, string Value);
