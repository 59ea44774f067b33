using System.Globalization;
using System.Net.Http;
using System.Text.Json;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// StopNCII.org, version 1. A record is told by its kind and value and takes the place of what was told of them before; withdrawn and deleted ones are gone.
/// Pages follow each other by a token; the last one tells the time to ask from next.
/// </summary>
internal sealed class StopNciiProtocol : IProtocol
{
    private const int Largest = 800;

    // What the service itself takes for the beginning.
    private const long Beginning = 10;

    /// <param name="Since">Unix seconds.</param>
    /// <param name="Token">The page; null for the first.</param>
    /// <param name="Size">Records asked for in one page.</param>
    /// <param name="At">The latest change seen, in Unix seconds.</param>
    /// <param name="Step">Seconds by which the next jump over what cannot be read goes.</param>
    private sealed record Place(long Since, string? Token, int Size, long At, long Step)
    {
        public static Place Parse(string cursor) => JsonSerializer.Deserialize<Place>(cursor, Json.Options)!;

        public override string ToString() => JsonSerializer.Serialize(this, Json.Options);
    }

    public ExchangeKind Kind => ExchangeKind.StopNcii;

    public (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now)
    {
        var since = checkpoint.Length == 0 ? Beginning : Math.Min(long.Parse(checkpoint, CultureInfo.InvariantCulture), now.ToUnixTimeSeconds());
        return (new Place(since, null, Largest, since, 0).ToString(), checkpoint.Length == 0);
    }

    public bool IsWithin(string cursor) => Place.Parse(cursor).Token is not null;

    public async Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        var place = Place.Parse(cursor);
        var token = place.Token is null ? "" : "&nextPageToken=" + Uri.EscapeDataString(place.Token);
        var body = await link.Ask(Request(link, HttpMethod.Get, $"/FetchHashes?startTimestamp={place.Since}&pageSize={place.Size}{token}", "fetchKey"), ct);
        var answer = JsonAnswer.Object(body);
        var (told, latest) = (new ToldEntries(), place.At);
        foreach (var record in JsonAnswer.Records(answer, "hashRecords", body))
        {
            Record(record, told);
            latest = Math.Max(latest, Past(record, "lastModtimestamp", now) ?? 0);
        }

        var page = told.Page();
        if (!JsonAnswer.Is(answer, "hasMoreRecords"))
        {
            var from = Past(answer, "nextSetTimestamp", now) ?? latest;
            return page with { Checkpoint = Math.Max(from, place.Since).ToString(CultureInfo.InvariantCulture), InStepTo = now };
        }

        var next = JsonAnswer.Text(answer, "nextPageToken");
        return next.Length == 0 || next == place.Token
            ? throw JsonAnswer.Unreadable(body, "It says that there is more, and not where.")
            : page with { Next = (place with { Token = next, Size = Math.Min(Largest, place.Size * 10), At = latest, Step = 0 }).ToString() };
    }

    // A time to come, such as milliseconds where seconds should be, would end all further reading: it is none.
    private static long? Past(JsonElement element, string name, DateTimeOffset now) => JsonAnswer.Number(element, name) is { } time && time <= now.ToUnixTimeSeconds() ? time : null;

    public ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now)
    {
        var place = Place.Parse(cursor);
        if (place.Size > 1)
        {
            return new() { Next = (place with { Size = Math.Max(1, place.Size / 10) }).ToString() };
        }

        if (JsonAnswer.Salvage(excerpt, "nextPageToken") is { Length: > 0 } token && token != place.Token)
        {
            return new() { Next = (place with { Token = token }).ToString(), Lost = "One record was passed over." };
        }

        var to = Math.Max(place.Since, place.At) + Math.Max(1, place.Step);
        return new()
        {
            Next = to > now.ToUnixTimeSeconds() ? null : new Place(to, null, Largest, to, TimeWindow.Longer(place.Step)).ToString(),
            Checkpoint = to > now.ToUnixTimeSeconds() ? to.ToString(CultureInfo.InvariantCulture) : null,
            Lost = $"What changed between {DateTimeOffset.FromUnixTimeSeconds(place.At):u} and {DateTimeOffset.FromUnixTimeSeconds(to):u} was passed over.",
        };
    }

    public async Task Probe(Link link, DateTimeOffset now, CancellationToken ct) =>
        JsonAnswer.Object(await link.Ask(Request(link, HttpMethod.Get, $"/FetchHashes?startTimestamp={now.ToUnixTimeSeconds()}&pageSize=1", "fetchKey"), ct));

    internal static HttpRequestMessage Request(Link link, HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, link.Exchange.Address + path);
        request.Headers.Add("x-functions-key", link.Credential(key));
        request.Headers.Add("Ocp-Apim-Subscription-Key", link.Credential("subscriptionKey"));
        return request;
    }

    private static void Record(JsonElement record, ToldEntries told)
    {
        var (kind, hash, status, text) = (JsonAnswer.Text(record, "signalType"), JsonAnswer.Text(record, "hashValue"), JsonAnswer.Text(record, "hashStatus"), record.GetRawText());
        var algorithm = kind switch { "ImagePDQ" => "pdq", "VideoMD5" => "md5", "Text" => "text", "URL" => "url", _ => "" };
        if (algorithm is "text" or "url" && hash.Length >= 32 && hash.All(char.IsAsciiHexDigit))
        {
            algorithm = ""; // A digest, and nobody says of what form of the text.
        }

        if (algorithm.Length == 0)
        {
            if (kind.Length == 0)
            {
                told.Refuse(hash, "The record does not say what kind of hash it is.", text);
            }
            else
            {
                told.Unheld(kind);
            }

            return;
        }

        var key = ToldEntries.Key(kind, hash);
        switch (status)
        {
            case "Withdrawn" or "Deleted":
                told.Gone(key, text);
                break;
            case "Received" or "Active":
                var tags = record.TryGetProperty("CSPFeedbacks", out var feedbacks) && feedbacks.ValueKind is JsonValueKind.Array
                    ? feedbacks.EnumerateArray().SelectMany(f => f.ValueKind is JsonValueKind.Object && f.TryGetProperty("tags", out var list) && list.ValueKind is JsonValueKind.Array ? list.EnumerateArray().Select(t => t.ValueKind is JsonValueKind.String ? t.GetString() : null) : [])
                    : [];
                told.Add(key, Case(record), "", ToldEntries.Labels(tags), [(algorithm, hash)], text);
                break;
            default:
                told.Refuse(key, $"'{ToldEntries.Clean(status, 30)}' is not a status that is known here.", text);
                break;
        }
    }

    // A hash may belong to several cases; the first names it.
    private static string Case(JsonElement record) =>
        record.TryGetProperty("caseNumbers", out var cases) && cases.ValueKind is JsonValueKind.Object ? ToldEntries.Clean(cases.EnumerateObject().Select(c => c.Name).Order(StringComparer.Ordinal).FirstOrDefault() ?? "", 200) : "";
}
