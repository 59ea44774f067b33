using System.Globalization;
using System.Text.Json;
using Jaga.Exchanges;
using Jaga.Tests.Banks;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

public sealed class TechAgainstTerrorismTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_list_is_signed_in_for_read_in_order_and_gone_on_with_from_its_own_checkpoint(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await TatServer.Start();
        for (var i = 0; i < 25; i++)
        {
            server.Put(i, i % 2 == 0 ? "PDQ" : "MD5", i % 2 == 0 ? BankScene.Pdq(i) : BankScene.Md5(i));
        }

        var exchange = await jaga.AddTat(server);
        var seen = await jaga.Fetch(exchange);
        Assert.Equal((ExchangeState.InStep, 25L), (seen.State, seen.Signals));
        Assert.Contains($"pdq {BankScene.Pdq(4)[..8]} 4  far-right", await jaga.Holds(exchange));

        // The token has had its time meanwhile: one new one is signed in for.
        server.TokenNumber++;
        server.Put(4, "PDQ", BankScene.Pdq(4), deleted: true);
        server.Put(100, "TMK", "00");
        var asked = server.Asked.Count;
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal((24L, "tmk=1"), (seen.Signals, string.Join(' ', seen.Unheld.Select(u => $"{u.Key}={u.Value}"))));
        Assert.Contains("after=25", Uri.UnescapeDataString(string.Join('\n', server.Asked.Skip(asked))));
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task A_wrong_password_stops_it_and_a_malformed_page_does_not(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await TatServer.Start();
        for (var i = 0; i < 30; i++)
        {
            server.Put(i, "PDQ", BankScene.Pdq(i));
        }

        server.Corrupt = 15;
        var exchange = await jaga.AddTat(server);
        var seen = await jaga.Fetch(exchange);
        Assert.Equal((ExchangeState.InStep, 20L, 1), (seen.State, seen.Signals, seen.SetAside));

        var stranger = await jaga.AddTat(server, "Another", "wrong");
        Assert.Equal(ExchangeState.Stopped, (await jaga.Fetch(stranger)).State);
    }
}

/// <summary>Speaks Tech Against Terrorism's hash list, version 2.</summary>
internal sealed class TatServer : ExchangeServer
{
    private readonly SortedDictionary<int, Dictionary<string, object>> _bySeq = [];
    private int _seq;

    public int TokenNumber { get; set; } = 1;

    /// <summary>The id whose page breaks off.</summary>
    public int? Corrupt { get; set; }

    public static Task<TatServer> Start() => new TatServer().Started<TatServer>();

    public void Put(int id, string algorithm, string hash, bool deleted = false)
    {
        foreach (var old in _bySeq.Where(s => (int)s.Value["id"] == id).Select(s => s.Key).ToList())
        {
            _bySeq.Remove(old);
        }

        _bySeq[++_seq] = new() { ["id"] = id, ["algorithm"] = algorithm, ["hash_digest"] = hash, ["ideology"] = "far-right", ["file_type"] = "jpg", ["deleted"] = deleted };
    }

    protected override async Task Answer(HttpContext http)
    {
        if (http.Request.Path == "/token-auth/tcap/")
        {
            using var told = JsonDocument.Parse(await Body(http));
            http.Response.StatusCode = told.RootElement.GetProperty("password").GetString() == "pw" && !told.RootElement.GetProperty("resend").GetBoolean() ? 200 : 400;
            await http.Response.WriteAsJsonAsync(http.Response.StatusCode == 200 ? new { token = "t" + TokenNumber } : (object)new { detail = "no" });
            return;
        }

        if (http.Request.Headers.Authorization != "Bearer t" + TokenNumber)
        {
            http.Response.StatusCode = 401;
            return;
        }

        var after = int.Parse((http.Request.Query["after"].FirstOrDefault() ?? "0,0").Split(',')[0], CultureInfo.InvariantCulture);
        var rest = _bySeq.Where(s => s.Key > after).ToList();
        var page = rest.Take(10).ToList();
        var text = JsonSerializer.Serialize(new { count = _bySeq.Count, next = rest.Count > 10 ? Address + "/api/hash-list/v2/all?x" : null, checkpoint = page.Count == 0 ? $"{after},0" : $"{page[^1].Key},{page[^1].Value["id"]}", results = page.Select(p => p.Value) });
        await http.Response.WriteAsync(page.Any(p => (int)p.Value["id"] == Corrupt) ? text[..^30] : text);
    }
}
