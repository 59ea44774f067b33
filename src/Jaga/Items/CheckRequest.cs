using System.Text;
using System.Text.Json;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Media;
using Microsoft.Net.Http.Headers;

namespace Jaga.Items;

/// <summary>What the platform tells about an item.</summary>
/// <param name="Id">The platform's own id, 1 to 200 characters.</param>
/// <param name="Region">ISO 3166-1 alpha-2, where the sender is.</param>
public sealed record ItemFacts(
    string Id, ItemKind Kind = ItemKind.Image, string? Account = null, string? Group = null, string? Url = null, string? Name = null, string? Surface = null,
    Visibility Visibility = Visibility.Public, string? Region = null, DateTimeOffset? UploadedAt = null, bool? PubliclyAvailable = null);

/// <summary>A check without the file, as JSON: what it is about, and its hashes, a text or a link.</summary>
/// <param name="Hashes">What the platform computed itself; PDQ comes with its quality.</param>
/// <param name="Text">What was written; it and the links in it are looked up.</param>
/// <param name="Link">A link that was posted.</param>
public sealed record CheckBody(ItemFacts Item, FindMatches.Hashes? Hashes = null, string? Text = null, string? Link = null);

/// <summary>One check: the facts, and the bytes, or the hashes that the platform computed itself, or a text or link. At least one of them.</summary>
/// <param name="Hashes">PDQ comes with its quality.</param>
/// <param name="Text">What was written; it and the links in it are looked up.</param>
/// <param name="Link">A link that was posted.</param>
public sealed record CheckRequest(ItemFacts Item, ReadOnlyMemory<byte>? File, FindMatches.Hashes? Hashes, string? Text = null, string? Link = null)
{
    private const int MaxFactsBytes = 16 * 1024;

    /// <summary>Bytes of a body of JSON: a long text, or the frames of a long film.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Reads <c>multipart/form-data</c> (parts <c>item</c>, <c>file</c> and perhaps <c>text</c>) or <c>application/json</c> (<c>item</c>, and <c>hashes</c>, <c>text</c> or <c>link</c>).</summary>
    /// <exception cref="BadInput">Names the field and the reason.</exception>
    public static async Task<CheckRequest> Read(HttpRequest request, long maxFileBytes, CancellationToken ct)
    {
        var read = FormParts.Has(request, out var type) ? await FromParts(request, type, maxFileBytes, ct) : await FromJson(request, ct);
        read.Check();
        return read;
    }

    private static async Task<CheckRequest> FromJson(HttpRequest request, CancellationToken ct)
    {
        var read = Parse<CheckBody>(await FormParts.ReadAll(request.Body, MaxBodyBytes, "body", ct), "");
        return new(read.Item ?? throw new BadInput("item", "Tell which item this is."), null, read.Hashes, read.Text, read.Link);
    }

    private static async Task<CheckRequest> FromParts(HttpRequest request, MediaTypeHeaderValue type, long maxFileBytes, CancellationToken ct)
    {
        var (facts, file, name, text) = ((ItemFacts?)null, (ReadOnlyMemory<byte>?)null, (string?)null, (string?)null);
        await FormParts.Each(request, type, async (part, fileName, body) =>
        {
            switch (part)
            {
                case "item" when facts is null:
                    facts = Parse<ItemFacts>(await FormParts.ReadAll(body, MaxFactsBytes, "item", ct), "item");
                    break;
                case "file" when file is null:
                    (file, name) = (await FormParts.Borrow(request, body, maxFileBytes, "file", ct), fileName);
                    break;
                case "text" when text is null:
                    text = Encoding.UTF8.GetString((await FormParts.ReadAll(body, MaxBodyBytes, "text", ct)).Span);
                    break;
                default:
                    throw new BadInput("part", "There are the parts 'item' and 'file', and perhaps 'text', each once.");
            }
        }, ct);
        facts ??= request.Query["id"].ToString() is { Length: > 0 } id ? new(id) : throw new BadInput("item", "Tell which item this is, in a part 'item' of JSON.");
        return new(facts with { Name = facts.Name ?? Shorten(name) }, file ?? throw new BadInput("file", "The part 'file' is missing."), null, text);
    }

    private void Check()
    {
        Length("item.id", Item.Id, 1, 200);
        Length("item.account", Item.Account, 1, 200);
        Length("item.group", Item.Group, 1, 200);
        Length("item.url", Item.Url, 1, 2000);
        Length("item.name", Item.Name, 0, 300);
        Length("item.surface", Item.Surface, 1, 100);
        if (Item.Id is null)
        {
            throw new BadInput("item.id", "The platform's own id of the item is missing.");
        }

        if (Item.Region is { } region && (region.Length != 2 || !region.All(char.IsAsciiLetterUpper)))
        {
            throw new BadInput("item.region", "A region is two capital letters (ISO 3166-1).");
        }

        if (File is null && Hashes is null && Text is null && Link is null)
        {
            throw new BadInput("hashes", "Send the file, its hashes, a text or a link.");
        }

        Length("text", Text, 0, NormalText.MaxLength);
        if (Link is not null && !CanonicalUrl.TryRead(Link, out _))
        {
            throw new BadInput("link", "This is not a link.");
        }

        if (Hashes is { } h)
        {
            Hex("hashes.pdq", h.Pdq, PdqHash.Bytes);
            Hex("hashes.md5", h.Md5, 16);
            Hex("hashes.sha1", h.Sha1, 20);
            Hex("hashes.sha256", h.Sha256, 32);
            Ask(h);
            if (h.Pdq is not null != h.Quality is >= 0 and <= 100)
            {
                throw new BadInput("hashes.quality", "A PDQ hash comes with its quality, 0 to 100.");
            }
        }
    }

    /// <summary>What is to be looked up.</summary>
    /// <param name="reading">What was read of the file, if there is one.</param>
    internal MatchQuery Query(MediaReading? reading)
    {
        var query = reading is not null ? MatchQuery.Of(reading) : Hashes is { } hashes ? Ask(hashes) : new();
        query = Link is { } link && CanonicalUrl.TryRead(link, out var url) ? query with { Links = [.. query.Links, url] } : query;
        return Text is { } text ? query.With(text) : query;
    }

    private static MatchQuery Ask(FindMatches.Hashes hashes)
    {
        var wrong = new Dictionary<string, string[]>();
        var query = FindMatches.Read(hashes, wrong);
        return wrong.Count == 0 ? query : throw new BadInput(wrong.ToDictionary(w => w.Key == "hashes" ? w.Key : $"hashes.{w.Key}", w => w.Value));
    }

    private static void Length(string field, string? value, int least, int most)
    {
        if (value is not null && (value.Length < least || value.Length > most))
        {
            throw new BadInput(field, $"It has {value.Length} characters; {least} to {most} are allowed.");
        }
    }

    private static void Hex(string field, string? value, int bytes)
    {
        if (value is not null && (value.Length != bytes * 2 || !value.All(char.IsAsciiHexDigit)))
        {
            throw new BadInput(field, $"It is {bytes * 2} hexadecimal digits.");
        }
    }

    private static string? Shorten(string? name) => name is { Length: > 300 } ? name[..300] : name;

    private static T Parse<T>(ReadOnlyMemory<byte> json, string field)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json.Span, Json.Strict) ?? throw new BadInput(field.Length > 0 ? field : "body", "It is null.");
        }
        catch (JsonException bad)
        {
            throw UnreadJson.Of(bad, typeof(T), field);
        }
    }
}
