using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Matching;
using Jaga.Tests.Banks;
using Jaga.Tests.Exchanges;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Hma;

/// <summary>The HMA-compatible endpoints, asked as HMA's clients ask: the shapes of a client that makes a bank, adds to it, and looks up by address.</summary>
public sealed class HmaTests
{
    private const string Known = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

    [Fact]
    public async Task A_client_of_HMA_makes_a_bank_fills_it_and_looks_up()
    {
        await using var jaga = await Start();
        using var client = await jaga.Key(Permission.CheckItems, Permission.ReadBanks, Permission.EditBanks);
        Assert.Equal("I-AM-ALIVE", await client.GetStringAsync("/hma/status"));

        var made = await Send(client, HttpMethod.Post, "/hma/c/banks", 201, new { name = "COOP_ORG_BRIDGES", enabled_ratio = 1.0, of_a_newer_client = true });
        Assert.Equal("""{"name":"COOP_ORG_BRIDGES","matching_enabled_ratio":1}""", made.ToJsonString());
        Assert.Equal(403, await Status(client, HttpMethod.Post, "/hma/c/banks", new { name = "COOP_ORG_BRIDGES" }));
        Assert.Equal(400, await Status(client, HttpMethod.Post, "/hma/c/banks", new { name = "lower case" }));
        Assert.Single((await Send(client, HttpMethod.Get, "/hma/c/banks", 200)).AsArray());

        var added = await Send(client, HttpMethod.Post, "/hma/c/bank/COOP_ORG_BRIDGES/signal", 200, new { pdq = Known, video_md5 = BankScene.Md5(1) });
        var id = (long)added["id"]!;
        Assert.Equal(Known, (string?)added["signals"]!["pdq"]);
        Assert.Contains("'NONE'", (string?)(await Send(client, HttpMethod.Post, "/hma/c/bank/NONE/signal", 404, new { pdq = Known }))["message"]);
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);

        Assert.Equal($$"""{"matches":[{{id}}]}""", (await Send(client, HttpMethod.Get, $"/hma/m/raw_lookup?signal_type=pdq&signal={Known}", 200)).ToJsonString());
        Assert.Equal($$"""{"matches":[{"bank_content_id":{{id}},"distance":"0"}]}""", (await Send(client, HttpMethod.Get, $"/hma/m/raw_lookup?signal_type=pdq&signal={Known}&include_distance=true", 200)).ToJsonString());
        Assert.Equal($$"""{"COOP_ORG_BRIDGES":[{"bank_content_id":{{id}},"distance":"0"}]}""", (await Send(client, HttpMethod.Get, $"/hma/m/lookup?signal_type=pdq&signal={Known}&seed=7", 200)).ToJsonString());
        Assert.Equal("{}", (await Send(client, HttpMethod.Get, $"/hma/m/lookup?signal_type=pdq&signal={Known}&banks=OTHER", 200)).ToJsonString());
        Assert.Single((await Send(client, HttpMethod.Get, $"/hma/m/lookup?signal_type=video_md5&signal={BankScene.Md5(1)}", 200)).AsObject());
        Assert.Equal("{}", (await Send(client, HttpMethod.Get, $"/hma/m/lookup?signal_type=pdq&signal={BankScene.Pdq(3)}", 200)).ToJsonString());
        Assert.Equal(400, await Status(client, HttpMethod.Get, "/hma/m/lookup?signal_type=pdq&signal=xyz"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, "/hma/m/lookup?signal_type=none&signal=xyz"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, "/hma/m/raw_lookup?signal_type=pdq"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, $"/hma/m/raw_lookup?signal_type=pdq&signal={new string('0', 64)}"));

        var near = Known[..63] + "3";
        Assert.Equal($$"""{"matches":[{"bank_content_id":{{id}},"distance":"1"}]}""", (await Send(client, HttpMethod.Get, $"/hma/m/lookup_topk?signal_type=pdq&signal={near}&k=3", 200)).ToJsonString());
        Assert.Single((await Send(client, HttpMethod.Get, $"/hma/m/lookup_threshold?signal_type=pdq&signal={near}&threshold=1", 200))["matches"]!.AsArray());
        Assert.Empty((await Send(client, HttpMethod.Get, $"/hma/m/lookup_threshold?signal_type=pdq&signal={near}&threshold=0", 200))["matches"]!.AsArray());
        foreach (var wrong in (string[])["lookup_topk", "lookup_topk&k=x", "lookup_topk&k=0", "lookup_threshold", "lookup_threshold&threshold=x"])
        {
            Assert.Equal(400, await Status(client, HttpMethod.Get, $"/hma/m/{wrong.Split('&')[0]}?signal_type=pdq&signal={near}&{wrong.Split('&')[^1]}"));
        }

        Assert.Equal("""{"pdq":[true,{"distance":1}],"md5":[false,{}]}""", (await Send(client, HttpMethod.Post, "/hma/m/compare", 200, new { pdq = new[] { Known, near }, md5 = new[] { BankScene.Md5(1), BankScene.Md5(2) } })).ToJsonString());
        Assert.Equal(400, await Status(client, HttpMethod.Post, "/hma/m/compare", new { pdq = new[] { Known } }));
        using (var torn = new StringContent("{", System.Text.Encoding.UTF8, "application/json"))
        {
            using var unread = await client.PostAsync("/hma/c/banks", torn);
            Assert.Equal((400, """{"message":"The body is not JSON that can be read"}"""), ((int)unread.StatusCode, await unread.Content.ReadAsStringAsync()));
        }

        var index = await Send(client, HttpMethod.Get, "/hma/m/index/status", 200);
        Assert.Equal((true, 1, 1), ((bool)index["pdq"]!["present"]!, (int)index["pdq"]!["size"]!, (int)index["video_md5"]!["size"]!));

        var content = await Send(client, HttpMethod.Get, $"/hma/c/bank/COOP_ORG_BRIDGES/content/{id}", 200);
        Assert.Equal((id, 0, "COOP_ORG_BRIDGES"), ((long)content["id"]!, (int)content["disable_until_ts"]!, (string?)content["bank"]!["name"]));
        Assert.Equal("""{"deleted":1}""", (await Send(client, HttpMethod.Delete, $"/hma/c/bank/COOP_ORG_BRIDGES/content/{id}", 200)).ToJsonString());
        Assert.Equal("""{"deleted":0}""", (await Send(client, HttpMethod.Delete, $"/hma/c/bank/COOP_ORG_BRIDGES/content/{id}", 200)).ToJsonString());
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        Assert.Equal((0, 0, 1), jaga.Services.GetRequiredService<Matcher>().Counts);

        Assert.Equal(0, (int)(await Send(client, HttpMethod.Put, "/hma/c/bank/COOP_ORG_BRIDGES", 200, new { enabled = false }))["matching_enabled_ratio"]!);
        Assert.Equal("RENAMED", (string?)(await Send(client, HttpMethod.Put, "/hma/c/bank/COOP_ORG_BRIDGES", 200, new { name = "RENAMED", enabled_ratio = 0.5 }))["name"]);
        Assert.Equal("Done", (string?)(await Send(client, HttpMethod.Delete, "/hma/c/bank/RENAMED", 200))["message"]);
        Assert.Equal(404, await Status(client, HttpMethod.Get, "/hma/c/bank/RENAMED"));
        Assert.Equal(201, await Status(client, HttpMethod.Post, "/hma/c/banks", new { name = "RENAMED" }));
    }

    [Fact]
    public async Task Media_is_hashed_from_a_form_or_an_address_and_never_from_one_that_is_forbidden()
    {
        var picture = Picture.Draw(3).Png();
        await using var site = await Site(picture);
        var at = site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await using var jaga = await Start(("Hma:AllowPrivate", "true"));
        using var client = await jaga.Key(Permission.CheckItems, Permission.ReadBanks, Permission.EditBanks);

        var sent = await Upload(client, "/hma/h/hash", "photo", picture);
        var fetched = await Send(client, HttpMethod.Get, $"/hma/h/hash?url={Uri.EscapeDataString(at + "/moved")}", 200);
        Assert.Equal(sent.ToJsonString(), fetched.ToJsonString());
        Assert.Equal(64, ((string)sent["pdq"]!).Length);
        Assert.Equal(32, ((string)(await Send(client, HttpMethod.Get, $"/hma/h/hash?url={Uri.EscapeDataString(at + "/odd")}&content_type=photo&types=md5", 200))["md5"]!).Length);
        Assert.Equal(400, await Status(client, HttpMethod.Get, $"/hma/h/hash?url={Uri.EscapeDataString(at + "/odd")}"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, "/hma/h/hash?url=file:///etc/hostname"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, $"/hma/h/hash?url={Uri.EscapeDataString(at + "/away")}"));
        Assert.Equal(400, await Status(client, HttpMethod.Get, "/hma/h/hash"));
        using (var unnamed = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "a.png" } })
        {
            using var refused = await client.PostAsync("/hma/h/hash", unnamed);
            Assert.Equal(400, (int)refused.StatusCode);
        }

        foreach (var path in new[] { "/hma/h/hash", "/hma/m/lookup" })
        {
            // What cannot be read whole is never told as "no match".
            using var broken = new MultipartFormDataContent { { new ByteArrayContent(picture[..2000]), "photo", "a.png" } };
            using var refused = await client.PostAsync(path, broken);
            Assert.Equal(400, (int)refused.StatusCode);
        }

        await Send(client, HttpMethod.Post, "/hma/c/banks", 201, new { name = "BRIDGES" });
        var banked = await Send(client, HttpMethod.Post, $"/hma/c/bank/BRIDGES/content?url={Uri.EscapeDataString(at + "/a.png")}", 200);
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        var found = await Upload(client, "/hma/m/lookup", "photo", Picture.Draw(3).Altered().Png());
        Assert.Equal((long)banked["id"]!, (long)found["pdq"]!["BRIDGES"]![0]!["bank_content_id"]!);
        Assert.Equal("{}", (await Upload(client, "/hma/m/lookup?banks=NONE", "photo", picture))["pdq"]!.ToJsonString());

        await using var guarded = await Start();
        using var other = await guarded.Key(Permission.CheckItems);
        Assert.Equal(400, await Status(other, HttpMethod.Get, $"/hma/h/hash?url={Uri.EscapeDataString(at + "/a.png")}"));
    }

    [Fact]
    public async Task A_file_is_looked_up_turned_and_mirrored_as_a_check_does_it()
    {
        await using var jaga = await Start();
        using var client = await jaga.Key(Permission.CheckItems, Permission.ReadBanks, Permission.EditBanks);
        await Send(client, HttpMethod.Post, "/hma/c/banks", 201, new { name = "BRIDGES" });
        var hashed = await Upload(client, "/hma/h/hash", "photo", Picture.Draw(3).Png());
        await Send(client, HttpMethod.Post, "/hma/c/bank/BRIDGES/signal", 200, new { pdq = (string)hashed["pdq"]! });
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);

        Assert.NotNull((await Upload(client, "/hma/m/lookup", "photo", Picture.Draw(3).Mirrored().Png()))["pdq"]!["BRIDGES"]);
    }

    [Fact]
    public async Task How_an_exchange_stands_is_told_in_the_words_that_clients_read()
    {
        await using var jaga = await Start();
        await using var server = await StopNciiServer.Start();
        server.Put(BankScene.Pdq(1), jaga.Clock.Now.AddDays(-1));
        var exchange = await jaga.AddStopNcii(server);
        await jaga.Fetch(exchange);
        using var client = await jaga.Key(Permission.ReadBanks);

        var status = await Send(client, HttpMethod.Get, "/hma/c/exchange/StopNCII/status", 200);

        Assert.Equal((true, true, 1, false), ((bool)status["last_fetch_succeeded"]!, (bool)status["up_to_date"]!, (int)status["fetched_items"]!, status["running_fetch_start_ts"] is not null));
        Assert.InRange((long)status["last_fetch_complete_ts"]!, 1, jaga.Clock.Now.ToUnixTimeSeconds());
        Assert.InRange((long)status["checkpoint_ts"]!, 1, jaga.Clock.Now.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task They_are_off_until_switched_on_and_want_a_key_or_an_address_on_the_list()
    {
        await using (var off = await JagaHost.Start(Store.Sqlite))
        {
            using var key = await off.Key(Permission.CheckItems);
            Assert.Equal(404, await Status(key, HttpMethod.Get, "/hma/m/index/status"));
        }

        await using (var on = await Start(("Hma:Addresses:0", "127.0.0.0/8")))
        {
            using var anybody = on.Anybody();
            Assert.Equal(401, await Status(anybody, HttpMethod.Get, "/hma/c/banks"));
            var made = await on.Ask<Jaga.People.CreateApiKey, Jaga.People.CreateApiKey.Created>(create => create.Run(new("hma", [Permission.ReadBanks]), BankScene.Operator, default));
            Assert.Equal(200, await Status(anybody, HttpMethod.Get, $"/hma/c/banks?api_key={made.Key}"));
            Assert.Equal(403, await Status(anybody, HttpMethod.Post, $"/hma/c/banks?api_key={made.Key}", new { name = "A" }));
            anybody.DefaultRequestHeaders.Add("X-API-Key", made.Key);
            Assert.Equal(["pdq", "video_md5", "md5", "sha1", "sha256"], (await Send(anybody, HttpMethod.Get, "/hma/c/signal_type", 200)).AsArray().Select(t => (string)t!["name"]!));
            Assert.Equal(["photo", "video"], (await Send(anybody, HttpMethod.Get, "/hma/c/content_type", 200)).AsArray().Select(t => (string)t!["name"]!));
            await on.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "THEIRS" }, BankOrigin.ThirdParty), BankScene.Operator, default));
            Assert.Equal("""["THEIRS"]""", (await Send(anybody, HttpMethod.Get, "/hma/c/exchanges", 200)).ToJsonString());
            Assert.True((bool)(await Send(anybody, HttpMethod.Get, "/hma/c/exchange/THEIRS", 200))["enabled"]!);
            Assert.Equal(404, await Status(anybody, HttpMethod.Get, "/hma/c/exchange/NONE"));
            await on.AddFolder("none.csv");
            Assert.Equal("""["A file","THEIRS"]""", (await Send(anybody, HttpMethod.Get, "/hma/c/exchanges", 200)).ToJsonString());
            Assert.Equal("""{"name":"A file","api":"folder","enabled":true}""", (await Send(anybody, HttpMethod.Get, "/hma/c/exchange/A%20file", 200)).ToJsonString());
            Assert.Equal(
                """{"checkpoint_ts":null,"running_fetch_start_ts":null,"last_fetch_complete_ts":null,"last_fetch_succeeded":null,"up_to_date":false,"fetched_items":0}""",
                (await Send(anybody, HttpMethod.Get, "/hma/c/exchange/A%20file/status", 200)).ToJsonString());
            Assert.Equal(501, await Status(anybody, HttpMethod.Get, "/hma/c/exchanges/api/ncmec/schema"));
            Assert.Equal("""{"supports_authentification":true,"has_set_authentification":false}""", (await Send(anybody, HttpMethod.Get, "/hma/c/exchanges/api/ncmec", 200)).ToJsonString());
            Assert.Equal(400, await Status(anybody, HttpMethod.Get, "/hma/c/exchanges/api/none"));
            using var editor = await on.Key(Permission.EditBanks, Permission.ReadBanks);
            Assert.Equal(403, await Status(editor, HttpMethod.Put, "/hma/c/exchange/A%20file", new { enabled = false }));
            Assert.True((bool)(await Send(editor, HttpMethod.Get, "/hma/c/exchange/A%20file", 200))["enabled"]!);
            Assert.False((bool)(await Send(editor, HttpMethod.Put, "/hma/c/exchange/THEIRS", 200, new { enabled = false }))["enabled"]!);
        }

        await using var elsewhere = await Start(("Hma:Addresses:0", "192.0.2.0/24"));
        using var stranger = await elsewhere.Key(Permission.ReadBanks);
        Assert.Equal(403, await Status(stranger, HttpMethod.Get, "/hma/c/banks"));
        var wrong = await Assert.ThrowsAsync<WrongSetting>(() => Start(("Hma:Key", "jaga_x")));
        Assert.Contains("Hma:Addresses", wrong.Message);
    }

    private static Task<JagaHost> Start(params (string, string)[] settings) => JagaHost.Start(Store.Sqlite, null, [("Hma:Enabled", "true"), .. settings]);

    // A site that serves the picture, sends on to it, and serves it under a type that says nothing.
    private static async Task<WebApplication> Site(byte[] picture)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var site = builder.Build();
        site.MapGet("/a.png", () => Results.Bytes(picture, "image/png"));
        site.MapGet("/moved", () => Results.Redirect("/a.png"));
        site.MapGet("/away", () => Results.Redirect("ftp://127.0.0.1/a.png"));
        site.MapGet("/odd", () => Results.Bytes(picture, "application/octet-stream"));
        await site.StartAsync();
        return site;
    }

    private static async Task<JsonNode> Upload(HttpClient client, string path, string field, byte[] file)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file), field, "a.png" } };
        using var answer = await client.PostAsync(path, form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<int> Status(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static async Task<JsonNode> Send(HttpClient client, HttpMethod method, string path, int expected, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == expected, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
