using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Jaga.Tests.Rules;

/// <summary>The description of the interface, from which others build their clients.</summary>
public sealed partial class InterfaceTests
{
    [Fact]
    public async Task Every_call_says_in_a_sentence_what_it_does_has_a_name_of_its_own_and_stands_with_its_room()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        var document = JsonNode.Parse(await anybody.GetStringAsync("/openapi/v1.json"))!;
        var calls = Calls(document).ToList();
        Assert.NotEmpty(calls);
        Source.Keeps(calls.Where(c => !IsSentence((string?)c.Operation["summary"])).Select(c => $"{c.Name}: '{(string?)c.Operation["summary"]}' is no sentence"));
        Source.Keeps(calls.GroupBy(c => (string?)c.Operation["operationId"]).Where(g => g.Key is null || g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(c => c.Name))}"));
        Source.Keeps(calls.Where(c => c.Operation["tags"]?.AsArray().Count != 1 || !Rooms.Contains((string?)c.Operation["tags"]![0])).Select(c => $"{c.Name} stands with {c.Operation["tags"]?.ToJsonString()}"));
        Assert.DoesNotContain("ReadOnlyMemory", document.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"additionalProperties\":false", document.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Jaga", (string?)document["info"]!["title"]);
    }

    [Theory]
    [InlineData("CreateBank", false)]
    [InlineData("list", false)]
    [InlineData("list the banks", false)]
    [InlineData("List the banks.", false)]
    [InlineData(null, false)]
    [InlineData("List the banks", true)]
    [InlineData("Make a key; its text is shown once", true)]
    public void The_rule_knows_a_sentence_from_the_name_of_a_class(string? summary, bool sentence) => Assert.Equal(sentence, IsSentence(summary));

    [Fact]
    public async Task A_client_can_be_built_from_what_is_said_of_a_check()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        var document = JsonNode.Parse(await anybody.GetStringAsync("/openapi/v1.json"))!;
        var check = document["paths"]!["/api/v1/check"]!["post"]!;
        Assert.Equal("""[{"key":["checkItems"]}]""", check["security"]!.ToJsonString());
        Assert.Equal(("http", "bearer"), ((string?)document["components"]!["securitySchemes"]!["key"]!["type"], (string?)document["components"]!["securitySchemes"]!["key"]!["scheme"]));
        Assert.Equal(["200", "401", "403", "409", "422", "429", "503"], check["responses"]!.AsObject().Select(r => r.Key).Order());
        var refusal = document["components"]!["responses"]![((string)check["responses"]!["422"]!["$ref"]!).Split('/')[^1]]!;
        Assert.Equal("#/components/schemas/Problem", (string?)refusal["content"]!["application/problem+json"]!["schema"]!["$ref"]);

        var json = Schema(document, check["requestBody"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal(["item"], json["required"]!.AsArray().Select(r => (string?)r));
        Assert.Equal(["hashes", "item", "link", "text"], json["properties"]!.AsObject().Select(p => p.Key).Order());
        var form = check["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!;
        Assert.Equal(["file", "item"], form["required"]!.AsArray().Select(r => (string?)r).Order());
        Assert.Equal("binary", (string?)form["properties"]!["file"]!["format"]);
        Assert.Equal(["id"], Schema(document, json["properties"]!["item"]!)["required"]!.AsArray().Select(r => (string?)r));

        // Rows and requests of different use cases are different, though their types are called alike.
        Assert.Contains("roles", Row("/api/v1/people/staff"));
        Assert.Contains("scopes", Row("/api/v1/people/keys"));
        Assert.Contains("CheckItemAnswer", (string?)check["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"], StringComparison.Ordinal);
        Assert.Contains("words", Asked("/api/v1/orders/{id}/question"));
        Assert.Contains("question", Asked("/api/v1/data-requests/{id}/clarifications"));

        // What a signed-in person alone may do takes no key.
        Assert.Equal("""[{"session":[]}]""", document["paths"]!["/api/v1/cases"]!["get"]!["security"]!.ToJsonString());
        Assert.Equal("[]", document["paths"]!["/api/v1/set-up"]!["post"]!["security"]!.ToJsonString());

        IEnumerable<string> Row(string path) => Fields(Schema(document, document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!)["properties"]!["rows"]!["items"]!);
        IEnumerable<string> Asked(string path) => Fields(document["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!);
        IEnumerable<string> Fields(JsonNode schema) => Schema(document, schema)["properties"]!.AsObject().Select(p => p.Key);
    }

    [Fact]
    public async Task Whoever_connects_a_platform_finds_its_calls_first_and_the_guides()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        var page = await anybody.GetStringAsync("/docs");
        var order = Path().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal("/api/v1/check", order[0]);
        string[] soon = ["/api/v1/check", "/api/v1/hash", "/api/v1/items", "/api/v1/actions", "/api/v1/reports"];
        var first = order.IndexOf("/api/v1/banks");
        Assert.All(soon, path => Assert.InRange(order.IndexOf(path), 0, first - 1));
        Assert.All(Source.Files("docs/integrate", ".md"), guide => Assert.Contains($"href=\"/docs/{guide.Split('/')[^1]}\"", page, StringComparison.Ordinal));
        Assert.StartsWith("# Connecting a platform", await anybody.GetStringAsync("/docs/platform.md"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/docs/other.md")).StatusCode);
    }

    private static readonly IReadOnlyList<string> Rooms = [.. House.FromTheGround, "Agencies", "Agency door"];

    private static IEnumerable<(string Name, JsonNode Operation)> Calls(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => ($"{o.Key} {p.Key}", o.Value!)));

    private static JsonNode Schema(JsonNode document, JsonNode schema) => (schema["$ref"] ?? schema["oneOf"]?.AsArray().Select(o => o!["$ref"]).FirstOrDefault(r => r is not null)) is { } named ? document["components"]!["schemas"]![((string)named!).Split('/')[^1]]! : schema;

    // A capital, at least two words, no full stop: they stand in lists.
    private static bool IsSentence(string? summary) => summary is not null && Sentence().IsMatch(summary);

    [GeneratedRegex(@"^\p{Lu}\S* .*[^.\s]$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"</span><code>(/api/[^<]*)</code>")]
    private static partial Regex Path();
}
