using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// A list in one file, over HTTPS or from the folder of lists. It is fetched whole to disk, and read from there piece by piece; what it does not hold any more is gone.
/// A list that has not changed, by its tag, its date or its digest, is not read again.
/// </summary>
internal sealed class ListProtocol(ExchangeKind kind) : IProtocol
{
    private const int Lines = 2000;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(15);

    /// <param name="Known">What the last list was known by.</param>
    /// <param name="Fetched">What the list on disk is known by; null before it is fetched.</param>
    /// <param name="Line">Lines that are done.</param>
    private sealed record Place(ListMark? Known, ListMark? Fetched, long Line)
    {
        public static Place Parse(string cursor) => JsonSerializer.Deserialize<Place>(cursor, Json.Options)!;

        public override string ToString() => JsonSerializer.Serialize(this, Json.Options);
    }

    /// <summary>What a list is known by.</summary>
    private sealed record ListMark(string Digest, string? Tag = null, DateTimeOffset? Modified = null);

    public ExchangeKind Kind => kind;

    public (string Cursor, bool IsWhole) Start(string checkpoint, DateTimeOffset now) =>
        (new Place(checkpoint.Length == 0 ? null : JsonSerializer.Deserialize<ListMark>(checkpoint, Json.Options), null, 0).ToString(), true);

    public bool IsWithin(string cursor) => false;

    public ExchangePage? Around(string cursor, string excerpt, DateTimeOffset now) => null;

    public async Task<ExchangePage> Read(Link link, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        var place = Place.Parse(cursor);
        var path = Path.Combine(link.Fetched, $"{link.Exchange.Id}.list");
        if (place.Fetched is null)
        {
            // Where entries have their time here, a list must be read again to say that they are still on it.
            var mark = await Fetch(link, path, link.Exchange.KeepDays is null ? place.Known : null, ct);
            return mark is null || (mark.Digest == place.Known?.Digest && link.Exchange.KeepDays is null)
                ? new() { Unchanged = true, InStepTo = now, Share = 1, Checkpoint = mark is null ? null : JsonSerializer.Serialize(mark, Json.Options) }
                : new() { Next = (place with { Fetched = mark }).ToString(), Share = 0 };
        }

        var reading = link.Open as Reading;
        if (reading is null || reading.Done != place.Line)
        {
            link.Open?.Dispose();
            link.Open = reading = await Reading.At(path, place.Fetched.Digest, place.Line, ct);
        }

        if (reading is null)
        {
            // The file on disk is not the one that was begun: it is fetched again.
            return new() { Next = (place with { Fetched = null, Line = 0 }).ToString() };
        }

        var page = reading.Page(out var ended);
        if (!ended)
        {
            return page with { Next = (place with { Line = reading.Done }).ToString() };
        }

        reading.Dispose();
        link.Open = null;
        File.Delete(path);
        return page with { Checkpoint = JsonSerializer.Serialize(place.Fetched, Json.Options), InStepTo = now };
    }

    public async Task Probe(Link link, DateTimeOffset now, CancellationToken ct)
    {
        if (kind is ExchangeKind.List)
        {
            await link.Try(Request(link), (_, _) => Task.FromResult(true), ct);
        }
    }

    // Null where the list is the one that is known.
    private async Task<ListMark?> Fetch(Link link, string path, ListMark? known, CancellationToken ct)
    {
        Directory.CreateDirectory(link.Fetched);
        var part = path + ".part";
        if (kind is ExchangeKind.Folder)
        {
            var file = new FileInfo(Path.Combine(link.Lists, link.Exchange.Address));
            if (!file.Exists || file.LinkTarget is not null)
            {
                throw new ExchangeFailure(FailureKind.Away, $"There is no file '{link.Exchange.Address}' in the folder of lists.");
            }

            await using var from = file.OpenRead();
            return await Keep(from, part, path, link, null, null, ct);
        }

        using var request = Request(link);
        if (known?.Tag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        request.Headers.IfModifiedSince = known?.Modified;
        return await link.Try(request, async (answer, limit) =>
        {
            if ((int)answer.StatusCode == 304)
            {
                return null;
            }

            await using var from = await answer.Content.ReadAsStreamAsync(limit);
            return await Keep(from, part, path, link, answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified, limit);
        }, ct, Within);
    }

    private static async Task<ListMark> Keep(Stream from, string part, string path, Link link, string? tag, DateTimeOffset? modified, CancellationToken ct)
    {
        await using (var to = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await Link.Copy(from, to, link.Settings.MaxList, ct);
        }

        File.Move(part, path, overwrite: true);
        return new(await Reading.DigestOf(path, ct), tag, modified);
    }

    private static HttpRequestMessage Request(Link link)
    {
        var request = link.Get("");
        if (link.Credential("bearer") is { Length: > 0 } bearer)
        {
            request.Headers.Authorization = new("Bearer", bearer);
        }
        else if (link.Credential("user") is { Length: > 0 } user)
        {
            Link.Basic(request, user, link.Credential("password"));
        }

        return request;
    }

    /// <summary>A list on disk that is being read.</summary>
    private sealed class Reading : IDisposable
    {
        private readonly FileStream _file;
        private readonly SignalFile _lines;
        private readonly IEnumerator<(NewSignal Signal, LineProblem? Problem)> _entries;

        private Reading(FileStream file)
        {
            _file = file;
            _lines = new(file, null);
            _entries = _lines.Entries().GetEnumerator();
        }

        /// <summary>Entries that are done, readable or not.</summary>
        public long Done { get; private set; }

        public static async Task<string> DigestOf(string path, CancellationToken ct)
        {
            await using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        }

        /// <summary>Opens the list and passes over what is done. Null where it is not there, or not the same.</summary>
        public static async Task<Reading?> At(string path, string digest, long done, CancellationToken ct)
        {
            if (!File.Exists(path) || await DigestOf(path, ct) != digest)
            {
                return null;
            }

            var reading = new Reading(File.OpenRead(path));
            while (reading.Done < done && reading._entries.MoveNext())
            {
                reading.Done++;
            }

            return reading;
        }

        public ExchangePage Page(out bool ended)
        {
            var entries = new List<ExchangeEntry>();
            var unreadable = new List<UnreadableEntry>();
            ended = false;
            while (entries.Count + unreadable.Count < Lines && !ended)
            {
                ended = !_entries.MoveNext();
                if (ended)
                {
                    break;
                }

                Done++;
                var (signal, problem) = _entries.Current;
                if (problem is { } wrong)
                {
                    unreadable.Add(new($"line {wrong.Line}", $"{wrong.Field}: {wrong.Reason}", ""));
                }
                else
                {
                    entries.Add(new($"{signal.Type.Word()}:{Convert.ToHexStringLower(signal.Value.Span)}", [signal]));
                }
            }

            return new() { Entries = entries, Unreadable = unreadable, Share = _file.Length == 0 ? 1 : (double)_lines.Position / _file.Length };
        }

        public void Dispose()
        {
            _entries.Dispose();
            _file.Dispose();
        }
    }
}
