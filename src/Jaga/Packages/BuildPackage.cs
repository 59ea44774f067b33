using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Evidence;
using Jaga.Letters;

namespace Jaga.Packages;

/// <summary>
/// Builds a released package: asks once more whether all of it may go, seals what was released, and streams the bag through GnuPG into the vault. A crash at any place leaves either
/// nothing or a sealed exhibit that the next try goes on from; what cannot be built stops with its reason, for a person to see: at once where a rule says no, and after
/// <see cref="MostFailures"/> tries where disk, store or key do.
/// </summary>
public sealed class BuildPackage(
    Db db, AuditLog audit, TimeProvider clock, PackageFolder folder, PackagePapers papers, Vault vault, Exhibits exhibits, ExhibitBag bags, OpenPgp pgp, WayToAgency way, PrintLetter print, Jobs jobs,
    EvidenceSettings house, PackageSettings settings, IServiceScopeFactory scopes) : IWork<BuildPackage.Work>
{
    /// <summary>What the agency's webhook and mail are told by.</summary>
    public const string Type = "package.ready";

    /// <summary>The line of the audit log that names the finished file by its digest.</summary>
    public const string Line = "package.built";

    /// <summary>Tries in a row that may fail for a reason that may pass, later each time, over a quarter of an hour or so. Fewer than make the job dead, which nobody sees on the package's page.</summary>
    public const int MostFailures = Job.MaxAttempts - 1;

    /// <summary>Why it is kept as long as it is: the house's own retention.</summary>
    private const string Kept = "house.keep-evidence";

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10), HandOver = TimeSpan.FromDays(30);
    private static readonly Actor Me = Actor.System("packages");

    /// <summary>The package to build.</summary>
    public sealed record Work(Id<Package> Package);

    public async Task Run(Work work, CancellationToken ct)
    {
        if (await db.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == work.Package, ct) is not { State: PackageState.Building, Halted: null })
        {
            return;
        }

        if (!await Lease(work.Package, 0, first: true, ct))
        {
            // Another worker is at it; should it die, somebody must look again.
            await using var later = await db.Begin(ct);
            jobs.Later(work, Hold);
            await later.Commit(ct);
            return;
        }

        try
        {
            var contents = await folder.Open(work.Package, ct);
            if (!contents.Agency.IsTrusted)
            {
                throw new RuleBroken("The agency was closed, or nobody has made sure of it.");
            }

            var key = await Key(contents, ct);
            var exhibit = contents.Package.Exhibit is { } done ? await db.Exhibits.AsNoTracking().SingleAsync(e => e.Id == done, ct) : await Seal(contents, ct);
            var bytes = await Write(contents, exhibit, key, ct);
            await Finish(work.Package, exhibit, bytes, ct);
        }
        catch (Exception stop) when (stop is RuleBroken or BadInput or NotFound or EvidenceAltered)
        {
            await Halt(work.Package, stop.Message, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            if (!await Fail(work.Package, failure.Message, ct))
            {
                throw;
            }
        }
    }

    // The key that was released to, as long as it may still be encrypted to.
    private async Task<EncryptionKey?> Key(PackageFolder.Contents contents, CancellationToken ct)
    {
        if (contents.Package.Key is not { } id)
        {
            return contents.Encrypts ? throw new RuleBroken("It was released without encryption, which is no longer allowed for its profile. Take it back and prepare it anew.") : null;
        }

        var key = await db.EncryptionKeys.AsNoTracking().SingleAsync(k => k.Id == id, ct);
        return key.WhyNot(clock.GetUtcNow()) is { } why ? throw new RuleBroken(why.En, why.Id) : key;
    }

    // One transaction: the papers and the files are kept, and sealed together with the digests of the exhibits that go along.
    private async Task<Exhibit> Seal(PackageFolder.Contents contents, CancellationToken ct)
    {
        var files = await folder.Files(contents, Me, ct);
        var parts = await Parts(contents, ct);
        files.InsertRange(0, await papers.Write(contents, parts, files, ct));
        if (await print.Print(System.Text.Encoding.UTF8.GetString(files.Single(f => f.Name == PackagePapers.Report).Content), ct) is { } pdf)
        {
            files.Add(new("report.pdf", "application/pdf", pdf));
        }

        var keep = settings.Keep;
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleAsync(p => p.Id == contents.Package.Id, ct);
        var names = new Dictionary<Id<VaultObject>, string>();
        foreach (var file in files)
        {
            names[(await vault.Keep(file.Content, file.MediaType, package.Subject, Me, $"part of package {package.Number}", clock.GetUtcNow() + keep, ct)).Id] = file.Name;
        }

        var record = new
        {
            package = new { package.Id, package.Number, package.Profile, package.Category, package.Why, package.PreparedBy, package.PreparedAt, package.ReleasedBy, package.ReleasedAt, package.Seen, package.Fingerprint },
            agency = new { contents.Agency.Id, contents.Agency.Name, contents.Agency.Country }, contents.About, exhibits = parts.Select(p => new { p.Id, about = p.About.ToString(), p.Digest }),
        };
        var exhibit = await exhibits.Seal(package.Subject, [.. names.Keys], record, Kept, keep, Me, $"package {package.Number} for {contents.Agency.Name}", names, [.. parts.Select(p => new ExhibitPart(p.Id, p.Digest))], ct);
        foreach (var part in parts)
        {
            audit.Record(Me, ExhibitBag.Exported, part.Subject, $"part of package {package.Number} for {contents.Agency.Name}", new { part.Digest, package = package.Id });
        }

        package.Seal(exhibit.Id, exhibit.Read().Files.Concat(parts.SelectMany(p => p.Read().Files)).Sum(f => f.Length));
        audit.Record(Me, "package.sealed", package.Subject, "", new { exhibit = exhibit.Id, exhibit.Digest });
        return await transaction.Commit(exhibit, ct);
    }

    private async Task<List<Exhibit>> Parts(PackageFolder.Contents contents, CancellationToken ct)
    {
        var parts = new List<Exhibit>();
        foreach (var id in contents.Profile.Evidence ? contents.Matters.SelectMany(m => m.Exhibits).Distinct() : [])
        {
            parts.Add(await db.Exhibits.AsNoTracking().SingleAsync(e => e.Id == id, ct));
            await bags.Blobs(parts[^1].Read(), ct);
        }

        return parts;
    }

    private async Task<VaultBytes> Write(PackageFolder.Contents contents, Exhibit exhibit, EncryptionKey? key, CancellationToken ct)
    {
        var (package, parts) = (contents.Package, exhibit.Read().Parts ?? []);
        var also = contents.Matters.SelectMany(m => m.Lines).Append(package.Subject).Distinct().ToList();
        if (key is not null)
        {
            return await pgp.Encrypt(key.Armored, key.Fingerprint, Stream, output => vault.Put(output, settings.MaxBytes, ct), ct);
        }

        // Without encryption the same bytes go the same way, through a pipe of this process.
        var pipe = new System.IO.Pipelines.Pipe();
        var taken = vault.Put(pipe.Reader.AsStream(), settings.MaxBytes, ct);
        try
        {
            await Stream(pipe.Writer.AsStream(leaveOpen: true));
            await pipe.Writer.CompleteAsync();
        }
        catch (Exception failure)
        {
            await pipe.Writer.CompleteAsync(failure);
            await Task.WhenAny(taken);
            throw;
        }

        return await taken;

        async Task Stream(Stream target)
        {
            await using var counted = new CountedStream(target, bytes => Lease(package.Id, bytes, first: false, ct));
            await using var tar = new TarBag(counted, package.Number);
            var bag = new BagWriter(tar, clock.GetUtcNow());
            await bags.Write(bag, "data/", exhibit, also, package.Id.ToString(), ct);
            foreach (var part in parts)
            {
                var one = await db.Exhibits.AsNoTracking().SingleAsync(e => e.Id == part.Exhibit, ct);
                await bags.Write(bag, ExhibitBag.FolderOf(part.Exhibit), one, [one.About], package.Id.ToString(), ct);
            }

            await bag.Close(house.Organization, package.Number, $"Package for {contents.Agency.Name}, digest {exhibit.Digest}", ct);
        }
    }

    private async Task Finish(Id<Package> id, Exhibit exhibit, VaultBytes bytes, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleAsync(p => p.Id == id, ct);
        var agency = await db.Agencies.AsNoTracking().SingleAsync(a => a.Id == package.Agency, ct);
        var file = await vault.Keep(bytes, "application/octet-stream", package.Subject, Me, $"package {package.Number}", await Until(package, exhibit, now, ct), ct);
        package.Built(file, now);
        audit.Record(Me, Line, package.Subject, "", new { package.Sha256, package.Length, package.Fingerprint });
        await folder.Ready(package, Me, ct);
        var (title, text) = CoveringLetter.Waits(package, agency.Language);
        await way.Send(agency, Type, package.Subject, package.Subject, new { package.Id, package.Number, package.Sha256, package.Length }, title, text, ct);
        await transaction.Commit(ct);
    }

    // A package that is not encrypted is a copy of its evidence that this house can read: it goes with the first of it. Where that is past its day and only held, there is time to hand it over.
    private async Task<DateTimeOffset> Until(Package package, Exhibit exhibit, DateTimeOffset now, CancellationToken ct)
    {
        var parts = package.Key is null ? (exhibit.Read().Parts ?? []).Select(p => p.Exhibit).ToList() : [];
        var first = await db.Exhibits.Where(e => parts.Contains(e.Id)).MinAsync(e => (DateTimeOffset?)e.KeepUntil, ct);
        return first is not { } day || day > now + settings.Keep ? now + settings.Keep : day > now + HandOver ? day : now + HandOver;
    }

    // Lets go of it, so that the job that is tried again finds it free. True when that is over, and a person must look.
    private async Task<bool> Fail(Id<Package> id, string because, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleAsync(p => p.Id == id, ct);
        var last = package.State is PackageState.Building && package.Failures + 1 >= MostFailures;
        if (last)
        {
            package.Halt($"It could not be built {MostFailures} times in a row, at last because: {because}");
            audit.Record(Me, "package.halted", package.Subject, because);
        }
        else if (package.State is PackageState.Building)
        {
            package.Fail();
            audit.Record(Me, "package.failed", package.Subject, because);
        }

        await transaction.Commit(ct);
        return last;
    }

    private async Task Halt(Id<Package> id, string because, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleAsync(p => p.Id == id, ct);
        if (package.State is PackageState.Building)
        {
            package.Halt(because);
            audit.Record(Me, "package.halted", package.Subject, because);
        }

        await transaction.Commit(ct);
    }

    // Holds the package for this worker, and tells how far it is. A scope of its own: the other one is at work.
    private async Task<bool> Lease(Id<Package> id, long bytes, bool first, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<Db>();
        var now = clock.GetUtcNow();
        DateTimeOffset? until = now + Hold;
        using var turn = await own.WriteAlone(ct);
        return await own.Packages.Where(p => p.Id == id && p.State == PackageState.Building && (!first || p.BuildingUntil == null || p.BuildingUntil < now))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.BuildingUntil, until).SetProperty(p => p.BuiltBytes, bytes), ct) == 1;
    }
}
