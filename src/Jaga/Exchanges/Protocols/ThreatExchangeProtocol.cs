using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// Meta ThreatExchange: the threat updates of one privacy group, in windows of time and pages that follow each other by a cursor. An indicator is gone when it says so, when nobody
/// describes it any more, or when all who do call it harmless. Tombstones are kept for 90 days there; whoever was away longer reads everything again.
/// </summary>
internal sealed class ThreatExchangeProtocol : IProtocol
{
    private const int PageSize = 500;
    private const string Fields = "id,indicator,type,last_updated,should_delete,descriptors{id,reactions,owner{id},tags,status,expired_on}";
    private static readonly DateTimeOffset Beginning = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Stale = TimeSpan.FromDays(85);

    public ExchangeKind Kind => ExchangeKind.ThreatExchange;

    public (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now)
    {
        var last = checkpoint.Length == 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(checkpoint, CultureInfo.InvariantCulture));
        var whole = last is null || now - last > Stale;
        return (TimeWindow.Open(whole ? Beginning : last!.Value - TimeWindow.Overlap, now).ToString(), whole);
    }

    public bool IsWithin(string cursor) => TimeWindow.Parse(cursor).Next is not null;

    public async Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        var window = TimeWindow.Parse(cursor);
        var body = await Ask(link, window.Next ?? $"?start_time={window.From.ToUnixTimeSeconds()}&stop_time={window.To.ToUnixTimeSeconds()}&limit={PageSize}&fields={Uri.EscapeDataString(Fields)}", ct);
        var answer = JsonAnswer.Object(body);
        var told = new ToldEntries();
        foreach (var update in JsonAnswer.Records(answer, "data", body))
        {
            Update(update, told);
        }

        var page = told.Page();
        var next = answer.TryGetProperty("paging", out var paging) ? Query(JsonAnswer.Text(paging, "next")) : null;
        return next is not null && next != window.Next
            ? page with { Next = window.At(next).ToString(), Share = window.Share }
            : page with { Next = window.After()?.ToString(), Checkpoint = Seconds(window.To), InStepTo = window.To, Share = window.Share };
    }

    public ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now)
    {
        var window = TimeWindow.Parse(cursor);
        return window.Half() is { } half
            ? new() { Next = half.ToString() }
            : new() { Next = window.After()?.ToString(), Checkpoint = Seconds(window.To), InStepTo = window.To, Lost = $"What changed between {window.From:u} and {window.To:u} was passed over." };
    }

    public async Task Probe(Link link, DateTimeOffset now, CancellationToken ct) =>
        JsonAnswer.Object(await Ask(link, $"?start_time={now.ToUnixTimeSeconds() - 1}&stop_time={now.ToUnixTimeSeconds()}&limit=1&fields=id", ct));

    /// <summary>What an error of the Graph API means: a token that does not hold is a matter of credentials, too many calls one of patience.</summary>
    internal static ExchangeFailure? Explain(int status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 16 });
            var code = document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) ? JsonAnswer.Number(error, "code") : null;
            return code switch
            {
                190 or 102 or 10 or (>= 200 and <= 299) => new(FailureKind.Refused, $"The exchange answered {status} with error {code}: it does not take this access token, or not for this privacy group."),
                4 or 17 or 32 or 613 => new(FailureKind.Busy, $"The exchange answered {status} with error {code}: too many requests.", TimeSpan.FromMinutes(15)),
                _ => null,
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Task<byte[]> Ask(Link link, string query, CancellationToken ct)
    {
        link.Explain = Explain;
        return link.Ask(link.Get($"/{link.Exchange.Collection}/threat_updates/{query}&access_token={Uri.EscapeDataString(link.Credential("accessToken"))}"), ct);
    }

    private static void Update(JsonElement update, ToldEntries told)
    {
        var (type, indicator, text) = (JsonAnswer.Text(update, "type"), JsonAnswer.Text(update, "indicator"), update.GetRawText());
        var algorithm = type switch { "HASH_PDQ" => "pdq", "HASH_MD5" or "HASH_VIDEO_MD5" => "md5", "HASH_SHA1" => "sha1", "HASH_SHA256" => "sha256", "HASH_VIDEO_VPDQ" => "vpdq", "URI" or "RAW_URI" => "url", "DEBUG_STRING" when IsText(update) => "text", _ => "" };
        if (algorithm.Length == 0)
        {
            if (type.Length == 0)
            {
                told.Refuse(JsonAnswer.Text(update, "id"), "The update does not say of what kind it is.", text);
            }
            else
            {
                told.Unheld(type);
            }

            return;
        }

        var key = ToldEntries.Key(type, indicator);
        var descriptors = Descriptors(update).Where(d => JsonAnswer.Text(d, "status") != "NON_MALICIOUS").ToList();
        if (JsonAnswer.Is(update, "should_delete") || descriptors.Count == 0)
        {
            told.Gone(key, text);
            return;
        }

        var first = descriptors[0];
        var ends = descriptors.Select(Ends).ToList();
        told.Add(
            key, ToldEntries.Clean(JsonAnswer.Text(first, "id"), 200), ToldEntries.Clean(first.TryGetProperty("owner", out var owner) ? JsonAnswer.Text(owner, "id") : "", 200),
            ToldEntries.Labels(descriptors.SelectMany(Tags)), [(algorithm, indicator)], text,
            ends.All(e => e is not null) ? ends.Max() : null);
    }

    // The reference calls it a number and shows its other times as texts; 0, and what is neither, is none.
    private static DateTimeOffset? Ends(JsonElement descriptor) =>
        JsonAnswer.Number(descriptor, "expired_on") is { } seconds ? seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, 253_402_300_799)) : null
        : DateTimeOffset.TryParse(JsonAnswer.Text(descriptor, "expired_on"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;

    // A string may be anything; one that its members post as a text bears this tag.
    private static bool IsText(JsonElement update) => Descriptors(update).SelectMany(Tags).Contains("media_type_text");

    private static IEnumerable<JsonElement> Descriptors(JsonElement update) =>
        update.TryGetProperty("descriptors", out var all) && all.ValueKind is JsonValueKind.Object && all.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array
            ? data.EnumerateArray().Where(d => d.ValueKind is JsonValueKind.Object) : [];

    // Tags come as texts, or as objects with a text, in a list or within 'data'.
    private static IEnumerable<string?> Tags(JsonElement descriptor)
    {
        if (!descriptor.TryGetProperty("tags", out var tags))
        {
            return [];
        }

        tags = tags.ValueKind is JsonValueKind.Object && tags.TryGetProperty("data", out var data) ? data : tags;
        return tags.ValueKind is not JsonValueKind.Array ? [] : tags.EnumerateArray().Select(t => t.ValueKind is JsonValueKind.String ? t.GetString() : JsonAnswer.Text(t, "text"));
    }

    // Only the question of the next page is used, never its address, and without the access token that it repeats.
    private static string? Query(string next) => next.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at && next.Length < 4000
        ? QueryString.Create(QueryHelpers.ParseQuery(next[at..]).Where(q => q.Key != "access_token")).Value : null;

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
