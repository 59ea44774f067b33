using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>Takes a package back that the agency has not taken yet, or has one tried again that could not be built.</summary>
public sealed class WithdrawPackage(Db db, AuditLog audit, TimeProvider clock, Duties duties, Notices notices, PackageFolder folder, Jobs jobs)
{
    /// <param name="Why">1 to 2,000 characters.</param>
    public sealed record Request(string Why);

    /// <summary>Takes it back for good; what was sealed stays sealed.</summary>
    /// <exception cref="NotFound">There is no such package.</exception>
    /// <exception cref="RuleBroken">The agency has it, or it was taken back before.</exception>
    public async Task Run(Id<Package> id, Request request, Actor actor, CancellationToken ct)
    {
        var why = Sentences.Checked(request.Why, "why");
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw PackageFolder.Missing();
        var ready = package.State is PackageState.Ready;
        package.Withdraw(why, clock.GetUtcNow());
        audit.Record(actor, "package.withdrawn", package.Subject, why);
        if (ready)
        {
            await folder.Withdrawn(package, why, actor, ct);
        }

        await duties.CancelAll(package.Subject, why, actor, ct);
        await notices.Over(package.Subject, ct);
        await transaction.Commit(ct);
    }

    /// <summary>Has it tried again.</summary>
    /// <exception cref="NotFound">There is no such package.</exception>
    /// <exception cref="RuleBroken">Nothing stopped it.</exception>
    public async Task Retry(Id<Package> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw PackageFolder.Missing();
        package.Resume();
        audit.Record(actor, "package.retried", package.Subject);
        jobs.Later(new BuildPackage.Work(id));
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/packages/{id}/withdrawal", async (Id<Package> id, Request request, WithdrawPackage withdraw, Actor actor, CancellationToken ct) =>
        {
            await withdraw.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.PreparePackages).WithSummary("Take a package back that the agency has not taken");
        api.MapPost("/packages/{id}/retry", async (Id<Package> id, WithdrawPackage withdraw, Actor actor, CancellationToken ct) =>
        {
            await withdraw.Retry(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.PreparePackages).WithSummary("Build a package again that was stopped");
    }
}
