using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>An agency reads which packages lie ready for it, and nothing of anybody else's, nor of those that are not ready.</summary>
public sealed class ReadOwnPackages(Db db, ReadProof proofs)
{
    /// <summary>A package as its agency sees it.</summary>
    /// <param name="Sha256">Of the file; what a receipt names.</param>
    /// <param name="Fingerprint">Of the key that it is encrypted to; null for none.</param>
    public sealed record Own(
        Id<Package> Id, string Number, string FileName, string Sha256, long Length, string? Fingerprint, IReadOnlyList<Subject> About, string Note, DateTimeOffset ReadyAt, DateTimeOffset? TakenAt, DateTimeOffset? ReceivedAt);

    /// <summary>Newest first.</summary>
    public async Task<Page<Own>> Run(Actor actor, PageRequest page, CancellationToken ct)
    {
        var of = await Mine(actor, ct);
        of = page.AfterId<Package>() is { } after ? of.Where(p => p.Id.CompareTo(after) < 0) : of;
        return Page<Own>.Of(await Told(await of.OrderByDescending(p => p.Id).Take(page.Rows + 1).ToListAsync(ct), ct), page.Rows, p => p.Id.ToString());
    }

    /// <exception cref="NotFound">The agency has no such package; the same words as for one that is not there.</exception>
    public async Task<Own> One(Id<Package> id, Actor actor, CancellationToken ct) =>
        (await Told([await (await Mine(actor, ct)).SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw PackageFolder.Missing()], ct))[0];

    /// <summary>The line of the audit log that names the file by its digest, with its proof (C2SP tlog-proof): for the agency to keep, and to check without us.</summary>
    /// <exception cref="NotFound">The agency has no such package.</exception>
    public async Task<string> Proof(Id<Package> id, Actor actor, CancellationToken ct)
    {
        await One(id, actor, ct);
        return await proofs.Receipt(Subject.Of("package", id), BuildPackage.Line, ct) ?? throw PackageFolder.Missing();
    }

    private async Task<IQueryable<Package>> Mine(Actor actor, CancellationToken ct)
    {
        var agency = (await Agency.Of(db, actor, ct)).Id;
        return db.Packages.AsNoTracking().Where(p => p.Agency == agency && (p.State == PackageState.Ready || p.State == PackageState.Received));
    }

    private async Task<List<Own>> Told(IReadOnlyList<Package> packages, CancellationToken ct)
    {
        var ids = packages.Select(p => p.Id).ToList();
        var about = (await db.PackageSubjects.AsNoTracking().Where(s => ids.Contains(s.Package)).OrderBy(s => s.Position).ToListAsync(ct)).ToLookup(s => s.Package, s => s.About);
        return [.. packages.Select(p => new Own(p.Id, p.Number, p.FileName, p.Sha256!, p.Length!.Value, p.Fingerprint, [.. about[p.Id]], p.Note, p.BuiltAt!.Value, p.TakenAt, p.ReceivedAt))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agency/packages", (string? after, int? size, ReadOwnPackages read, Actor actor, CancellationToken ct) => read.Run(actor, new(after, size), ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("The packages that lie ready for your agency");
        api.MapGet("/agency/packages/{id}", (Id<Package> id, ReadOwnPackages read, Actor actor, CancellationToken ct) => read.One(id, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("One of your agency's packages");
        api.MapGet("/agency/packages/{id}/proof", async (Id<Package> id, ReadOwnPackages read, Actor actor, CancellationToken ct) => TypedResults.Text(await read.Proof(id, actor, ct), "text/plain; charset=utf-8"))
            .Requires(Permission.UseAgencyDoor).WithSummary("The line of the audit log that names your package's file, with its proof (C2SP tlog-proof)");
    }
}
