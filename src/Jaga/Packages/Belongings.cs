using Jaga.Evidence;

namespace Jaga.Packages;

/// <summary>The packages that were made of a case or of a request for data: their papers and their file are evidence about the package.</summary>
public sealed class Belongings(Db db) : IBelongings
{
    public Task<IReadOnlyList<Subject>> Of(Subject whole, CancellationToken ct) => Task.FromResult<IReadOnlyList<Subject>>([]);

    public async Task<IReadOnlyList<Subject>> MadeOf(IReadOnlyCollection<Subject> parts, CancellationToken ct)
    {
        var packages = new HashSet<Subject>();

        // Never of an item itself, of which an account may have thousands.
        foreach (var (kind, ids) in parts.Where(p => p.Kind is not "item").GroupBy(p => p.Kind).SelectMany(g => g.Select(p => p.Id).Chunk(200).Select(ids => (g.Key, ids))))
        {
            packages.UnionWith((await db.PackageSubjects.AsNoTracking().Where(s => s.About.Kind == kind && ids.Contains(s.About.Id)).Select(s => s.Package).ToListAsync(ct)).Select(p => Subject.Of("package", p)));
        }

        return [.. packages];
    }
}
