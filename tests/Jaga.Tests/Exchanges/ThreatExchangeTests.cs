using System.Globalization;
using System.Text.Json;
using Jaga.Exchanges;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

public sealed class ThreatExchangeTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Updates_of_a_group_come_by_cursor_and_go_when_deleted_undescribed_or_called_harmless(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await GraphServer.Start();
        server.Now = jaga.Clock.Now;
        for (var i = 0; i < 25; i++)
        {
            server.Put("HASH_PDQ", BankScene.Pdq(i), jaga.Clock.Now.AddDays(-4));
        }

        server.Put("HASH_VIDEO_MD5", BankScene.Md5(1), jaga.Clock.Now.AddDays(-4));
        server.Put("URI", "https://example.org/x", jaga.Clock.Now.AddDays(-4));
        server.Put("HASH_VIDEO_VPDQ", $"[\"{BankScene.Pdq(70)},90,0.000\",\"{BankScene.Pdq(71)},80,1.000\"]", jaga.Clock.Now.AddDays(-4));
        server.Put("HASH_TMK", "AAAA", jaga.Clock.Now.AddDays(-4));
        server.Put("DEBUG_STRING", "of which nobody says that it is a text", jaga.Clock.Now.AddDays(-4));
        var exchange = await jaga.AddGraph(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 28L, "debug_string=1 hash_tmk=1"), (seen.State, seen.Signals, string.Join(' ', seen.Unheld.Select(u => $"{u.Key}={u.Value}"))));
        Assert.Contains($"pdq {BankScene.Pdq(3)[..8]} d-{BankScene.Pdq(3)[..4]} 4711 media_priority_s0", await jaga.Holds(exchange));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        Assert.Single(matcher.Find(new MatchQuery().With("see https://EXAMPLE.org/x")));
        Assert.Single(matcher.Find(new() { Film = new([new(0, new(PdqHash.Parse(BankScene.Pdq(71)), 90), 0)]) }));
        Assert.Contains(server.Asked, a => a.Contains("after=", StringComparison.Ordinal));
        await jaga.Do(async db => Assert.DoesNotContain("access_token", (await db.ExchangeProgress.SingleAsync()).Checkpoint));

        server.Put("HASH_PDQ", BankScene.Pdq(1), jaga.Clock.Now, deleted: true);
        server.Put("HASH_PDQ", BankScene.Pdq(2), jaga.Clock.Now, described: false);
        server.Put("HASH_PDQ", BankScene.Pdq(3), jaga.Clock.Now, status: "NON_MALICIOUS");
        Assert.Equal(25, (await jaga.FetchAgain(exchange)).Signals);

        // Whoever was away for longer than tombstones are kept reads everything again, and what is not told of is gone.
        server.Updates.Remove("HASH_PDQ" + BankScene.Pdq(9));
        jaga.Clock.Advance(TimeSpan.FromDays(86));
        Assert.Equal(24, (await jaga.Fetch(exchange)).Signals);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_has_an_end_is_dropped_when_it_has_come(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await GraphServer.Start();
        var soon = jaga.Clock.Now.AddDays(2);
        server.Put("HASH_PDQ", BankScene.Pdq(1), jaga.Clock.Now.AddDays(-4), ends: soon.ToUnixTimeSeconds());
        server.Put("HASH_PDQ", BankScene.Pdq(2), jaga.Clock.Now.AddDays(-4), ends: soon.ToString("yyyy-MM-dd'T'HH:mm:ss+0000", CultureInfo.InvariantCulture));
        server.Put("HASH_PDQ", BankScene.Pdq(3), jaga.Clock.Now.AddDays(-4), ends: 0);
        server.Put("HASH_PDQ", BankScene.Pdq(4), jaga.Clock.Now.AddDays(-4));
        var exchange = await jaga.AddGraph(server);
        Assert.Equal(4, (await jaga.Fetch(exchange)).Signals);

        jaga.Clock.Advance(TimeSpan.FromDays(3));
        await jaga.Ask<ExpireClaims, bool>(expire => expire.Run(default));

        Assert.Equal(2, (await jaga.See(exchange)).Signals);
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task A_token_that_does_not_hold_stops_it_and_too_many_calls_are_waited_out(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await GraphServer.Start();
        var exchange = await jaga.AddGraph(server);
        server.Interfere = Error(613);
        await jaga.Turn();
        Assert.Equal(FailureKind.Busy, (await jaga.See(exchange)).LastFailureKind);
        jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        server.Interfere = Error(190);
        await jaga.Turn();
        var seen = await jaga.See(exchange);
        Assert.Equal((ExchangeState.Stopped, FailureKind.Refused), (seen.State, seen.LastFailureKind));
        Assert.DoesNotContain("12345678|", seen.LastFailure);

        static Func<HttpContext, Task<bool>> Error(int code) => async http =>
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = new { message = "x", code } });
            return true;
        };
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task A_cursor_that_ran_out_begins_its_window_again_smaller(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await GraphServer.Start();
        for (var i = 0; i < 25; i++)
        {
            server.Put("HASH_PDQ", BankScene.Pdq(i), jaga.Clock.Now.AddDays(-4).AddHours(i));
        }

        var once = true;
        server.Interfere = async http =>
        {
            if (once && http.Request.Query.ContainsKey("after"))
            {
                once = false;
                http.Response.StatusCode = 400;
                return await Task.FromResult(true);
            }

            return false;
        };
        var exchange = await jaga.AddGraph(server);
        var seen = await jaga.Fetch(exchange);
        Assert.Equal((ExchangeState.InStep, 25L, 0), (seen.State, seen.Signals, seen.SetAside));
    }
}

/// <summary>Speaks the Graph API's threat updates: a token in the question, pages by cursor, reactions taken.</summary>
internal sealed class GraphServer : ExchangeServer
{
    private const string Token = "12345678|abcdefghijklmnopqrstuv";

    public sealed record Update(string Type, string Indicator, DateTimeOffset At, bool Deleted, bool Described, string Status, object? Ends = null);

    public Dictionary<string, Update> Updates { get; } = [];

    public List<string> Posted { get; } = [];

    public DateTimeOffset Now { get; set; }

    public static Task<GraphServer> Start() => new GraphServer().Started<GraphServer>();

    public void Put(string type, string indicator, DateTimeOffset at, bool deleted = false, bool described = true, string status = "MALICIOUS", object? ends = null) =>
        Updates[type + indicator] = new(type, indicator, at, deleted, described, status, ends);

    protected override async Task Answer(HttpContext http)
    {
        var query = http.Request.Query;
        if (query["access_token"] != Token)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = new { code = 190 } });
        }
        else if (http.Request.Method == "POST")
        {
            Posted.Add($"{http.Request.Path} {await Body(http)}");
            await http.Response.WriteAsJsonAsync(new { success = true });
        }
        else if (http.Request.Path == "/v21.0/99/threat_updates/")
        {
            DateTimeOffset Time(string name) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(query[name]!, CultureInfo.InvariantCulture));
            var all = Updates.Values.Where(u => u.At >= Time("start_time") && u.At <= Time("stop_time")).OrderBy(u => u.Indicator, StringComparer.Ordinal).ToList();
            var from = int.Parse(query["after"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
            var next = from + 10 < all.Count ? $"{Address}{http.Request.Path}?access_token={Uri.EscapeDataString(Token)}&start_time={query["start_time"]}&stop_time={query["stop_time"]}&limit=10&fields={Uri.EscapeDataString(query["fields"].ToString())}&after={from + 10}" : null;
            var ends = query["fields"].ToString().Contains("expired_on", StringComparison.Ordinal);
            await http.Response.WriteAsync(JsonSerializer.Serialize(new { data = all.Skip(from).Take(10).Select(u => Shown(u, ends)), paging = new { cursors = new { after = "x" }, next } }));
        }
        else
        {
            http.Response.StatusCode = 404;
        }
    }

    // A field that is not asked for is not told.
    private static Dictionary<string, object> Shown(Update u, bool ends)
    {
        var shown = new Dictionary<string, object> { ["id"] = "u-" + u.Indicator[..4], ["indicator"] = u.Indicator, ["type"] = u.Type, ["last_updated"] = u.At.ToUnixTimeSeconds(), ["should_delete"] = u.Deleted };
        if (u.Described && !u.Deleted)
        {
            var descriptor = new Dictionary<string, object> { ["id"] = "d-" + u.Indicator[..4], ["owner"] = new { id = "4711" }, ["tags"] = new { data = new[] { new { id = "1", text = "media_priority_s0" } } }, ["status"] = u.Status };
            if (ends && u.Ends is not null)
            {
                descriptor["expired_on"] = u.Ends;
            }

            shown["descriptors"] = new { data = new[] { descriptor } };
        }

        return shown;
    }
}
