using Jaga.Exchanges;
using Jaga.People;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Exchanges;

public sealed class ExchangeTests
{
    [Fact]
    public void Every_environment_is_https_and_every_kind_is_described()
    {
        var known = KnownExchanges.Load();
        Assert.Equal(14, known.Environments.Count(e => e.Kind is ExchangeKind.Ncmec));
        Assert.All(known.Environments, e => Assert.StartsWith("https://", e.Address));
        Assert.Equal(Enum.GetValues<ExchangeKind>(), known.Kinds.Select(k => k.Kind).Order());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_cannot_be_is_refused_by_field_and_names_are_given_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        var wrong = await Assert.ThrowsAsync<BadInput>(() => jaga.Add(new(ExchangeKind.Ncmec, new() { Name = " ", EveryMinutes = 1, KeepDays = -1, Address = "http://example.org" })));
        Assert.Equal(["address", "credentials.password", "credentials.user", "everyMinutes", "keepDays", "name"], wrong.Problems.Keys.Order());
        await Assert.ThrowsAsync<BadInput>(() => jaga.Add(new(ExchangeKind.StopNcii, new() { Name = "x" }, Environment: "ncmec-ngo")));
        await Assert.ThrowsAsync<BadInput>(() => jaga.Add(new(ExchangeKind.Folder, new() { Name = "x", Address = "../jaga.db" })));
        await jaga.AddNcmec(server);
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.AddNcmec(server, "HOTLINE"));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Credentials_are_never_shown_and_go_to_no_other_host(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        using var admin = await jaga.As(Role.Administrator);
        var answer = await admin.PostAsJsonAsync("/api/v1/exchanges", new
        {
            kind = "ncmec",
            environment = "ncmec-ngo-test",
            exchange = new { name = "Hotline", address = server.Address + "/hashsharing", allowPrivate = true, credentials = new { user = "esp", password = "p:w-secret" } },
        });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var all = await answer.Content.ReadAsStringAsync() + await admin.GetStringAsync("/api/v1/exchanges") + await admin.GetStringAsync("/api/v1/receivers");
        Assert.DoesNotContain("p:w-secret", all);
        Assert.Contains("\"credentials\":[\"password\",\"user\"]", all);

        var exchange = Assert.Single((await jaga.Ask<ReadExchanges, IReadOnlyList<ReadExchanges.Shown>>(read => read.Run(default))));
        var elsewhere = await admin.PatchAsJsonAsync($"/api/v1/exchanges/{exchange.Id}", new { exchange = new { address = "https://attacker.example" }, why = "moved" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, elsewhere.StatusCode);
        Assert.Contains("only to the host", await elsewhere.Content.ReadAsStringAsync());
        var slower = await admin.PatchAsJsonAsync($"/api/v1/exchanges/{exchange.Id}", new { exchange = new { everyMinutes = 600, name = "Renamed" }, why = "less often" });
        Assert.Equal(HttpStatusCode.OK, slower.StatusCode);
        Assert.Equal((600, "Renamed"), ((await jaga.See(exchange)).EveryMinutes, (await jaga.See(exchange)).Name));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_exchange_that_leads_into_the_own_network_is_not_asked(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        var exchange = await jaga.Add(new(ExchangeKind.Ncmec, new() { Name = "x", Address = server.Address.Replace("http:", "https:"), Credentials = new Dictionary<string, string> { ["user"] = "u", ["password"] = "p" } }));
        await jaga.Turn();
        var seen = await jaga.See(exchange);
        Assert.Contains("not an address", seen.LastFailure);
        Assert.Empty(server.Asked);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_paused_exchange_rests_and_goes_on_where_it_stopped(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(1, "e", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        var exchange = await jaga.AddNcmec(server);
        await Pause(true);
        await jaga.Turn();
        Assert.Empty(server.Asked);
        await Assert.ThrowsAsync<RuleBroken>(() => Pause(true));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.RunNow(exchange));
        Assert.Equal(ExchangeState.Paused, (await jaga.See(exchange)).State);
        await Pause(false);
        await jaga.Turn();
        Assert.Equal(1, (await jaga.See(exchange)).Signals);

        Task<bool> Pause(bool paused) => jaga.Ask<PauseExchange, bool>(async pause =>
        {
            await pause.Run(exchange.Id, new(paused, "a test"), ExchangeScene.Operator, default);
            return true;
        });
    }

    [Fact]
    public async Task A_program_has_a_list_read_and_neither_emptied_nor_paused()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var exchange = await jaga.AddFolder("none.csv");
        using var program = await jaga.Key(Permission.EditBanks);
        foreach (var (path, body) in new (string, object)[] { ("run", new { fromStart = true }), ("run", new { mayShrink = true }), ("pause", new { paused = true, why = "a test" }) })
        {
            Assert.Equal(HttpStatusCode.Conflict, (await program.PostAsJsonAsync($"/api/v1/exchanges/{exchange.Id}/{path}", body)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await program.PostAsJsonAsync($"/api/v1/exchanges/{exchange.Id}/run", new { })).StatusCode);
        await jaga.Do(async db => Assert.False((await db.ExchangeProgress.SingleAsync()).MayShrink));
        Assert.NotEqual(ExchangeState.Paused, (await jaga.See(exchange)).State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_run_from_the_start_takes_out_what_is_not_told_any_more(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        for (var i = 0; i < 5; i++)
        {
            server.Put(1, $"e{i}", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(i)}</md5>");
        }

        var exchange = await jaga.AddNcmec(server);
        await jaga.Fetch(exchange);
        server.Entries.Remove("1/e3");
        server.Put(1, "e4", jaga.Clock.Now.AddDays(-1), "<md5>broken</md5>");
        await jaga.FetchAgain(exchange);
        Assert.Equal(5, (await jaga.See(exchange)).Signals);

        await jaga.RunNow(exchange, new(FromStart: true));
        await jaga.Fetch(exchange);

        // The fourth is gone; the fifth cannot be read now, and what it said before stands.
        Assert.Equal((4L, 1), ((await jaga.See(exchange)).Signals, (await jaga.See(exchange)).SetAside));
        Assert.DoesNotContain(await jaga.Holds(exchange), h => h.Contains("e3", StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Entries_that_are_not_told_again_expire_where_the_operator_says_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(1, "old", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        server.Put(1, "told again", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(2)}</md5>");
        var exchange = await jaga.AddNcmec(server, keepDays: 30);
        await jaga.Fetch(exchange);
        jaga.Clock.Advance(TimeSpan.FromDays(20));
        server.Put(1, "told again", jaga.Clock.Now, $"<md5>{BankScene.Md5(2)}</md5>");
        await jaga.Fetch(exchange);
        jaga.Clock.Advance(TimeSpan.FromDays(11));
        await jaga.Ask<ExpireClaims, bool>(expire => expire.Run(default));
        Assert.Equal([$"md5 {BankScene.Md5(2)[..8]} told again Member 1 a1"], await jaga.Holds(exchange));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_told_again_while_it_was_about_to_expire_stays(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(1, "old", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        server.Put(1, "renewed", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(2)}</md5>");
        var exchange = await jaga.AddNcmec(server, keepDays: 30);
        await jaga.Fetch(exchange);
        jaga.Clock.Advance(TimeSpan.FromDays(31));
        server.Put(1, "renewed", jaga.Clock.Now, $"<md5>{BankScene.Md5(2)}</md5>");
        await jaga.Fetch(exchange);

        // Both were due when it was looked what is.
        await jaga.Ask<ExpireClaims, bool>(async expire =>
        {
            await expire.Drop(1, ["1/old", "1/renewed"], jaga.Clock.Now, default);
            return true;
        });

        Assert.Equal([$"md5 {BankScene.Md5(2)[..8]} renewed Member 1 a1"], await jaga.Holds(exchange));
    }
}
