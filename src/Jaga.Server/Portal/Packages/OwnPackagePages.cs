using Jaga.Packages;
using Jaga.People.Agencies;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Portal.Packages;

/// <summary>The agency's pages for the packages that lie ready for it: take one, and confirm that it arrived.</summary>
public static class OwnPackagePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/agency/packages", async (string? after, ReadOwnPackages read, Db db, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<OwnPackagesPage>(new { Agency = (await Agency.Of(db, actor, ct)).Name, Packages = await read.Run(actor, new(after, null), ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/packages/{id}", async (Id<Package> id, ReadOwnPackages read, Db db, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<OwnPackagePage>(new { Agency = (await Agency.Of(db, actor, ct)).Name, P = await read.One(id, actor, ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/packages/{id}/file", async (Id<Package> id, TakePackage take, Actor actor, CancellationToken ct) => TakePackage.File(await take.Collect(id, actor, ct))).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/packages/{id}/proof", async (Id<Package> id, ReadOwnPackages read, Actor actor, CancellationToken ct) => ReceiptFile.Of(await read.Proof(id, actor, ct))).Requires(Permission.UseAgencyDoor);
        pages.MapPost("/agency/packages/{id}/receipt", async (Id<Package> id, [FromForm] string sha256, TakePackage take, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await take.Confirm(id, new(sha256), actor, ct);
            messages.Leave(new(Tone.Good, words["package.confirmed"]));
            return TypedResults.LocalRedirect($"/agency/packages/{id}");
        }).Requires(Permission.UseAgencyDoor);
    }
}
