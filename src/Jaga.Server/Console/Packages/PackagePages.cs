using Jaga.Packages;
using Jaga.People.Agencies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Packages;

/// <summary>Packages for authorities: the register, what is in each and what is missing, its release by a second person, its way and its receipt.</summary>
public static class PackagePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/packages", async (string? state, string? about, string? after, ReadPackages read, CancellationToken ct) =>
            ConsolePages.Page<PackagesPage>(new { State = state, Packages = await read.Run(Words.Read<PackageState>("state", state), ReadPackages.Parted(about), new(after, null), ct) })).Requires(Permission.ReadPackages);
        pages.MapGet("/packages/profiles", async (SetProfile profile, CancellationToken ct) => ConsolePages.Page<ProfilesPage>(new { Profiles = await profile.All(ct) })).Requires(Permission.ReadAgencies);
        pages.MapPost("/packages/profiles/{id}", async (string id, [FromForm] bool unencrypted, [FromForm] string why, SetProfile set, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await set.Run(id, new(unencrypted, why), actor, ct);
            messages.Leave(new(Tone.Good, words["disclosure.done"]));
            return TypedResults.LocalRedirect("/packages/profiles");
        }).Requires(Permission.SafeguardPackages);
        pages.MapGet("/packages/new", Prepare).Requires(Permission.PreparePackages);
        pages.MapPost("/packages", async (HttpRequest request, PreparePackage prepare, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var form = await request.ReadFormAsync(ct);
            var about = form["about"].OfType<string>().Select(a => a.Trim()).Where(a => a.Length > 0).Select(a => ReadPackages.Parted(a)!.Value).Distinct().ToList();
            var agency = Id<Agency>.TryParse(form["agency"], null, out var id) ? id : throw new BadInput("agency", words["package.no-agencies"]);
            var answer = await prepare.Run(new(about, form["profile"].ToString(), agency, form["note"]), actor, ct);
            return Back(answer.Id, messages, words);
        }).Requires(Permission.PreparePackages);
        pages.MapGet("/packages/{id}", async (Id<Package> id, ReadPackages read, CancellationToken ct) => ConsolePages.Page<PackagePage>(new { P = await read.One(id, ct) })).Requires(Permission.ReadPackages);
        pages.MapPost("/packages/{id}/release", async (Id<Package> id, [FromForm] string seen, ReleasePackage release, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, new(seen), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.ReleasePackages);
        pages.MapPost("/packages/{id}/withdrawal", async (Id<Package> id, [FromForm] string why, WithdrawPackage withdraw, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await withdraw.Run(id, new(why), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.PreparePackages);
        pages.MapPost("/packages/{id}/retry", async (Id<Package> id, WithdrawPackage withdraw, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await withdraw.Retry(id, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.PreparePackages);
        pages.MapPost("/packages/{id}/file", async (Id<Package> id, [FromForm] string why, TakePackage take, Actor actor, CancellationToken ct) => TakePackage.File(await take.Run(id, new(why), actor, ct))).Requires(Permission.ReleasePackages);
        pages.MapPost("/packages/{id}/receipt", async (Id<Package> id, [FromForm] string by, [FromForm] string words, [FromForm] string? sha256, TakePackage take, Messages messages, Text text, Actor actor, CancellationToken ct) =>
        {
            await take.Enter(id, new(by, words, sha256), actor, ct);
            return Back(id, messages, text);
        }).Requires(Permission.PreparePackages);
    }

    private static async Task<RazorComponentResult> Prepare(string about, PackageFolder folder, ReadAgencies agencies, CancellationToken ct)
    {
        var (matters, problem) = (new List<PackageMatter>(), (string?)null);
        try
        {
            matters.AddRange(await folder.Gather([.. about.Split(',').Select(a => ReadPackages.Parted(a)!.Value)], ct));
        }
        catch (RuleBroken rule)
        {
            problem = rule.Message;
        }

        var trusted = (await agencies.Run(new(null, Page<AgencyCard>.MaxSize), ct)).Rows.Where(a => a.VerifiedAt is not null && a.ClosedAt is null && matters.TrueForAll(m => m.Agency is null || m.Agency == a.Id.ToString())).ToList();
        return ConsolePages.Page<PreparePage>(new { Matters = matters, Candidates = folder.Candidates(matters.Select(m => m.Category).FirstOrDefault(c => c.Length > 0) ?? "other"), Agencies = trusted, Problem = problem });
    }

    private static RedirectHttpResult Back(Id<Package> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["disclosure.done"]));
        return TypedResults.LocalRedirect($"/packages/{id}");
    }
}
