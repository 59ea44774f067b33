using System.Text.Json;
using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>Looks hashes up without an item: for a platform that hashes by itself, and for looking back offline. Nothing is recorded.</summary>
public sealed class FindMatches(Matcher matcher)
{
    /// <summary>The most that one call looks up.</summary>
    public const int MaxHashes = 1000;

    /// <summary>Why nothing is said of what no bank compares: "no match" would be a lie.</summary>
    public const string TooPoor = "No bank compares a hash of so low a quality, so nothing can be said of it.";

    /// <summary>The hashes of one thing, in hexadecimal; at least one of them.</summary>
    /// <param name="Pdq">64 digits.</param>
    /// <param name="Quality">PDQ quality, 0 to 100; taken for 100 where it is not given.</param>
    /// <param name="Vpdq">A film's frames, each <c>hash,quality,seconds</c>.</param>
    /// <param name="Text">A text as it is; the links in it are looked up too.</param>
    /// <param name="TextSha256">The digest of a text's normal form, for who does not hand the text out.</param>
    /// <param name="Url">A link as it is.</param>
    /// <param name="PhotoDna">144 bytes: 288 digits, base64, or numbers with commas between them.</param>
    /// <param name="External">A named hash: <c>name:hexadecimal</c>.</param>
    public sealed record Hashes(
        string? Pdq = null, int? Quality = null, string? Md5 = null, string? Sha1 = null, string? Sha256 = null, IReadOnlyList<string>? Vpdq = null,
        string? Text = null, string? TextSha256 = null, string? Url = null, string? PhotoDna = null, string? External = null);

    /// <summary>How much of two films is the same, in percent: of the one looked up, and of the banked one.</summary>
    public sealed record Film(double QueryPercent, double SignalPercent);

    /// <param name="Hashes">1 to 1,000.</param>
    public sealed record Request(IReadOnlyList<Hashes> Hashes);

    /// <summary>A match as the interface shows it. <see cref="Match"/> tells what each means.</summary>
    public sealed record Row(
        string Bank, Id<Bank> BankId, OnMatch OnMatch, string SignalId, SignalType Algorithm, int Distance, Dihedral Variant, int? Frame,
        IReadOnlyList<string> Labels, string Source, string Member, string Entry, Film? Film = null)
    {
        /// <summary>Shows a match.</summary>
        public static Row Of(Match match) => new(
            match.BankName, match.Bank, match.OnMatch, match.Signal.ToString(), match.Type, match.Distance, match.Variant, match.Frame,
            match.Labels, match.Source, match.Member, match.Entry, match.Film is { } film ? new(film.QueryPercent, film.TargetPercent) : null);
    }

    /// <summary>What was met of one of the request's hashes; a part that is empty is left out.</summary>
    /// <param name="Matches">What counts: first what asks to be held, then the nearest.</param>
    /// <param name="Suppressed">What an allow-list suppresses.</param>
    /// <param name="Quarantined">Matches of signals that match too much and wait for a person.</param>
    /// <param name="Errors">Why it could not be looked up: reasons by field. Then nothing else is there.</param>
    public sealed record Result(IReadOnlyList<Row>? Matches, IReadOnlyList<SuppressedRow>? Suppressed = null, IReadOnlyList<Row>? Quarantined = null, IReadOnlyDictionary<string, string[]>? Errors = null)
    {
        /// <summary>Shows what was found.</summary>
        public static Result Of(Found found) => new(
            [.. found.Counting.Select(Row.Of)],
            found.Suppressed.Count == 0 ? null : [.. found.Suppressed.Select(s => new SuppressedRow(Row.Of(s.Match), Row.Of(s.By)))],
            found.Quarantined.Count == 0 ? null : [.. found.Quarantined.Select(Row.Of)]);
    }

    /// <summary>A match that an allow-list suppresses, and by which match with it.</summary>
    public sealed record SuppressedRow(Row Match, Row By);

    /// <param name="Results">What was met of each of the request's hashes, in its order.</param>
    public sealed record Answer(IReadOnlyList<Result> Results);

    /// <exception cref="BadInput">There are none, or too many. One that cannot be read has its errors in its place, and the others their matches.</exception>
    /// <exception cref="NotReady">The signals are still being read.</exception>
    public Answer Run(Request request)
    {
        if (request.Hashes is not { Count: > 0 and <= MaxHashes })
        {
            throw new BadInput("hashes", $"One call looks up 1 to {MaxHashes:N0}.");
        }

        return new([.. request.Hashes.Select(Look)]);
    }

    private Result Look(Hashes? hashes)
    {
        var wrong = new Dictionary<string, string[]>();
        var query = Read(hashes ?? new(), wrong);
        if (wrong.Count == 0 && !matcher.Compares(query))
        {
            wrong["quality"] = [TooPoor];
        }

        return wrong.Count == 0 ? Result.Of(matcher.Look(query)) : new(null, Errors: wrong);
    }

    /// <summary>Reads the hashes of one thing, and refuses what a tool writes that could not read its file, as banks do; what is wrong goes into <paramref name="wrong"/> by field.</summary>
    public static MatchQuery Read(Hashes hashes, Dictionary<string, string[]> wrong)
    {
        if (hashes.Quality is < 0 or > 100)
        {
            wrong["quality"] = ["PDQ quality is 0 to 100."];
        }

        var query = new MatchQuery();
        Take(SignalType.Pdq, hashes.Pdq, "pdq", v => query = query with { Pdq = new(PdqHash.FromBytes(v.Value), hashes.Quality ?? 100) });
        foreach (var (type, hex, field) in ((SignalType, string?, string)[])[(SignalType.Md5, hashes.Md5, "md5"), (SignalType.Sha1, hashes.Sha1, "sha1"), (SignalType.Sha256, hashes.Sha256, "sha256")])
        {
            Take(type, hex, field, v => query = query with { Digests = [.. query.Digests, SignalIndexes.Key(type, v.Value)] });
        }

        Take(SignalType.TextSha256, hashes.TextSha256, "textSha256", v => query = query with { TextDigest = Digest.FromBytes(DigestAlgorithm.Sha256, v.Value) });
        Take(SignalType.PhotoDna, hashes.PhotoDna, "photoDna", v => query = query with { Vectors = [v.Value] });
        Take(SignalType.External, hashes.External, "external", v => query = query with { Others = [ExternalHash.FromValue(v.Value)] });
        Take(SignalType.Vpdq, hashes.Vpdq is null ? null : JsonSerializer.Serialize(hashes.Vpdq), "vpdq", v => query = query with { Film = SignalValue.Film(v.Content) });
        if (hashes.Url is { } link)
        {
            if (CanonicalUrl.TryRead(link, out var url))
            {
                query = query with { Links = [url] };
            }
            else
            {
                wrong["url"] = ["This is not a link."];
            }
        }

        if (hashes.Text is { Length: > NormalText.MaxLength })
        {
            wrong["text"] = [$"A text has at most {NormalText.MaxLength:N0} characters."];
        }
        else if (hashes.Text is { } text)
        {
            query = query.With(text);
        }

        if (hashes is { Pdq: null, Md5: null, Sha1: null, Sha256: null, Vpdq: null, Text: null, TextSha256: null, Url: null, PhotoDna: null, External: null } && wrong.Count == 0)
        {
            wrong["hashes"] = ["There is no hash in it."];
        }

        return query;

        void Take(SignalType type, string? text, string field, Action<SignalValue> take)
        {
            if (text is null)
            {
                return;
            }

            if (SignalValue.TryRead(type, text, out var value) is { } problem)
            {
                wrong[field] = [problem];
            }
            else
            {
                take(value);
            }
        }
    }

    /// <summary><c>POST /match</c>: 200 with the matches of each.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/match", (Request request, FindMatches find) => TypedResults.Ok(find.Run(request)))
        .Requires(Permission.CheckItems)
        .WithName("FindMatches").WithSummary("Look hashes, a text or a link up; nothing is recorded");
}
