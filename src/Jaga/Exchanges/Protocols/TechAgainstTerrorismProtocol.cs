using System.Globalization;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;

namespace Jaga.Exchanges.Protocols;

/// <summary>Tech Against Terrorism's hash list, version 2: signed in for with a name and a password, read in the order of change, each page telling the place to go on from.</summary>
internal sealed class TechAgainstTerrorismProtocol : IProtocol
{
    /// <param name="After">The other side's own checkpoint, <c>timestamp,id</c>; empty at the beginning.</param>
    /// <param name="Step">Seconds by which the next jump over what cannot be read goes.</param>
    private sealed record Place(string After, long Step = 0)
    {
        public static Place Parse(string cursor) => JsonSerializer.Deserialize<Place>(cursor, Json.Options)!;

        public override string ToString() => JsonSerializer.Serialize(this, Json.Options);
    }

    public ExchangeKind Kind => ExchangeKind.TechAgainstTerrorism;

    public (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now) => (new Place(checkpoint).ToString(), checkpoint.Length == 0);

    // Every page stands for itself: its place is a time, which does not grow stale.
    public bool IsWithin(string cursor) => false;

    public async Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        var place = Place.Parse(cursor);
        var body = await Ask(link, place.After, ct);
        var answer = JsonAnswer.Object(body);
        var told = new ToldEntries();
        foreach (var record in JsonAnswer.Records(answer, "results", body))
        {
            Record(record, told);
        }

        var checkpoint = JsonAnswer.Text(answer, "checkpoint");
        var page = told.Page() with { Checkpoint = checkpoint.Length is > 0 and < 500 ? checkpoint : null };
        if (JsonAnswer.Text(answer, "next").Length == 0)
        {
            return page with { InStepTo = now };
        }

        return page.Checkpoint is null || checkpoint == place.After
            ? throw JsonAnswer.Unreadable(body, "It says that there is more, and not where.")
            : page with { Next = new Place(checkpoint).ToString() };
    }

    public ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now)
    {
        var place = Place.Parse(cursor);
        if (JsonAnswer.Salvage(excerpt, "checkpoint") is { Length: > 0 } checkpoint && checkpoint != place.After)
        {
            return new() { Next = new Place(checkpoint).ToString(), Checkpoint = checkpoint, Lost = $"What comes after '{place.After}' and up to '{checkpoint}' was passed over." };
        }

        // Without a word of where the next page begins, a later time is tried, and a later one still.
        if (Later(place.After, Math.Max(1, place.Step)) is not { } after)
        {
            return null;
        }

        return new() { Next = new Place(after, TimeWindow.Longer(place.Step)).ToString(), Checkpoint = after, Lost = $"What comes after '{place.After}' and up to '{after}' was passed over." };
    }

    public async Task Probe(Link link, DateTimeOffset now, CancellationToken ct) => await SignIn(link, ct);

    private static async Task<byte[]> Ask(Link link, string after, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            link.Token ??= await SignIn(link, ct);
            var request = link.Get("/api/hash-list/v2/all?order=asc" + (after.Length == 0 ? "" : "&after=" + Uri.EscapeDataString(after)));
            request.Headers.Authorization = new("Bearer", link.Token);
            try
            {
                return await link.Ask(request, ct);
            }
            catch (ExchangeFailure stale) when (stale.Kind is FailureKind.Refused && !again)
            {
                // The token has had its time; one new one is signed in for.
                link.Token = null;
            }
        }
    }

    private static async Task<string> SignIn(Link link, CancellationToken ct)
    {
        var body = await Token(link, ct);
        var token = JsonAnswer.Text(JsonAnswer.Object(body), "token");
        return token.Length is > 0 and < 8000 && token.All(c => c is > ' ' and <= '~') ? token : throw new ExchangeFailure(FailureKind.Refused, "The exchange gave no token for this name and password.");
    }

    private static async Task<byte[]> Token(Link link, CancellationToken ct)
    {
        try
        {
            return await link.Ask(
                new(HttpMethod.Post, link.Exchange.Address + "/token-auth/tcap/") { Content = JsonContent.Create(new { username = link.Credential("user"), password = link.Credential("password"), resend = false }) }, ct);
        }
        catch (ExchangeFailure refused) when (refused.Kind is FailureKind.Wrong)
        {
            // At the door, a question that is not taken is a name or a password that is not.
            throw new ExchangeFailure(FailureKind.Refused, refused.Message);
        }
    }

    private static void Record(JsonElement record, ToldEntries told)
    {
        var (id, text) = (JsonAnswer.Text(record, "id"), record.GetRawText());
        if (JsonAnswer.Is(record, "deleted"))
        {
            told.Gone(id, text);
            return;
        }

        told.Add(
            id, ToldEntries.Clean(id, 200), "", ToldEntries.Labels([JsonAnswer.Text(record, "ideology")]),
            [(JsonAnswer.Text(record, "algorithm") is { Length: > 0 } algorithm ? algorithm : "unnamed", JsonAnswer.Text(record, "hash_digest"))], text);
    }

    private static string? Later(string after, long step)
    {
        var comma = after.IndexOf(',', StringComparison.Ordinal);
        var time = comma < 0 ? after : after[..comma];
        return double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds) + step:0},0")
            : DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? $"{at.UtcDateTime.AddSeconds(step):yyyy-MM-dd'T'HH:mm:ss'Z'},0"
            : null;
    }
}
