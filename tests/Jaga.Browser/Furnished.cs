using Jaga.Obligations;

namespace Jaga.Browser;

/// <summary>A house with something in every room, come there by the way it always comes: a platform's upload, a decision, a delivery, a receipt.</summary>
public sealed class Furnished : IAsyncDisposable
{
    private readonly PlatformReceiver _platform;

    private Furnished(JagaHost jaga, PlatformReceiver platform, FrontDesk desk) => (Jaga, _platform, Desk) = (jaga, platform, desk);

    public JagaHost Jaga { get; }

    public FrontDesk Desk { get; }

    /// <summary>A picture whose hash is banked.</summary>
    public Picture Known { get; } = Picture.Draw(5, 640, 480);

    /// <summary>A house whose bank knows a picture, with <paramref name="waiting"/> cases about copies of it in the queue.</summary>
    public static async Task<Furnished> Start(int waiting)
    {
        var platform = await PlatformReceiver.Start();
        var jaga = await JagaHost.Start(Store.Sqlite);
        var house = new Furnished(jaga, platform, await FrontDesk.Open(jaga, platform));
        await house.Desk.Bank("bridges", "banked", house.Known);
        for (var i = 1; i <= waiting; i++)
        {
            // A second apart, for the queue goes by age where all else is equal.
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
            await house.Desk.Check($"photo-{i}", house.Known.Altered().Png());
        }

        return house;
    }

    /// <summary>Has one case decided and its action carried out and confirmed, another's on its way, so that every page has something on it. Gives all paths.</summary>
    public async Task<IReadOnlyList<string>> Furnish()
    {
        var decided = await Desk.Next();
        await Desk.Reveal(decided);
        await Desk.Decide(decided, "illegal", [FrontDesk.Act("remove", "item", "photo-1"), FrontDesk.Act("geoblock", "item", "photo-1", "ID")]);
        Jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Jaga.RunWorker();
        var open = await Desk.Next();
        await Desk.Reveal(open);
        await Jaga.RunWorker();
        var paths = new List<string> { "/", "/queue", $"/cases/{open["id"]}", "/cases", $"/cases/{decided["id"]}", "/banks", "/lookbacks", "/quarantine", "/opinions", "/match-service", "/deliveries?state=all", "/actions?state=all", "/obligations", "/regimes", "/audit", "/audit/0", "/evidence", "/status", "/docs", "/account", "/people", "/sign-in/second-factor", "/sign-in/link?token=x", "/set-up?token=x", "/invitation?token=x" };
        await Jaga.Do(async db =>
        {
            paths.Add($"/banks/{await db.Banks.Select(b => b.Id).FirstAsync()}");
            paths.Add($"/deliveries/{await db.Deliveries.Select(d => d.Id).FirstAsync()}");
            paths.Add($"/evidence/{await db.Exhibits.Select(e => e.Id).FirstAsync()}");
            paths.Add($"/obligations/{await db.Obligations.Where(o => o.State == ObligationState.Open).Select(o => o.Id).FirstAsync()}");
        });
        return paths;
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await Jaga.DisposeAsync();
        await _platform.DisposeAsync();
    }
}
