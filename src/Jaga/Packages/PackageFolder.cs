using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>Everything about one package, and what stands between it and its release: the only place where that is judged.</summary>
public sealed class PackageFolder(Db db, IEnumerable<IPackageSource> sources, PackageProfiles profiles, PackageSettings settings, TimeProvider clock)
{
    /// <summary>The most matters of one package.</summary>
    public const int MostMatters = 10;

    /// <param name="Key">The agency's key in use, whatever its standing; null for none.</param>
    /// <param name="Setting">What an administrator set for the profile; null for nothing.</param>
    /// <param name="Stops">Why it cannot be released; none if it can.</param>
    /// <param name="Digest">SHA-256 of what is known of the matters, in hexadecimal: what a person saw.</param>
    public sealed record Contents(
        Package Package, IReadOnlyList<Subject> About, Agency Agency, PackageProfile Profile, IReadOnlyList<PackageMatter> Matters, EncryptionKey? Key, ProfileSetting? Setting, IReadOnlyList<Sentence> Stops, string Digest)
    {
        /// <summary>Whether it leaves encrypted.</summary>
        public bool Encrypts => Setting is not { Unencrypted: true };
    }

    /// <summary>An authority that could be told, and why.</summary>
    /// <param name="Fits">Whether it is there for the house's country and the category.</param>
    public sealed record Candidate(PackageProfile Profile, bool Fits);

    /// <exception cref="NotFound">There is no such package.</exception>
    public async Task<Contents> Open(Id<Package> id, CancellationToken ct)
    {
        var package = await db.Packages.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw Missing();
        var about = await About(id, ct);
        var agency = await db.Agencies.AsNoTracking().SingleAsync(a => a.Id == package.Agency, ct);
        var (matters, stops) = (new List<PackageMatter>(), new List<Sentence>());
        if (package.Matters is { } seen)
        {
            matters = JsonSerializer.Deserialize<List<PackageMatter>>(seen, Json.Options)!;
        }
        else
        {
            foreach (var one in about)
            {
                try
                {
                    matters.Add(await SourceOf(one).Gather(one, ct));
                }
                catch (RuleBroken rule)
                {
                    stops.Add(new(rule.Message, rule.Message));
                }
            }
        }

        var key = await KeyOf(package.Agency, ct);
        var setting = await db.ProfileSettings.AsNoTracking().SingleOrDefaultAsync(s => s.Profile == package.Profile, ct);
        var contents = new Contents(package, about, agency, profiles.Of(package.Profile), matters, key, setting, stops, DigestOf(JsonOf(matters)));
        stops.AddRange(Stops(contents));
        return contents;
    }

    /// <summary>What is known of these subjects.</summary>
    /// <exception cref="BadInput">There are none, too many, or one that no room answers for.</exception>
    /// <exception cref="RuleBroken">One may not be packaged.</exception>
    public async Task<IReadOnlyList<PackageMatter>> Gather(IReadOnlyList<Subject>? about, CancellationToken ct)
    {
        if (about is not { Count: > 0 and <= MostMatters } || about.Distinct().Count() != about.Count)
        {
            throw new BadInput("about", $"Name 1 to {MostMatters} cases or requests for data, each once.");
        }

        var matters = new List<PackageMatter>();
        foreach (var one in about)
        {
            matters.Add(await SourceOf(one).Gather(one, ct));
        }

        return matters;
    }

    /// <summary>The files of the matters, and that each may still go.</summary>
    /// <exception cref="RuleBroken">One may no longer.</exception>
    internal async Task<List<PackageFile>> Files(Contents contents, Actor actor, CancellationToken ct)
    {
        var files = new List<PackageFile>();
        foreach (var about in contents.About)
        {
            await SourceOf(about).Gather(about, ct);
            files.AddRange(await SourceOf(about).Files(about, actor, $"put into package {contents.Package.Number}", ct));
        }

        return files;
    }

    /// <summary>Tells the rooms whose matters are in it that it lies ready for its agency; in the caller's transaction.</summary>
    internal async Task Ready(Package package, Actor actor, CancellationToken ct)
    {
        foreach (var about in await About(package.Id, ct))
        {
            await SourceOf(about).Ready(about, package, actor, ct);
        }
    }

    /// <summary>Tells them that it no longer does.</summary>
    internal async Task Withdrawn(Package package, string why, Actor actor, CancellationToken ct)
    {
        foreach (var about in await About(package.Id, ct))
        {
            await SourceOf(about).Withdrawn(about, package, why, actor, ct);
        }
    }

    /// <summary>The authorities in the order in which they are meant for a category: those of the house's country first.</summary>
    public IReadOnlyList<Candidate> Candidates(string category) =>
        [.. profiles.All.Select(p => new Candidate(p, p.IsFor(settings.Country, category))).OrderByDescending(c => c.Fits).ThenBy(c => c.Profile.Country == "*")];

    /// <summary>The agency's key that was added last and is not out of use.</summary>
    internal async Task<EncryptionKey?> KeyOf(Id<Agency> agency, CancellationToken ct) =>
        await db.EncryptionKeys.AsNoTracking().Where(k => k.Agency == agency && k.RetiredAt == null).OrderByDescending(k => k.ConfirmedAt != null).ThenByDescending(k => k.Id).FirstOrDefaultAsync(ct);

    private Task<List<Subject>> About(Id<Package> id, CancellationToken ct) => db.PackageSubjects.AsNoTracking().Where(s => s.Package == id).OrderBy(s => s.Position).Select(s => s.About).ToListAsync(ct);

    internal static string JsonOf(IReadOnlyList<PackageMatter> matters) => JsonSerializer.Serialize(matters, Json.Options);

    internal static string DigestOf(string matters) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(matters)));

    /// <summary>The same for a package that is not this agency's as for one that is not there: nobody learns of others by guessing.</summary>
    internal static NotFound Missing() => new("such package");

    private IEnumerable<Sentence> Stops(Contents contents)
    {
        var now = clock.GetUtcNow();
        if (!contents.Agency.IsTrusted)
        {
            yield return new("Nobody has made sure of this agency, or it is closed.", "Lembaga ini belum diverifikasi, atau sudah ditutup.");
        }

        if (contents.Matters.Select(m => m.NotBefore).Max() is { } from && from > now)
        {
            yield return new($"The decision can still be taken back until {from:u}; nothing leaves before.", $"Keputusan masih dapat ditarik kembali hingga {from:u}; sebelum itu tidak ada yang diserahkan.");
        }

        if (contents.Encrypts && contents.Key is null)
        {
            yield return new("The agency has no key to encrypt to. Add it on the agency's page.", "Lembaga ini belum memiliki kunci untuk enkripsi. Tambahkan di halaman lembaga.");
        }
        else if (contents.Encrypts && contents.Key!.WhyNot(now) is { } why)
        {
            yield return why;
        }
    }

    private IPackageSource SourceOf(Subject about) => sources.SingleOrDefault(s => s.Kind == about.Kind) ?? throw new BadInput("about", $"A package is about one of: {string.Join(", ", sources.Select(s => s.Kind))}.");
}
