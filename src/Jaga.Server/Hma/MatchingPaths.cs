using System.Globalization;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Kernel;
using Jaga.Matching;
using Jaga.Media;
using Wire = Jaga.Deliveries.Wire;

namespace Jaga.Server.Hma;

/// <summary><c>/m</c>: looks signals up. A match's content is its signal's number.</summary>
public static class MatchingPaths
{
    internal static void Map(IEndpointRouteBuilder hma)
    {
        hma.MapGet("/m/raw_lookup", RawLookup).Requires(Permission.CheckItems);
        hma.MapGet("/m/lookup", async (HttpRequest http, Wire wire, MediaReader media, Matcher matcher, HmaSettings settings, ItemSettings items, CancellationToken ct) =>
        {
            if (http.Asked("url") is null)
            {
                return TypedResults.Ok<object>(http.Asked("signal") is { } signal && http.Asked("signal_type") is { } type
                    ? ByBank(matcher, type, signal, http)
                    : throw new BadInput("signal", "Either url or both signal and signal_type are required"));
            }

            var found = ByType(matcher, await HashingPaths.OfUrl(http, wire, media, settings, items, ct), http);
            return TypedResults.Ok<object>(http.Asked("signal_type") is { } only ? found.GetValueOrDefault(only) ?? [] : found);
        }).Requires(Permission.CheckItems);
        hma.MapPost("/m/lookup", async (HttpRequest http, MediaReader media, Matcher matcher, ItemSettings items, CancellationToken ct) =>
            TypedResults.Ok(ByType(matcher, await HashingPaths.OfUpload(http, media, items, ct), http))).Requires(Permission.CheckItems);
        hma.MapGet("/m/lookup_topk", (HttpRequest http, Matcher matcher) =>
        {
            var nearest = int.TryParse(Required(http, "k"), NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k > 0 ? k : throw new BadInput("k", "k must be a positive integer");
            return Told(Find(matcher, http).Take(nearest));
        }).Requires(Permission.CheckItems);
        hma.MapGet("/m/lookup_threshold", (HttpRequest http, Matcher matcher) =>
        {
            var most = double.TryParse(Required(http, "threshold"), NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) && threshold >= 0 ? threshold : throw new BadInput("threshold", "threshold must be a number");
            return Told(Find(matcher, http).Where(m => m.Distance <= most));
        }).Requires(Permission.CheckItems);
        hma.MapPost("/m/compare", Compare).Requires(Permission.CheckItems);
        hma.MapGet("/m/index/status", Status).Requires(Permission.CheckItems);
    }

    private static Ok<Dictionary<string, object>> RawLookup(HttpRequest http, Matcher matcher)
    {
        var (signal, type) = (Required(http, "signal"), Required(http, "signal_type"));
        var matches = HmaSignals.Find(matcher, type, signal, http.Asked("banks"));
        var far = http.Asked("include_distance") is { } asked && asked.ToLowerInvariant() is "true" or "1" or "t" or "y" or "yes";
        return TypedResults.Ok(new Dictionary<string, object> { ["matches"] = far ? matches.Select(Payload).ToList() : matches.Select(m => m.Signal).ToList() });
    }

    private static IEnumerable<Match> Find(Matcher matcher, HttpRequest http) =>
        HmaSignals.Find(matcher, Required(http, "signal_type"), Required(http, "signal"), http.Asked("banks")).OrderBy(m => m.Distance).ThenBy(m => m.Signal);

    // HMA tells the banked value too. Whoever may look up may not read the list: that takes a person's right to export it.
    private static Ok<Dictionary<string, object>> Told(IEnumerable<Match> matches) => TypedResults.Ok(new Dictionary<string, object> { ["matches"] = matches.Select(Payload).ToList() });

    private static string Required(HttpRequest http, string name) => http.Asked(name) ?? throw new BadInput(name, $"{name} is required");

    // All that was read is looked up, as a check does it: turned and mirrored, frame by frame, and by its real quality.
    private static Dictionary<string, Dictionary<string, List<object>>> ByType(Matcher matcher, HashingPaths.Hashed file, HttpRequest http)
    {
        var wanted = HmaSignals.Banks(http.Asked("banks"));
        var met = matcher.Find(MatchQuery.Of(file.Reading)).Where(m => wanted(m.BankName)).ToList();
        return file.Types.Select(t => (Word: t, Met: met.Where(m => m.Type == HmaSignals.Types[t]).ToList()))
            .Where(t => t.Met.Count > 0 || file.Hashes.ContainsKey(t.Word)).ToDictionary(t => t.Word, t => ByBank(t.Met));
    }

    private static Dictionary<string, List<object>> ByBank(Matcher matcher, string type, string signal, HttpRequest http) => ByBank(HmaSignals.Find(matcher, type, signal, http.Asked("banks")));

    private static Dictionary<string, List<object>> ByBank(IEnumerable<Match> matches) => matches.GroupBy(m => m.BankName).ToDictionary(b => b.Key, b => b.Select(Payload).ToList());

    // HMA tells distances as text.
    private static object Payload(Match match) => new Dictionary<string, object> { ["bank_content_id"] = match.Signal, ["distance"] = match.Distance.ToString(CultureInfo.InvariantCulture) };

    private static Ok<Dictionary<string, object[]>> Compare(JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            throw new BadInput("body", "Request input was not a dict");
        }

        var results = new Dictionary<string, object[]>();
        foreach (var pair in body.EnumerateObject())
        {
            var hashes = pair.Value.ValueKind is JsonValueKind.Array ? pair.Value.EnumerateArray().Select(h => h.ValueKind is JsonValueKind.String ? h.GetString()! : "").ToList() : throw new BadInput(pair.Name, $"Comparison hashes for {pair.Name} was not a list");
            if (hashes.Count != 2)
            {
                throw new BadInput(pair.Name, "Comparison hash list length must be exactly 2");
            }

            var (left, right) = (HmaSignals.Query(pair.Name, hashes[0]), HmaSignals.Query(pair.Name, hashes[1]));
            var distance = left.Pdq is { } one && right.Pdq is { } other ? one.Hash.DistanceTo(other.Hash) : (int?)null;
            results[pair.Name] = distance is { } bits
                ? [bits <= Bank.DefaultMaxDistance, new Dictionary<string, int> { ["distance"] = bits }]
                : [left.Digests[0] == right.Digests[0], new Dictionary<string, int>()];
        }

        return TypedResults.Ok(results);
    }

    private static Ok<Dictionary<string, Dictionary<string, object>>> Status(HttpRequest http, ReadMatchStatus read, TimeProvider clock)
    {
        var status = read.Run();
        var only = http.Asked("signal_type");
        if (only is not null && !HmaSignals.Types.ContainsKey(only))
        {
            throw new BadInput("signal_type", $"No such signal type '{only}'");
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return TypedResults.Ok(new[] { ("pdq", status.Pdq), ("video_md5", status.Digests) }.Where(t => only is null || t.Item1 == only).ToDictionary(t => t.Item1, t => new Dictionary<string, object>
        {
            ["present"] = status.Ready, ["built_to"] = status.Ready ? now - (long)((status.LagMilliseconds ?? 0) / 1000) : -1, ["size"] = t.Item2,
        }));
    }
}
