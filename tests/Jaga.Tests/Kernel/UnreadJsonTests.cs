using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Jaga.Tests.Kernel;

public sealed class UnreadJsonTests
{
    [Theory]
    [InlineData("""{ "bank": { "nam": "x" } }""", "bank.nam", "There is no such field here. Did you mean name?")]
    [InlineData("""{ "bank": { "name": "x" }, "zzzzzzzz": 1 }""", "zzzzzzzz", "There is no such field here. There are: ")]
    [InlineData("""{ "bank": { "name": "x", "a.b": 1 } }""", "bank['a.b']", "There is no such field here. There are: ")]
    [InlineData("""{ "bank": { "name": 7 } }""", "bank.name", "This is not the JSON that is expected here (line 1, byte ")]
    [InlineData("{", "body", "This is not the JSON that is expected here (line 1, byte ")]
    public async Task Every_endpoint_that_takes_JSON_names_the_field_that_it_cannot_take(string json, string field, string reason)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var program = await jaga.Key(Permission.EditBanks);
        using var answer = await program.PostAsync("/api/v1/banks", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("urn:jaga:bad-input", (string?)problem["type"]);
        Assert.StartsWith(reason, (string?)problem["errors"]![field]![0], StringComparison.Ordinal);
        await jaga.Do(async db => Assert.Equal(0, await db.Banks.CountAsync(b => b.Name == "x")));
    }

    [Fact]
    public async Task A_field_of_one_line_among_many_is_named_with_its_line()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var program = await jaga.Key(Permission.EditBanks);
        using var answer = await program.PostAsJsonAsync($"/api/v1/banks/{Guid.Empty}/signals", new { source = "test", signals = new object[] { new { hash = "00" }, new { hsh = "00" } } });
        Assert.Equal("There is no such field here. Did you mean hash?", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!["signals[1].hsh"]![0]);
    }

    [Theory]
    [InlineData("acount", "account")]
    [InlineData("ACCOUNT", "account")]
    [InlineData("grup", "group")]
    [InlineData("acc", "account")]
    [InlineData("id", null)]
    [InlineData("somethingElse", null)]
    public void The_nearest_word_is_one_that_was_probably_meant(string said, string? meant) => Assert.Equal(meant, Words.Nearest(said, ["account", "group", "url"]));
}
