using Jaga.Exchanges;
using Jaga.Exchanges.Protocols;
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

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Half_a_character_costs_its_record_and_a_label_of_it_not_even_that(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        for (var i = 0; i < 4; i++)
        {
            server.Put(BankScene.Pdq(i), jaga.Clock.Now.AddDays(-1));
        }

        server.Odd[BankScene.Pdq(1)] = """{"signalType":"ImagePDQ","hashValue":"\ud800","hashStatus":"Active"}""";
        server.Odd[BankScene.Pdq(2)] = $$"""{"signalType":"ImagePDQ","hashValue":"{{BankScene.Pdq(2)}}","hashStatus":"Active","\uDFFF":1,"CSPFeedbacks":[{"tags":["\ud800","\ud83c\udf09","seen"]}]}""";
        var exchange = await jaga.AddStopNcii(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 3L, 1), (seen.State, seen.Signals, seen.SetAside));
        Assert.Contains(await jaga.Holds(exchange), h => h.StartsWith($"pdq {BankScene.Pdq(2)[..8]}", StringComparison.Ordinal) && h.EndsWith("seen", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_character_is_told_as_one_and_whole_ones_stay()
    {
        var answer = JsonAnswer.Object([.. "{\"bytes\":\"a"u8, 0xFF, .. """b","half":"\ud800!","pair":"\ud83c\udf09","bar":"\\ud800"}"""u8]);

        Assert.Equal(["a\uFFFDb", "\uFFFD!", "🌉", "\\ud800"], ((string[])["bytes", "half", "pair", "bar"]).Select(name => JsonAnswer.Text(answer, name)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_nobody_foresaw_is_a_failure_that_is_seen_and_waited_out(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        server.Put(BankScene.Pdq(1), jaga.Clock.Now.AddDays(-1));
        var exchange = await jaga.AddStopNcii(server);
        await jaga.Fetch(exchange);
        await jaga.Do(db => db.ExchangeProgress.ExecuteUpdateAsync(set => set.SetProperty(p => p.Checkpoint, "spoilt")));
        jaga.Clock.Advance(TimeSpan.FromMinutes(exchange.EveryMinutes + 1));

        await jaga.Turn();

        var seen = await jaga.See(exchange);
        Assert.Equal((ExchangeState.Failing, FailureKind.Unreadable, 1, true), (seen.State, seen.LastFailureKind, seen.Failures, seen.NextAt > jaga.Clock.Now));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_time_to_come_ends_no_reading(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        server.Put(BankScene.Pdq(1), jaga.Clock.Now.AddDays(-1));
        server.NextSet = jaga.Clock.Now.ToUnixTimeMilliseconds();
        var exchange = await jaga.AddStopNcii(server);
        await jaga.Fetch(exchange);
        await jaga.Do(async db => Assert.InRange(long.Parse((await db.ExchangeProgress.SingleAsync()).Checkpoint, System.Globalization.CultureInfo.InvariantCulture), 0, jaga.Clock.Now.ToUnixTimeSeconds()));

        server.Put(BankScene.Pdq(2), jaga.Clock.Now);
        Assert.Equal(2, (await jaga.FetchAgain(exchange)).Signals);
    }
}
