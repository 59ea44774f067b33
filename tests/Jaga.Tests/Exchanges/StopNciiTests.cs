using Jaga.Exchanges;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Exchanges;

public sealed class StopNciiTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Records_take_each_others_place_and_withdrawn_ones_are_gone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        var at = jaga.Clock.Now.AddDays(-10);
        for (var i = 0; i < 900; i++)
        {
            server.Put(BankScene.Pdq(i), at.AddSeconds(i), tags: "Intimate Image");
        }

        server.Put(BankScene.Md5(1), at, kind: "VideoMD5");
        server.Put("1111", at, kind: "VideoTMK");
        server.Put("https://example.com/a", at, kind: "URL");
        server.Put("Slot gacor paling terpercaya, bonus besar malam ini", at, kind: "Text");
        server.Put(BankScene.Pdq(8), at, kind: "Text");
        server.Put(BankScene.Md5(7), at, kind: "ImagePDQ");
        var exchange = await jaga.AddStopNcii(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 903L, 1, 2), (seen.State, seen.Signals, seen.SetAside, server.Asked.Count));
        Assert.Contains("32 characters", Assert.Single((await jaga.SetAside(exchange)).Rows).Reason);
        Assert.Contains($"pdq {BankScene.Pdq(5)[..8]} case-{BankScene.Pdq(5)[..4]}  intimate-image", await jaga.Holds(exchange));

        Assert.Equal("text=1 videotmk=1", string.Join(' ', seen.Unheld.Select(u => $"{u.Key}={u.Value}")));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        Assert.Single(matcher.Find(new MatchQuery().With("https://example.com/a")));
        Assert.Single(matcher.Find(new MatchQuery().With("slot GACOR paling terpercaya bonus besar malam ini")));

        server.Put(BankScene.Pdq(5), jaga.Clock.Now, "Withdrawn");
        server.Put(BankScene.Pdq(6), jaga.Clock.Now, "Deleted");
        server.Put(BankScene.Pdq(7), jaga.Clock.Now, "Active", tags: "other");
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal(901, seen.Signals);
        Assert.Contains($"pdq {BankScene.Pdq(7)[..8]} case-{BankScene.Pdq(7)[..4]}  other", await jaga.Holds(exchange));
    }

    [Theory, InlineData(Store.Sqlite, true), InlineData(Store.Postgres, false)]
    public async Task One_malformed_page_wedges_nothing(Store store, bool tellsNext)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        server.TellsNext = tellsNext;
        for (var i = 0; i < 300; i++)
        {
            server.Put(BankScene.Pdq(i), jaga.Clock.Now.AddDays(-10).AddSeconds(i));
        }

        server.Corrupt.Add(BankScene.Pdq(123));
        var exchange = await jaga.AddStopNcii(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 299L), (seen.State, seen.Signals));
        Assert.All((await jaga.SetAside(exchange)).Rows, r => Assert.True(r.IsPage));
        Assert.InRange(seen.SetAside, 1, 2);
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task An_exchange_that_says_nothing_but_nonsense_is_failing_and_fills_no_list(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        server.Interfere = ExchangeServer.Saying("<html>Sign in to the network</html>");
        var exchange = await jaga.AddStopNcii(server);
        var seen = await jaga.Fetch(exchange, rounds: 60);
        Assert.Equal((ExchangeState.Failing, FailureKind.Unreadable), (seen.State, seen.LastFailureKind));
        Assert.Contains("not JSON", seen.LastFailure);
        Assert.InRange(seen.SetAside, 0, FetchExchange.MaxLost);
        server.Interfere = _ => Task.FromResult(false);
        server.Put(BankScene.Pdq(1), jaga.Clock.Now.AddMinutes(-1));
        Assert.Equal(1, (await jaga.Fetch(exchange)).Signals);
    }
}
