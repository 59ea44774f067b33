using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Jaga.Tests.Packages.PackageScene;

namespace Jaga.Tests.Packages;

/// <summary>The CASE 1.4 graph of a package, against the ontology where it is present.</summary>
public sealed partial class CaseGraphTests
{
    [Fact]
    public async Task The_graph_ties_every_file_to_its_exhibit_and_every_act_to_who_did_it_and_when()
    {
        await using var scene = await Make(Store.Sqlite);
        var graph = (await Graph(scene))["@graph"]!.AsArray();
        var ids = graph.Select(n => (string)n!["@id"]!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        var references = graph.SelectMany(n => References(n!.AsObject())).ToList();
        Assert.NotEmpty(references);
        Assert.Empty(references.Except(ids));

        var acts = graph.Where(n => (string)n!["@type"]! == "case-investigation:InvestigativeAction").ToList();
        Assert.Contains("case.decided", acts.Select(a => (string)a!["uco-core:name"]!));
        Assert.All(acts, a => Assert.True((a!["uco-action:performer"] ?? a["uco-action:instrument"]) is not null && a["uco-action:startTime"]!["@value"] is not null));
        var record = Assert.Single(graph, n => (string)n!["@type"]! == "case-investigation:ProvenanceRecord");
        Assert.InRange(record!["uco-core:object"]!.AsArray().Count, 2, 10);
        Assert.Contains(graph, n => (string)n!["@type"]! == "uco-observable:File" && n.ToJsonString().Contains("/objects/0001.png", StringComparison.Ordinal) && n.ToJsonString().Contains("xsd:hexBinary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_term_of_the_investigation_s_vocabulary_is_in_the_ontology()
    {
        var ontology = await File.ReadAllTextAsync(SharedData.Path("..", "schemas", "case", "investigation.ttl"));
        var example = await File.ReadAllTextAsync(SharedData.Path("..", "schemas", "case", "investigative_action_PASS.json"));
        var forms = await File.ReadAllTextAsync(SharedData.Path("..", "schemas", "case", "vocabulary.ttl"));
        await using var scene = await Make(Store.Sqlite);
        var graph = await Graph(scene);
        var terms = Term().Matches(graph.ToJsonString()).Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.Contains("ProvenanceRecord", terms);
        Assert.All(terms, t => Assert.Matches($@"(?m)^investigation:{t}$", ontology));
        Assert.Contains($"\"{(string)graph["@graph"]![0]!["case-investigation:investigationForm"]!}\"", forms, StringComparison.Ordinal);
        foreach (var (prefix, address) in JsonNode.Parse(example)!["@context"]!.AsObject().Where(c => c.Key != "kb"))
        {
            Assert.Equal((string)address!, (string)graph["@context"]![prefix]!);
        }
    }

    private static async Task<JsonNode> Graph(PackageScene scene)
    {
        var id = await scene.Prepare(("case", await scene.Decided()));
        await scene.Build(id);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine((await scene.Take(id)).Bag, "data", "case.jsonld")))!;
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject one when one.Count == 1 && one["@id"] is { } id => [(string)id!],
        JsonObject many => many.Where(p => p.Value is not null).SelectMany(p => References(p.Value!)),
        JsonArray list => list.SelectMany(n => References(n!)),
        _ => [],
    };

    [GeneratedRegex("\"case-investigation:([A-Za-z]+)\"")]
    private static partial Regex Term();
}
