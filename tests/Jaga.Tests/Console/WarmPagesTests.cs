using Jaga.Cases;
using Jaga.Server.Operate;
using Jaga.Server.Pages.Shell;
using Microsoft.Extensions.Hosting;

namespace Jaga.Tests.Console;

public sealed class WarmPagesTests
{
    [Fact]
    public async Task Every_page_of_the_menu_and_the_next_case_are_shown_once_after_the_start_and_nothing_is_written()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, b => b.Services.AddSingleton<WarmPages>().AddHostedService(s => s.GetRequiredService<WarmPages>()));
        await Warmed(jaga);
        var menu = Place.Menu.SelectMany(group => group).Select(place => place.Path).ToList();
        Assert.Equal(menu, Shown(jaga));

        await Open(jaga);
        var before = await jaga.Ask<Db, int>(db => db.AuditLines.CountAsync());
        await jaga.Restart();
        await Warmed(jaga);
        menu.Insert(menu.IndexOf("/queue") + 1, "/cases/{id}");
        Assert.Equal(menu, Shown(jaga));
        Assert.Equal(before, await jaga.Ask<Db, int>(db => db.AuditLines.CountAsync()));
    }

    private static async Task Open(JagaHost jaga)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        await scope.ServiceProvider.GetRequiredService<OpenCase>().Run(new("item", "photo-1"), [new(new("test", "1"), "pdq", "bridges", Labels: "banked")], [], false, Actor.System("test"), default);
        await transaction.Commit(default);
    }

    private static Task Warmed(JagaHost jaga) => jaga.Services.GetRequiredService<WarmPages>().ExecuteTask!;

    private static IReadOnlyList<string> Shown(JagaHost jaga) => jaga.Services.GetRequiredService<WarmPages>().Shown;
}
