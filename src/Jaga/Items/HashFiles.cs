using Jaga.Matching;
using Jaga.Media;

namespace Jaga.Items;

/// <summary>
/// Hashes many files in one request, and looks them up if asked to. Nothing is recorded: for a platform that keeps fingerprints itself, or looks back on its own.
/// </summary>
public sealed class HashFiles(MediaReader media, Matcher matcher, ItemSettings settings)
{
    /// <summary>The most files in one request; the request as a whole has at most 128 MiB.</summary>
    public const int MaxFiles = 100;

    /// <summary>One file.</summary>
    /// <param name="Name">Its name as it was sent, or null.</param>
    /// <param name="Error">Why there is nothing about it: it is too large.</param>
    /// <param name="Fingerprints">What was read; its <c>outcome</c> tells whether it could be.</param>
    /// <param name="Turned">The eight PDQ hashes of the picture turned and mirrored, the first as it is: <c>original</c>, <c>rotate90</c>, <c>rotate180</c>, <c>rotate270</c>, <c>flipX</c>, <c>flipY</c>, <c>flipPlus1</c>, <c>flipMinus1</c>. Null where there is no PDQ hash.</param>
    /// <param name="Found">What it matches, where that was asked for.</param>
    public sealed record Entry(string? Name, string? Error, CheckItem.Fingerprints? Fingerprints, IReadOnlyList<string>? Turned, FindMatches.Result? Found);

    /// <param name="Results">The files in the order of the request.</param>
    public sealed record Answer(IReadOnlyList<Entry> Results);

    /// <param name="match">Whether to look each up too.</param>
    /// <exception cref="BadInput">The request is not a form with 1 to 100 files.</exception>
    /// <exception cref="NotReady">The signals are still being read.</exception>
    public async Task<Answer> Run(HttpRequest request, bool match, CancellationToken ct)
    {
        if (!FormParts.Has(request, out var type))
        {
            throw new BadInput("Content-Type", "Send the files as multipart/form-data, a part for each.");
        }

        var entries = new List<Task<Entry>>();
        await FormParts.Each(request, type, async (_, name, body) =>
        {
            if (entries.Count == MaxFiles)
            {
                throw new BadInput("files", $"One request takes at most {MaxFiles} files.");
            }

            // Hashed while the next ones are still arriving.
            var file = await FormParts.ReadAll(body, settings.MaxFileBytes, ct);
            entries.Add(file is { } bytes ? Hash(name, bytes, match, ct) : Task.FromResult(new Entry(name, $"It is larger than the {settings.MaxFileBytes:N0} bytes allowed.", null, null, null)));
        }, ct);
        return entries.Count > 0 ? new(await Task.WhenAll(entries)) : throw new BadInput("files", $"Send 1 to {MaxFiles} files.");
    }

    private async Task<Entry> Hash(string? name, ReadOnlyMemory<byte> file, bool match, CancellationToken ct)
    {
        var reading = await media.Read(file, MediaWish.Fingerprint, ct);
        return new(name, null, CheckItem.Prints(reading), reading.Dihedral.Count == 0 ? null : [.. reading.Dihedral.Select(h => h.ToString())], match ? FindMatches.Result.Of(matcher.Look(MatchQuery.Of(reading))) : null);
    }

    /// <summary><c>POST /hash?match=true</c>: 200 with each file's fingerprints.</summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/hash", async (HttpRequest http, bool? match, HashFiles hash, CancellationToken ct) => TypedResults.Ok(await hash.Run(http, match is true, ct)))
        .Requires(Permission.CheckItems)
        .WithSummary("Hash many files")
        .WithDescription("A multipart form with 1 to 100 files, a part for each. Answers with the fingerprints of each in the order sent, and with match=true with what each matches. Nothing is recorded.");
}
