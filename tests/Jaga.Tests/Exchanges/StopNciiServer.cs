using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

/// <summary>Speaks StopNCII's version 1: two keys in headers, pages by token, records that take each other's place, hashes and feedback taken.</summary>
internal sealed class StopNciiServer : ExchangeServer
{
    public sealed record Kept(string Kind, string Hash, string Status, DateTimeOffset At, string[]? Tags = null);

    public Dictionary<string, Kept> Records { get; } = [];

    /// <summary>Records in whose place something stands that is not JSON.</summary>
    public HashSet<string> Corrupt { get; } = [];

    /// <summary>Records told in other words than their own, by their hash: JSON as it stands in the answer.</summary>
    public Dictionary<string, string> Odd { get; } = [];

    /// <summary>The time to ask from next, where it is not the last record's.</summary>
    public long? NextSet { get; set; }

    /// <summary>Whether a broken page still says where the next one is.</summary>
    public bool TellsNext { get; set; } = true;

    public List<string> Posted { get; } = [];

    public static Task<StopNciiServer> Start() => new StopNciiServer().Started<StopNciiServer>();

    public void Put(string hash, DateTimeOffset at, string status = "Active", string kind = "ImagePDQ", params string[] tags) => Records[kind + hash] = new(kind, hash, status, at, tags);

    protected override async Task Answer(HttpContext http)
    {
        var endpoint = http.Request.Path.Value!.Split('/')[^1];
        if (http.Request.Headers["x-functions-key"] != "key-" + endpoint || http.Request.Headers["Ocp-Apim-Subscription-Key"] != "sub")
        {
            http.Response.StatusCode = 401;
        }
        else if (endpoint == "FetchHashes")
        {
            await http.Response.WriteAsync(Page(http.Request.Query));
        }
        else
        {
            Posted.Add($"{endpoint} {await Body(http)}");
            await http.Response.WriteAsync("{}");
        }
    }

    private string Page(IQueryCollection query)
    {
        long Number(string name, long otherwise) => long.TryParse(query[name], CultureInfo.InvariantCulture, out var n) ? n : otherwise;
        var size = (int)Number("pageSize", 800);
        var all = Records.Values.Where(r => r.At.ToUnixTimeSeconds() >= Number("startTimestamp", 0)).OrderBy(r => r.At).ThenBy(r => r.Hash, StringComparer.Ordinal).ToList();
        var from = (int)Number("nextPageToken", 0);
        var page = all.Skip(from).Take(size).ToList();
        var more = from + size < all.Count;
        var next = TellsNext || !page.Any(r => Corrupt.Contains(r.Hash)) ? $"\"nextPageToken\":\"{from + size}\"," : "";
        var records = string.Join(',', page.Select(r => Corrupt.Contains(r.Hash) ? "{\"signalType\":" : Odd.TryGetValue(r.Hash, out var odd) ? odd : JsonSerializer.Serialize(new
        {
            lastModtimestamp = r.At.ToUnixTimeSeconds(), signalType = r.Kind, hashValue = r.Hash, hashStatus = r.Status,
            caseNumbers = new Dictionary<string, string> { ["case-" + r.Hash[..4]] = r.Status }, CSPFeedbacks = new[] { new { source = "P", feedbackValue = "Blocked", tags = r.Tags ?? [] } },
        })));
        return $"{{\"count\":{page.Count},{next}\"nextSetTimestamp\":{NextSet ?? (all.Count == 0 ? 10 : all[^1].At.ToUnixTimeSeconds())},\"hasMoreRecords\":{(more ? "true" : "false")},\"hashRecords\":[{records}]}}";
    }
}
