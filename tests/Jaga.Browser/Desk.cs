using System.Text;
using Jaga.Banks;

namespace Jaga.Browser;

/// <summary>A house with something in every room, so that pages have something to show.</summary>
public sealed class Desk : IAsyncDisposable
{
    private static readonly Actor Somebody = Actor.System("test");

    private Desk(JagaHost jaga) => Jaga = jaga;

    public JagaHost Jaga { get; }

    /// <summary>The paths of all pages.</summary>
    public List<string> Pages { get; } = ["/status", "/docs", "/banks", "/audit", "/audit/0", "/deliveries", "/obligations", "/regimes", "/account", "/people", "/sign-in/second-factor", "/sign-in/link?token=x", "/set-up?token=x", "/invitation?token=x"];

    public static async Task<Desk> Open()
    {
        var desk = new Desk(await JagaHost.Start(Store.Sqlite));
        await desk.FillBanks();
        return desk;
    }

    private async Task FillBanks()
    {
        var bank = await Jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "Bridges", Description = "Pictures of bridges, to try things out.", Labels = ["bridge", "banked"], OnMatch = OnMatch.Hold }), Somebody, default));
        using var list = new MemoryStream(Encoding.UTF8.GetBytes($"hash,algorithm,labels\n{new string('a', 32)},md5,bridge\n"));
        await Jaga.Ask<ImportSignals, object>(async import => await import.Run(bank.Id, list, "bridges.csv", null, false, Somebody, default));
        Pages.Add($"/banks/{bank.Id}");
    }

    public ValueTask DisposeAsync() => Jaga.DisposeAsync();
}
