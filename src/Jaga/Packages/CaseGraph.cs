using System.Text.Json;
using System.Text.Json.Nodes;
using Jaga.Evidence;

namespace Jaga.Packages;

/// <summary>
/// What happened as a graph of CASE 1.4 (on UCO 1.4), in JSON-LD: the investigation, every act with who performed it and when, each file with its digests, and a provenance record
/// for each exhibit that ties the file to the act that sealed it.
/// </summary>
internal static class CaseGraph
{
    private static readonly (string Prefix, string Address)[] Context =
    [
        ("case-investigation", "https://ontology.caseontology.org/case/investigation/"), ("uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"), ("uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"),
        ("uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"), ("uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"), ("uco-tool", "https://ontology.unifiedcyberontology.org/uco/tool/"),
        ("uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"), ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ];

    public static byte[] Write(PackageFolder.Contents contents, IReadOnlyList<Exhibit> parts, IReadOnlyList<PackageFile> files, IReadOnlyList<PackagePapers.Act> acts, string house)
    {
        var (package, graph) = (contents.Package, new JsonArray());
        var owner = Thing("identity", "house", "uco-identity:Organization", ("uco-core:name", house.Length > 0 ? house : "the platform"));
        var receiver = Thing("identity", contents.Agency.Id.ToString(), "uco-identity:Organization", ("uco-core:name", contents.Agency.Name));
        var release = Thing("authorization", package.Id.ToString(), "case-investigation:Authorization", ("case-investigation:authorizationType", "release by a second person"), ("case-investigation:authorizationIdentifier", package.Number), ("uco-core:startTime", Time(package.ReleasedAt!.Value)));
        graph.Add(owner);
        graph.Add(receiver);
        graph.Add(release);
        foreach (var (actor, who) in acts.Select(a => (a.Line.Actor, a.Who)).Distinct())
        {
            graph.Add(Thing("actor", Key(actor), actor.StartsWith("staff:", StringComparison.Ordinal) ? "uco-identity:Person" : "uco-tool:Tool", ("uco-core:name", who)));
        }

        var known = new Dictionary<string, JsonNode>();
        foreach (var (path, length, hashes) in files.Select(f => ($"data/{f.Name}", (long)f.Content.Length, (string[][])[["SHA256", PackagePapers.Digest(f.Content)]])))
        {
            graph.Add(FileOf(path, length, hashes));
        }

        foreach (var part in parts)
        {
            var list = part.Read();
            foreach (var file in list.Files)
            {
                var path = $"{ExhibitBag.FolderOf(part.Id)}{file.Name}";
                graph.Add(FileOf(path, file.Length, [["SHA256", file.Sha256], ["SHA1", file.Sha1], ["MD5", file.Md5]]));
                known[$"evidence/{file.Evidence}"] = Reference("file", Key(path));
            }

            graph.Add(Thing(
                "provenance", part.Id.ToString(), "case-investigation:ProvenanceRecord", ("case-investigation:exhibitNumber", part.Id.ToString()), ("case-investigation:rootExhibitNumber", part.Id.ToString()),
                ("uco-core:description", $"Sealed {part.SealedAt:u}, digest {part.Digest}"), ("uco-core:object", new JsonArray([.. list.Files.Select(f => Reference("file", Key($"{ExhibitBag.FolderOf(part.Id)}{f.Name}")))]))));
            known[$"exhibit/{part.Id}"] = Reference("provenance", part.Id.ToString());
        }

        string? before = null;
        foreach (var act in acts)
        {
            graph.Add(ActOf(act, known.GetValueOrDefault(act.Line.Subject.ToString()), before));
            before = Key(act.Line.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var about = contents.Matters.Select(m => m.Title.En).ToList();
        graph.Insert(0, Thing(
            "investigation", package.Id.ToString(), "case-investigation:Investigation", ("uco-core:name", package.Number), ("uco-core:description", string.Join("; ", about)), ("case-investigation:investigationForm", "case"),
            ("case-investigation:investigationStatus", "handed over"), ("case-investigation:focus", package.Category), ("case-investigation:relevantAuthorization", Reference("authorization", package.Id.ToString())),
            ("uco-core:object", new JsonArray([.. graph.OfType<JsonObject>().Select(o => new JsonObject { ["@id"] = (string)o["@id"]! })]))));
        var context = new JsonObject { ["kb"] = "urn:jaga:" };
        foreach (var (prefix, address) in Context)
        {
            context[prefix] = address;
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["@context"] = context, ["@graph"] = graph }, Indented);
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static JsonObject ActOf(PackagePapers.Act act, JsonNode? about, string? before)
    {
        var (line, number) = (act.Line, act.Line.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var thing = Thing(
            "action", number, "case-investigation:InvestigativeAction", ("uco-core:name", line.Action), ("uco-core:description", $"{line.Subject}{(line.Why.Length > 0 ? $": {line.Why}" : "")}"),
            ("uco-action:startTime", Time(line.At)), ("uco-action:endTime", Time(line.At)), (line.Actor.StartsWith("staff:", StringComparison.Ordinal) ? "uco-action:performer" : "uco-action:instrument", Reference("actor", Key(line.Actor))));
        if (about is not null)
        {
            thing[line.Action is "exhibit.sealed" or "evidence.kept" ? "uco-action:result" : "uco-action:object"] = about.DeepClone();
        }

        if (before is not null)
        {
            thing["case-investigation:wasInformedBy"] = Reference("action", before);
        }

        return thing;
    }

    private static JsonObject FileOf(string path, long length, string[][] hashes) => Thing("file", Key(path), "uco-observable:File", ("uco-core:hasFacet", new JsonArray(
        Thing("file-facet", Key(path), "uco-observable:FileFacet", ("uco-observable:fileName", path.Split('/')[^1]), ("uco-observable:filePath", path), ("uco-observable:sizeInBytes", length)),
        Thing("content-facet", Key(path), "uco-observable:ContentDataFacet", ("uco-observable:hash", new JsonArray([.. hashes.Select(h => Thing(
            "hash", Key($"{path}-{h[0]}"), "uco-types:Hash", ("uco-types:hashMethod", h[0]), ("uco-types:hashValue", new JsonObject { ["@type"] = "xsd:hexBinary", ["@value"] = h[1] })))]))))));

    private static JsonObject Thing(string kind, string key, string type, params (string Name, JsonNode? Value)[] says)
    {
        var thing = new JsonObject { ["@id"] = $"kb:{kind}-{key}", ["@type"] = type };
        foreach (var (name, value) in says)
        {
            thing[name] = value;
        }

        return thing;
    }

    private static JsonObject Reference(string kind, string key) => new() { ["@id"] = $"kb:{kind}-{key}" };

    private static JsonObject Time(DateTimeOffset at) => new() { ["@type"] = "xsd:dateTime", ["@value"] = PackagePapers.Time(at) };

    // What may stand in an identifier: the rest becomes a hyphen.
    private static string Key(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
}
