using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>The register of packages, and one of them: what is in it, what is missing, what stands in its way, and everything done with it. Never its file.</summary>
public sealed class ReadPackages(Db db, PackageFolder folder)
{
    private const int MostLines = 200;

    /// <summary>A line of the register.</summary>
    /// <param name="DueAt">By when the receiver should have it; null once they do.</param>
    public sealed record Row(
        Id<Package> Id, string Number, string Profile, string Agency, string Category, PackageState State, string? Halted, DateTimeOffset PreparedAt, DateTimeOffset? TakenAt, DateTimeOffset? ReceivedAt, DateTimeOffset? DueAt);

    /// <summary>An exhibit that goes along.</summary>
    public sealed record Part(Id<Exhibit> Id, string About, string Digest, DateTimeOffset SealedAt, int Files, long Bytes);

    /// <summary>All of one package.</summary>
    /// <param name="Parts">The sealed evidence in it; none where the profile takes none.</param>
    /// <param name="Stops">Why it cannot be released.</param>
    /// <param name="Seen">What to name at the release: the digest of what is shown.</param>
    public sealed record Shown(
        Row Row, Id<Agency> AgencyId, PackageProfile Profile, string Why, string Note, IReadOnlyList<Subject> About, IReadOnlyList<PackageMatter> Matters, IReadOnlyList<Part> Parts, bool Encrypts, string? Unencrypted, KeyCard? Key,
        IReadOnlyList<Sentence> Stops, string Seen, string PreparedBy, string? ReleasedBy, DateTimeOffset? ReleasedAt, string? WithdrawnBecause, Id<Exhibit>? Exhibit, string? Sha256, long? Length, long BuiltBytes, long TotalBytes,
        DateTimeOffset? BuiltAt, string FileName, string? Fingerprint, string? TakenBy, string? ReceivedBy, string? Receipt, bool ByHand, IReadOnlyList<AuditLine> History);

    /// <param name="state">Null for all. Newest first.</param>
    /// <param name="about">Only those about this subject.</param>
    public async Task<Page<Row>> Run(PackageState? state, Subject? about, PageRequest page, CancellationToken ct)
    {
        var of = db.Packages.AsNoTracking();
        of = state is { } wanted ? of.Where(p => p.State == wanted) : of;
        of = about is { } subject ? of.Where(p => db.PackageSubjects.Any(s => s.Package == p.Id && s.About.Kind == subject.Kind && s.About.Id == subject.Id)) : of;
        of = page.AfterId<Package>() is { } after ? of.Where(p => p.Id.CompareTo(after) < 0) : of;
        return Page<Row>.Of(await Rows(await of.OrderByDescending(p => p.Id).Take(page.Rows + 1).ToListAsync(ct), ct), page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">There is no such package.</exception>
    public async Task<Shown> One(Id<Package> id, CancellationToken ct)
    {
        var contents = await folder.Open(id, ct);
        var p = contents.Package;
        var own = p.Subject.Id;
        var history = await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "package" && l.Subject.Id == own).OrderByDescending(l => l.Seq).Take(MostLines).ToListAsync(ct);
        return new(
            (await Rows([p], ct))[0], p.Agency, contents.Profile, p.Why, p.Note, contents.About, contents.Matters, await Parts(contents, ct), contents.Encrypts, contents.Setting is { Unencrypted: true } set ? set.Why : null,
            contents.Key is null ? null : KeyCard.Of(contents.Key), p.State is PackageState.Prepared ? contents.Stops : [], contents.Digest, p.PreparedByName, p.ReleasedByName, p.ReleasedAt, p.WithdrawnBecause, p.Exhibit, p.Sha256, p.Length,
            p.BuiltBytes, p.TotalBytes, p.BuiltAt, p.FileName, p.Fingerprint, p.TakenBy, p.ReceivedBy, p.Receipt, p.ByHand, [.. history.OrderBy(l => l.Seq)]);
    }

    private async Task<List<Part>> Parts(PackageFolder.Contents contents, CancellationToken ct)
    {
        var parts = new List<Part>();
        foreach (var id in contents.Profile.Evidence ? contents.Matters.SelectMany(m => m.Exhibits).Distinct() : [])
        {
            var exhibit = await db.Exhibits.AsNoTracking().SingleAsync(e => e.Id == id, ct);
            var list = exhibit.Read();
            parts.Add(new(id, exhibit.About.ToString(), exhibit.Digest, exhibit.SealedAt, list.Files.Count, list.Files.Sum(f => f.Length)));
        }

        return parts;
    }

    private async Task<List<Row>> Rows(IReadOnlyList<Package> packages, CancellationToken ct)
    {
        var agencies = packages.Select(p => p.Agency).Distinct().ToList();
        var names = await db.Agencies.Where(a => agencies.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, ct);
        var subjects = packages.Select(p => p.Subject.Id).ToList();
        var due = (await db.Obligations.AsNoTracking().Owed().Where(o => o.About.Kind == "package" && subjects.Contains(o.About.Id)).ToListAsync(ct)).ToLookup(o => o.About.Id, o => o.DueAt);
        return [.. packages.Select(p => new Row(p.Id, p.Number, p.Profile, names[p.Agency], p.Category, p.State, p.Halted, p.PreparedAt, p.TakenAt, p.ReceivedAt, due[p.Subject.Id].Cast<DateTimeOffset?>().FirstOrDefault()))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/packages", (string? state, string? about, string? after, int? size, ReadPackages read, CancellationToken ct) => read.Run(Words.Read<PackageState>("state", state), Parted(about), new(after, size), ct))
            .Requires(Permission.ReadPackages).WithSummary("The register of packages for authorities");
        api.MapGet("/packages/{id}", (Id<Package> id, ReadPackages read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadPackages).WithSummary("One package: what is in it, what is missing, and everything done with it");
    }

    /// <summary>A subject as it is written in an address, <c>KIND/ID</c>.</summary>
    internal static Subject? Parted(string? about) => about is null ? null : about.Split('/', 2) is [{ Length: > 0 } kind, { Length: > 0 } id] ? new(kind, id) : throw new BadInput("about", "A subject is written KIND/ID.");
}
