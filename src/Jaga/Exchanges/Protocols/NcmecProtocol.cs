using System.Globalization;
using System.Net.Http;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// NCMEC Hash Sharing, version 2. Entries come in pages of a window of time and in no order, so the checkpoint moves only when the last page of a window is read;
/// an entry is told by its member and id, always as it is now, and a deleted one leaves a tombstone.
/// </summary>
internal sealed class NcmecProtocol : IProtocol
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // Before there was anything to share.
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ExchangeKind Kind => ExchangeKind.Ncmec;

    public (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now)
    {
        var from = checkpoint.Length == 0 ? Beginning : DateTimeOffset.Parse(checkpoint, CultureInfo.InvariantCulture) - TimeWindow.Overlap;
        return (TimeWindow.Open(from, now).ToString(), checkpoint.Length == 0);
    }

    public bool IsWithin(string cursor) => TimeWindow.Parse(cursor).Next is not null;

    public async Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        var window = TimeWindow.Parse(cursor);
        var query = window.Next ?? $"?from={Uri.EscapeDataString(Told(window.From))}&to={Uri.EscapeDataString(Told(window.To))}";
        var body = await link.Ask(Request(link, "/v2/entries" + query), ct);
        var told = new ToldEntries();
        var next = ReadEntries(body, told);
        var page = told.Page();
        if (next is not null && Query(next) is { } following && following != window.Next)
        {
            return page with { Next = window.At(following).ToString(), Share = window.Share };
        }

        return page with { Next = window.After()?.ToString(), Checkpoint = Told(window.To), InStepTo = window.To, Share = window.Share };
    }

    public ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now)
    {
        var window = TimeWindow.Parse(cursor);
        if (window.Half() is { } half)
        {
            return new() { Next = half.ToString() };
        }

        // The question can be no smaller. A page in the middle says itself where the next one begins.
        if (window.Next is { } page && QueryHelpers.ParseQuery(page) is var asked
            && int.TryParse(asked["start"], out var start) && int.TryParse(asked["size"], out var size) && int.TryParse(asked["max"], out var max) && size > 0 && start + size <= max)
        {
            var behind = QueryString.Create(asked.Where(a => a.Key != "start")).Add("start", (start + size).ToString(CultureInfo.InvariantCulture));
            return new() { Next = window.At(behind.Value!).ToString(), Lost = $"Entries {start} to {start + size - 1} of those changed between {Told(window.From)} and {Told(window.To)} were passed over." };
        }

        return new()
        {
            Next = window.After()?.ToString(),
            Checkpoint = Told(window.To),
            InStepTo = window.To,
            Lost = $"What changed between {Told(window.From)} and {Told(window.To)} was passed over.",
        };
    }

    public async Task Probe(Link link, DateTimeOffset now, CancellationToken ct)
    {
        var body = await link.Ask(Request(link, "/v2/status"), ct);
        using var reader = Reader(body);
        Xml(() => reader.MoveToContent() is XmlNodeType.Element && reader.LocalName == "status" ? true : throw new ExchangeFailure(FailureKind.Unreadable, "What answers at this address is not NCMEC Hash Sharing."), body);
    }

    internal static HttpRequestMessage Request(Link link, string path) => Link.Basic(link.Get(path), link.Credential("user"), link.Credential("password"));

    /// <summary>The reasons that a "no" may have.</summary>
    internal static IReadOnlyList<(string Guid, string Name)> Reasons(byte[] body)
    {
        using var reader = Reader(body);
        return Xml(() => XElement.Load(reader).Elements().Where(e => e.Name.LocalName == "reason")
            .Select(e => (e.Attribute("guid")?.Value ?? "", e.Attribute("name")?.Value ?? "")).Where(r => r.Item1.Length > 0).Take(200).ToList(), body);
    }

    // Answers the address of the next page, if there is one.
    private static string? ReadEntries(byte[] body, ToldEntries told)
    {
        using var reader = Reader(body);
        return Xml(() =>
        {
            if (reader.MoveToContent() is not XmlNodeType.Element || reader.LocalName != "queryResult")
            {
                throw new ExchangeFailure(FailureKind.Unreadable, $"This is not a list of entries but '{ToldEntries.Clean(reader.LocalName, 50)}'.", excerpt: Start(body));
            }

            string? next = null;
            reader.Read();
            while (!reader.EOF)
            {
                switch (reader.NodeType is XmlNodeType.Element ? reader.LocalName : "")
                {
                    case "image" or "video":
                        Entry((XElement)XNode.ReadFrom(reader), told);
                        break;
                    case "deletedImage" or "deletedVideo":
                        var gone = (XElement)XNode.ReadFrom(reader);
                        told.Gone(Key(gone), gone.ToString());
                        break;
                    case "next":
                        next = reader.ReadElementContentAsString().Trim();
                        break;
                    default:
                        reader.Read();
                        break;
                }
            }

            return next;
        }, body);
    }

    private static void Entry(XElement entry, ToldEntries told)
    {
        var member = Child(entry, "member");
        var prints = Child(entry, "fingerprints")?.Elements() ?? [];
        told.Add(
            Key(entry),
            ToldEntries.Clean(Child(entry, "id")?.Value ?? "", 200),
            ToldEntries.Clean(member?.Value is { Length: > 0 } name ? name : member?.Attribute("id")?.Value ?? "", 200),
            ToldEntries.Labels([Child(entry, "classification")?.Value]),
            // Large ones come as an address of their own; nothing that Jaga holds does.
            prints.Select(p => (p.Attribute("href") is null ? p.Name.LocalName : p.Name.LocalName + "-linked", p.Value)),
            entry.ToString());
    }

    private static string Key(XElement entry) =>
        Child(entry, "member")?.Attribute("id")?.Value is { Length: > 0 } member && Child(entry, "id")?.Value.Trim() is { Length: > 0 } id ? $"{member}/{id}" : "";

    private static XElement? Child(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    // Only the question of the next page is used, never its address: an answer cannot lead elsewhere.
    private static string? Query(string next) => next.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at && next.Length < 2000 ? next[at..] : null;

    private static string Told(DateTimeOffset time) => time.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);

    // No document types, no entities, nothing fetched (XXE, billion laughs).
    private static XmlReader Reader(byte[] body) => XmlReader.Create(new MemoryStream(body), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true });

    private static T Xml<T>(Func<T> read, byte[] body)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is XmlException or InvalidOperationException)
        {
            throw new ExchangeFailure(FailureKind.Unreadable, $"This is not the XML that was expected: {ToldEntries.Clean(broken.Message, 200)}", excerpt: Start(body));
        }
    }

    private static string Start(byte[] body) => ToldEntries.Clean(System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, SetAsideEntry.MaxExcerpt))), SetAsideEntry.MaxExcerpt);
}
