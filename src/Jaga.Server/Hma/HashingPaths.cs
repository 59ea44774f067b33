using Jaga.Items;
using Jaga.Kernel;
using Jaga.Media;
using Wire = Jaga.Deliveries.Wire;

namespace Jaga.Server.Hma;

/// <summary><c>/h</c>: the hashes of a file, sent or fetched.</summary>
public static class HashingPaths
{
    private const int MostRedirects = 3;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    internal static void Map(IEndpointRouteBuilder hma)
    {
        hma.MapGet("/h/hash", async (HttpRequest http, Wire wire, MediaReader media, HmaSettings settings, ItemSettings items, CancellationToken ct) =>
            TypedResults.Ok((await OfUrl(http, wire, media, settings, items, ct)).Hashes)).Requires(Permission.CheckItems);
        hma.MapPost("/h/hash", async (HttpRequest http, MediaReader media, ItemSettings items, CancellationToken ct) =>
            TypedResults.Ok((await OfUpload(http, media, items, ct)).Hashes)).Requires(Permission.CheckItems);
    }

    /// <summary>A file that was read whole: what to look up of it, and its hashes as HMA names them.</summary>
    /// <param name="Types">The types of signals that were asked for.</param>
    internal sealed record Hashed(MediaReading Reading, IReadOnlyList<string> Types, IReadOnlyDictionary<string, string> Hashes);

    /// <summary>Hashes the one file of a form; its field names its type of content.</summary>
    internal static async Task<Hashed> OfUpload(HttpRequest http, MediaReader media, ItemSettings items, CancellationToken ct)
    {
        if (!FormParts.Has(http, out var form))
        {
            throw new BadInput("file", "Missing multipart/form-data file upload");
        }

        // Borrowed memory, not the framework's form: what is too large for that lies about in a temporary file.
        ReadOnlyMemory<byte>? file = null;
        string[] types = [];
        await FormParts.Each(http, form, async (name, fileName, part) =>
        {
            if (fileName is null)
            {
                return;
            }

            types = file is null ? Wanted(name, http.Asked("types")) : throw new BadInput("file", "Only one file allowed per request");
            file = await FormParts.Borrow(http, part, items.MaxFileBytes, "file", ct);
        }, ct);
        return await Hash(file ?? throw new BadInput("file", "Missing multipart/form-data file upload"), types, media, ct);
    }

    /// <summary>Fetches what <c>url</c> names, through the same check of addresses as everything that Jaga calls, and hashes it.</summary>
    internal static async Task<Hashed> OfUrl(HttpRequest http, Wire wire, MediaReader media, HmaSettings settings, ItemSettings items, CancellationToken ct)
    {
        var url = http.Asked("url") is { } text && Uri.TryCreate(text, UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? new Uri(http.Asked("url")!) : throw new BadInput("url", "url is required, with http or https");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            for (var hop = 0; ; hop++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                using var answer = await wire.Send(request, settings.AllowPrivate, limit.Token);
                if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next && hop < MostRedirects)
                {
                    url = new(url, next);
                    if (url.Scheme is not ("http" or "https"))
                    {
                        throw new BadInput("url", "the url leads to what is neither http nor https");
                    }

                    continue;
                }

                if (!answer.IsSuccessStatusCode)
                {
                    throw new BadInput("url", $"the url answered {(int)answer.StatusCode}");
                }

                var types = Wanted(http.Asked("content_type") ?? Content(answer.Content.Headers.ContentType?.MediaType), http.Asked("types"));
                return await Hash(await Body(answer, items.MaxFileBytes, limit.Token), types, media, ct);
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException || (failed is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new BadInput("url", "the url could not be fetched");
        }
    }

    private static async Task<byte[]> Body(HttpResponseMessage answer, long most, CancellationToken ct)
    {
        var into = new MemoryStream();
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if (into.Length + read > most)
            {
                throw new BadInput("url", $"It is larger than the {most:N0} bytes allowed.");
            }

            into.Write(buffer, 0, read);
        }

        return into.ToArray();
    }

    private static string Content(string? mediaType) => mediaType?.Split('/')[0].ToLowerInvariant() switch
    {
        "image" => "photo",
        "video" => "video",
        _ => throw new BadInput("content_type", $"unsupported url ContentType: '{mediaType}', if you know the expected type, provide it with the content_type query param"),
    };

    private static string[] Wanted(string content, string? types)
    {
        if (!HmaSignals.Contents.TryGetValue(content, out var signals))
        {
            throw new BadInput("content_type", $"no such content_type: '{content}'");
        }

        if (types is null)
        {
            return [signals.Usual];
        }

        var wanted = types.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return wanted.Length == 0 ? throw new BadInput("types", "empty signal type selection")
            : wanted.FirstOrDefault(w => !signals.Possible.Contains(w)) is { } stranger ? throw new BadInput("types", $"signal type '{stranger}' doesn't exist or is disabled")
            : [.. wanted.Distinct()];
    }

    // A picture too plain to be told from others has no PDQ hash, as with HMA. One that cannot be read is refused: no hash would be taken for no match.
    private static async Task<Hashed> Hash(ReadOnlyMemory<byte> bytes, string[] types, MediaReader media, CancellationToken ct)
    {
        var reading = await media.Read(bytes, MediaWish.Fingerprint, ct);
        if (types.Contains("pdq") && reading.Outcome is not MediaOutcome.Read)
        {
            throw reading.Outcome is MediaOutcome.Unavailable ? new NotReady($"It cannot be read now: {reading.Reason}.", Again) : new BadInput("file", $"It cannot be read as a picture: {reading.Reason}.");
        }

        var hashes = new Dictionary<string, string>();
        foreach (var type in types)
        {
            var hash = type switch
            {
                "pdq" => reading.Pdq is { Quality: >= Banks.Bank.DefaultMinQuality } pdq ? pdq.Hash.ToString() : null,
                "sha1" => reading.Digests.Sha1.ToString(),
                "sha256" => reading.Digests.Sha256.ToString(),
                _ => reading.Digests.Md5.ToString(),
            };
            if (hash is not null)
            {
                hashes[type] = hash;
            }
        }

        return new(reading, types, hashes);
    }
}
