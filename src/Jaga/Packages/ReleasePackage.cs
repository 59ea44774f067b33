using Jaga.Audit;

namespace Jaga.Packages;

/// <summary>The second person has seen what is in a package and lets it go. What they saw is what is sealed; it is built and encrypted afterwards.</summary>
public sealed class ReleasePackage(Db db, AuditLog audit, TimeProvider clock, PackageFolder folder, Jobs jobs)
{
    /// <param name="Seen">The digest that stood on what you looked at.</param>
    public sealed record Request(string Seen);

    /// <exception cref="NotFound">There is no such package.</exception>
    /// <exception cref="RuleBroken">It is the same person, something stands in the way, or something changed since it was looked at.</exception>
    public async Task Run(Id<Package> id, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        if (contents.Stops is [var stop, ..])
        {
            throw new RuleBroken(stop.En, stop.Id);
        }

        if (request.Seen != contents.Digest && contents.Package.State is PackageState.Prepared)
        {
            throw new RuleBroken("What is in this package changed since you looked. Look again.");
        }

        contents.Package.Release(contents.Digest, PackageFolder.JsonOf(contents.Matters), contents.Encrypts ? contents.Key : null, actor, now);
        audit.Record(actor, "package.released", contents.Package.Subject, contents.Encrypts ? "" : contents.Setting!.Why, new { seen = contents.Digest, contents.Package.PreparedBy, encrypted = contents.Encrypts, contents.Package.Fingerprint });
        jobs.Later(new BuildPackage.Work(id));
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/packages/{id}/release", async (Id<Package> id, Request request, ReleasePackage release, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.ReleasePackages).WithSummary("Release a package").WithDescription("Not by who prepared it. It is then sealed, built and encrypted, and lies at the agency's door.");
}
