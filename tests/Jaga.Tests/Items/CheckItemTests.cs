using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Matching;

namespace Jaga.Tests.Items;

/// <summary><see cref="CheckItem"/> and <see cref="ReadItem"/> at their edges; the whole way is in Flows.</summary>
public sealed class CheckItemTests
{
    [Theory]
    [InlineData("""{ "item": { "id": "" }, "hashes": { "md5": "00" } }""", "item.id")]
    [InlineData("""{ "item": { "id": "a", "region": "id" }, "hashes": { "md5": "00000000000000000000000000000000" } }""", "item.region")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": { "md5": "xyz" } }""", "hashes.md5")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": { "md5": "00000000000000000000000000000000" } }""", "hashes.md5")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": {} }""", "hashes")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": { "pdq": "1111111111111111111111111111111111111111111111111111111111111111" } }""", "hashes.quality")]
    [InlineData("""{ "item": { "id": "a" } }""", "hashes")]
    [InlineData("""{ "hashes": { "md5": "00000000000000000000000000000000" } }""", "item")]
    [InlineData("""{ "item": { "id": "a", "id": "b" }, "hashes": {} }""", "item")]
    [InlineData("""{ "item": { "id": "a", "acount": "u42" }, "hashes": { "md5": "11111111111111111111111111111111" } }""", "item.acount")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": { "md5": "11111111111111111111111111111111", "md6": "1" } }""", "hashes.md6")]
    [InlineData("""{ "item": { "id": "a" }, "hashes": { "md5": "11111111111111111111111111111111" }, "foo": 1 }""", "foo")]
    [InlineData("not json", "body")]
    public async Task What_cannot_be_understood_is_refused_by_field_and_keeps_nothing(string json, string field)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var platform = await jaga.Key(Permission.CheckItems);

        using var answer = await platform.PostAsync("/api/v1/check", new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject(), e => e.Key.StartsWith(field, StringComparison.Ordinal));
        await jaga.Do(async db => Assert.Equal(0, await db.Items.CountAsync()));
    }

    [Fact]
    public async Task A_misspelt_field_is_told_which_was_meant_in_both_forms_of_a_check()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var json = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "a", acount = "u42" }, hashes = new { md5 = new string('1', 32) } });
        using var form = new MultipartFormDataContent { { new StringContent("""{ "id": "a", "acount": "u42" }"""), "item" }, { new ByteArrayContent(Picture.Draw(1).Png()), "file", "a.png" } };
        using var parts = await platform.PostAsync("/api/v1/check", form);
        foreach (var answer in (HttpResponseMessage[])[json, parts])
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Equal("There is no such field here. Did you mean account?", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!["item.acount"]![0]);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_an_earlier_check_told_of_an_item_stays_known_when_a_later_one_tells_less(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.CheckItems);
        await Check(new { id = "photo-17", account = "u42", group = "812", url = "https://plaza.example/p/17", publiclyAvailable = true });
        for (var i = 0; i < 21; i++)
        {
            await Check(new { id = "photo-17" });
        }

        await Check(new { id = "photo-18", account = "u43" });
        await Check(new { id = "photo-18", account = "u44" });

        Assert.Equal(("u42", "812"), await Known("photo-17"));
        Assert.Equal(("u44", null), await Known("photo-18"));

        async Task Check(object item)
        {
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
            (await platform.PostAsJsonAsync("/api/v1/check", new { item, hashes = new { md5 = new string('1', 32) } })).EnsureSuccessStatusCode();
        }

        Task<(string?, string?)> Known(string item) => jaga.Ask<IEnumerable<IKnowsSubject>, (string?, string?)>(async rooms =>
        {
            var room = rooms.OfType<KnownItems>().Single();
            var (facts, upload) = (await room.Facts(new("item", item), default), await room.Upload(new("item", item), default));
            Assert.Equal(upload?.Account, facts.FirstOrDefault(f => f.Name == "account")?.Value);
            Assert.Equal(upload?.Group, facts.FirstOrDefault(f => f.Name == "group")?.Value);
            return (upload?.Account, upload?.Group);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_same_idempotency_key_gets_the_same_answer_and_the_item_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.CheckItems);
        var answers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/check") { Content = JsonContent.Create(new { item = new { id = "a" }, hashes = new { md5 = new string('1', 32) } }) };
            request.Headers.Add(IdempotentWrites.Header, "once");
            using var answer = await platform.SendAsync(request);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Single(answers.Distinct());
        await jaga.Do(async db => Assert.Equal(1, await db.Items.CountAsync()));
    }

    [Fact]
    public async Task Private_items_are_refused_until_a_legal_basis_is_set()
    {
        var request = new { item = new { id = "a", visibility = "endToEnd" }, hashes = new { md5 = new string('1', 32) } };
        await using (var jaga = await JagaHost.Start(Store.Sqlite))
        {
            using var platform = await jaga.Key(Permission.CheckItems);
            Assert.Equal(HttpStatusCode.Conflict, (await platform.PostAsJsonAsync("/api/v1/check", request)).StatusCode);
        }

        await using (var jaga = await JagaHost.Start(Store.Sqlite, null, ("Items:PrivateLegalBasis", "the law that allows it")))
        {
            using var platform = await jaga.Key(Permission.CheckItems);
            Assert.Equal(HttpStatusCode.OK, (await platform.PostAsJsonAsync("/api/v1/check", request)).StatusCode);
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_never_allowed_though_it_is_known()
    {
        var broken = Picture.Draw(1).Png()[..2000];
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bank = await jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "seen before", Labels = ["other"], OnMatch = OnMatch.Watch }), Actor.System("test"), default));
        await jaga.Ask<AddSignals, object>(async add => await add.Run(bank.Id, new("test", [new(Digests.Of(broken).Md5.ToString(), "md5")]), Actor.System("test"), default));
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var form = new MultipartFormDataContent { { JsonContent.Create(new { id = "a" }), "item" }, { new ByteArrayContent(broken), "file", "a.png" } };

        using var answer = await platform.PostAsync("/api/v1/check", form);

        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(("unreadable", "seen before"), ((string)said["verdict"]!, (string)said["matches"]![0]!["bank"]!));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_platform_reads_back_what_it_sent_and_nothing_of_another(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var mine = await jaga.Key(Permission.CheckItems);
        using var other = await jaga.Key(Permission.CheckItems);
        await mine.PostAsJsonAsync("/api/v1/check", new { item = new { id = "a/b c", account = "u1" }, hashes = new { md5 = new string('1', 32) } });

        var read = JsonNode.Parse(await mine.GetStringAsync($"/api/v1/items?id={Uri.EscapeDataString("a/b c")}"))!;
        Assert.Equal("allow", (string?)read[0]!["verdict"]);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/api/v1/items?id={Uri.EscapeDataString("a/b c")}")).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_case_tells_the_newest_check_of_its_item_and_how_much_of_its_account_is_in_cases(Store store)
    {
        var known = new string('1', 32);
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "seen before", Labels = ["other"], OnMatch = OnMatch.Case }), Actor.System("test"), default));
        await jaga.Ask<AddSignals, object>(async add => await add.Run(bank.Id, new("test", [new(known, "md5")]), Actor.System("test"), default));
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);
        foreach (var (id, name, md5) in new[] { ("a", "first", known), ("a", "second", known), ("b", "other", known), ("c", "harmless", new string('2', 32)) })
        {
            (await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id, name, account = "u1" }, hashes = new { md5 } })).EnsureSuccessStatusCode();
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var facts = await jaga.Ask<IEnumerable<IKnowsSubject>, IReadOnlyList<KnownFact>>(all => all.OfType<KnownItems>().Single().Facts(new("item", "a"), default));

        Assert.Equal(["second", "3", "2"], new[] { "name", "accountItems", "accountCases" }.Select(word => facts.Single(f => f.Name == word).Value));
    }

    [Theory]
    [InlineData("multipart/form-data", "boundary")]
    [InlineData("multipart/form-data; boundary=x", "early")]
    public async Task A_broken_form_is_told_as_such(string type, string word)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var body = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc"u8.ToArray());
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await platform.PostAsync("/api/v1/check", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(word, await answer.Content.ReadAsStringAsync());
    }
}
