using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>
/// How a package reaches its receiver: an officer takes it at the agency's door and confirms it by its digest, or somebody here takes it out to hand it over and enters the receipt.
/// Every time the file is opened is written down first; taken it is when the agency has opened it.
/// </summary>
public sealed class TakePackage(Db db, AuditLog audit, TimeProvider clock, Vault vault, Duties duties, Notices notices)
{
    /// <param name="Why">To whom it is handed and how, 1 to 2,000 characters.</param>
    public sealed record Request(string Why);

    /// <param name="Sha256">Of the file as it was received.</param>
    public sealed record Confirmation(string Sha256);

    /// <param name="By">Who received it, in words.</param>
    /// <param name="Words">The receipt's number or its words.</param>
    /// <param name="Sha256">As the receipt names it; null if it names none.</param>
    public sealed record Receipt(string By, string Words, string? Sha256 = null);

    /// <summary>Somebody here takes the file out, to hand it over.</summary>
    /// <exception cref="NotFound">There is no such package.</exception>
    /// <exception cref="RuleBroken">There is no file yet, or no longer.</exception>
    public async Task<(Stream Content, string Name)> Run(Id<Package> id, Request request, Actor actor, CancellationToken ct)
    {
        var why = Sentences.Checked(request.Why, "why");
        return await Take(await db.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw PackageFolder.Missing(), actor, why, p => p.MustHaveFile(), "package.taken-out", ct);
    }

    /// <summary>The agency takes the file at its door.</summary>
    /// <exception cref="NotFound">The agency has no such package.</exception>
    public async Task<(Stream Content, string Name)> Collect(Id<Package> id, Actor actor, CancellationToken ct) =>
        await Take(await Own(id, actor, ct), actor, "taken by the agency at its door", p => p.Take(actor, clock.GetUtcNow()), "package.taken", ct);

    /// <summary>The agency says that it has it: the digest is the proof.</summary>
    /// <exception cref="NotFound">The agency has no such package.</exception>
    /// <exception cref="RuleBroken">The digest is another file's, or it was confirmed before.</exception>
    public async Task Confirm(Id<Package> id, Confirmation confirmation, Actor actor, CancellationToken ct)
    {
        var sha256 = confirmation.Sha256 is { Length: > 0 } given ? given : throw new BadInput("sha256", "Give the SHA-256 of the file that you received.");
        await Received((await Own(id, actor, ct)).Id, p => p.Receive(sha256, actor.Name, sha256, byHand: false, clock.GetUtcNow()), actor, ct);
    }

    /// <summary>Enters the receipt for what was handed over by hand.</summary>
    /// <exception cref="NotFound">There is no such package.</exception>
    /// <exception cref="RuleBroken">It names another digest, or there is a receipt already.</exception>
    public Task Enter(Id<Package> id, Receipt receipt, Actor actor, CancellationToken ct)
    {
        var (by, words) = (Sentences.Checked(receipt.By, "by"), Sentences.Checked(receipt.Words, "words"));
        return Received(id, p => p.Receive(string.IsNullOrWhiteSpace(receipt.Sha256) ? null : receipt.Sha256, by, words, byHand: true, clock.GetUtcNow()), actor, ct);
    }

    private async Task Received(Id<Package> id, Action<Package> receive, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var package = await db.Packages.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw PackageFolder.Missing();
        receive(package);
        audit.Record(actor, package.ByHand ? "package.receipt-entered" : "package.received", package.Subject, package.Receipt!, new { package.Sha256, by = package.ReceivedBy });
        await duties.Keep(package.Subject, PreparePackage.Clause, Subject.Of("receipt", id), actor, ct);
        await notices.Over(package.Subject, ct);
        await transaction.Commit(ct);
    }

    // The vault writes down who opens it and why before it gives anything; what could not be opened was not taken.
    private async Task<(Stream, string)> Take(Package found, Actor actor, string why, Action<Package> take, string action, CancellationToken ct)
    {
        found.MustHaveFile();
        var content = await vault.Open(found.Evidence ?? throw PackageFolder.Missing(), actor, $"package {found.Number}: {why}", ct);
        try
        {
            // The line is an act of its own: it must not use up the idempotency key of the request that takes.
            (var write, db.Write) = (db.Write, null);
            await using var transaction = await db.Begin(ct);
            var package = await db.Packages.SingleAsync(p => p.Id == found.Id, ct);
            take(package);
            audit.Record(actor, action, package.Subject, why, new { package.Sha256 });
            await notices.Over(package.Subject, ct);
            await transaction.Commit(ct);
            db.Write = write;
            return (content, found.FileName);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private async Task<Package> Own(Id<Package> id, Actor actor, CancellationToken ct)
    {
        var agency = (await Agency.Of(db, actor, ct)).Id;
        return await db.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.Agency == agency && (p.State == PackageState.Ready || p.State == PackageState.Received), ct) ?? throw PackageFolder.Missing();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/packages/{id}/file", async (Id<Package> id, Request request, TakePackage take, Actor actor, CancellationToken ct) => File(await take.Run(id, request, actor, ct)))
            .Requires(Permission.ReleasePackages).WithSummary("Take a package's file out to hand it over, for a reason that is recorded");
        api.MapPost("/packages/{id}/receipt", async (Id<Package> id, Receipt receipt, TakePackage take, Actor actor, CancellationToken ct) =>
        {
            await take.Enter(id, receipt, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.PreparePackages).WithSummary("Enter the receipt for a package that was handed over by hand");
        api.MapGet("/agency/packages/{id}/file", async (Id<Package> id, TakePackage take, Actor actor, CancellationToken ct) => File(await take.Collect(id, actor, ct)))
            .Requires(Permission.UseAgencyDoor).WithSummary("Take a package that is ready for your agency; every time is recorded");
        api.MapPost("/agency/packages/{id}/receipt", async (Id<Package> id, Confirmation confirmation, TakePackage take, Actor actor, CancellationToken ct) =>
        {
            await take.Confirm(id, confirmation, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.UseAgencyDoor).WithSummary("Confirm that you have a package, by the SHA-256 of its file");
    }

    /// <summary>The file as an attachment.</summary>
    internal static FileStreamHttpResult File((Stream Content, string Name) taken) => TypedResults.Stream(taken.Content, "application/octet-stream", taken.Name);
}
