using Jaga.Packages;
using static Jaga.Tests.Packages.PackageScene;

namespace Jaga.Tests.Packages;

/// <summary>A package that disk or store do not let be built: tried again, and then shown to a person, and never for ever.</summary>
public sealed class FailedBuildTests
{
    [Theory, InlineData(Store.Sqlite)]
    public async Task A_build_that_fails_again_and_again_stops_with_its_reason_and_goes_on_when_a_person_says_so(Store store)
    {
        await using var scene = await Make(store);
        var id = await scene.Prepare(("case", await scene.Decided()));
        await Ok(await scene.Release(id));

        // Where the vault writes first there is something that is no folder.
        var incoming = Path.Combine(scene.Jaga.Data, "vault", "incoming");
        Directory.Delete(incoming, recursive: true);
        await File.WriteAllTextAsync(incoming, "");
        await scene.Jaga.RunWorker();
        await scene.Jaga.Do(async db => Assert.True(await db.Packages.SingleAsync() is { Failures: 1, BuildingUntil: null, Halted: null }));
        for (var tries = 1; tries < BuildPackage.MostFailures; tries++)
        {
            Assert.Null((string?)(await scene.Read(id))["row"]!["halted"]);
            scene.Jaga.Clock.Advance(Backoff.Ceiling);
            await scene.Jaga.RunWorker();
        }

        Assert.Contains($"{BuildPackage.MostFailures} times in a row", (string)(await scene.Read(id))["row"]!["halted"]!, StringComparison.Ordinal);
        await scene.Jaga.Do(async db => Assert.Empty(await db.Jobs.Where(j => j.Kind == "packages.build").ToListAsync()));

        File.Delete(incoming);
        await Ok(await scene.Lead.PostAsync($"/api/v1/packages/{id}/retry", null));
        await scene.Jaga.RunWorker();
        Assert.Equal(("ready", null), ((string?)(await scene.Read(id))["row"]!["state"], (string?)(await scene.Read(id))["row"]!["halted"]));
    }
}
