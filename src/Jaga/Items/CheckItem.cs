using Jaga.Banks;
using Jaga.Items.Fingerprints;
using Jaga.Matching;
using Jaga.Media;

namespace Jaga.Items;

/// <summary>
/// The main question of the house: is this known? Bytes go to the limited child, fingerprints to the index in memory, and the answer comes in milliseconds.
/// The fingerprint is always kept; only a hit opens a case.
/// </summary>
public sealed class CheckItem(TimeProvider clock, MediaReader media, Matcher matcher, ItemWriter writer, IServiceScopeFactory scopes, ItemSettings settings, CheckMeter meter)
{
    /// <summary>Fingerprints as the platform gets them, in hex.</summary>
    public sealed record Fingerprints(string Outcome, string? Reason, string? Format, int Width, int Height, int Frames, long Size, string? Pdq, int? Quality, string? Md5, string? Sha1, string? Sha256,
        IReadOnlyDictionary<string, string>? External = null);

    /// <summary>One match: which bank and signal, how near, and how the picture was turned.</summary>
    public sealed record MatchCard(string Bank, Id<Bank> BankId, long SignalId, string Algorithm, int Distance, string Variant, int? Frame, IReadOnlyList<string> Labels, string Source, string Member, string Entry, FindMatches.Film? Film = null);

    /// <summary>A match that does not count, because the item is on an allow-list.</summary>
    /// <param name="Match">What would have matched.</param>
    /// <param name="By">The match with the allow-list.</param>
    public sealed record SuppressedCard(MatchCard Match, MatchCard By);

    /// <param name="Held">Keep it back until a person has decided.</param>
    /// <param name="Suppressed">Matches that an allow-list suppressed; null where there are none.</param>
    /// <param name="Quarantined">Matches of signals that match too much and wait for a lead; they hold what their bank holds, and open no case. Null where there are none.</param>
    public sealed record Answer(
        Id<Item> ItemId, CheckVerdict Verdict, bool Held, string? Reason, Fingerprints Fingerprints, IReadOnlyList<MatchCard> Matches,
        IReadOnlyList<SuppressedCard>? Suppressed, IReadOnlyList<MatchCard>? Quarantined, Guid? CaseId, double TookMilliseconds);

    public async Task<Answer> Run(CheckRequest request, Actor actor, IdempotentWrite? write, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        if (request.Item.Visibility is not Visibility.Public && settings.PrivateLegalBasis.Length == 0)
        {
            throw new RuleBroken("Private and end-to-end items are not checked here: no legal basis is set (Items:PrivateLegalBasis). Nothing was read.");
        }

        var reading = request.File is { } bytes ? await media.Read(bytes, MediaWish.Fingerprint, ct) : null;
        var seq = matcher.Seq; // before looking: what comes in between is owed by a look-back
        var query = request.Query(reading);
        var found = matcher.Look(query);
        var matches = found.Counting;
        var unread = reading is { Outcome: not MediaOutcome.Read } ? reading.Reason : matcher.Compares(query) ? null : FindMatches.TooPoor;
        var unreadable = unread is not null;
        var hit = new Hit(request, reading, query, found, HoldUnread: reading is { Outcome: not MediaOutcome.Read } && settings.HoldOutcomes.Contains(reading.Outcome));
        var verdict = hit.Hold && (!unreadable || found.Holding.Any()) ? CheckVerdict.Hold : unreadable ? CheckVerdict.Unreadable : CheckVerdict.Allow;
        var item = ItemOf(request, reading, verdict, unread, actor, clock.GetUtcNow());
        var kept = KeptFingerprints.Of(item, query, seq);

        Answer answer;
        if (hit.NeedsCase || found.Suppressed.Count > 0)
        {
            answer = await RecordHit(item, kept, hit, Told, actor, write, ct);
        }
        else
        {
            answer = Told(item);
            await writer.Write(item, kept, Sighting.Of(found, item.Id.Value, item.Account, item.ReceivedAt), write?.Answer(answer, item.ReceivedAt), ct);
        }

        meter.Checked(verdict, clock.GetElapsedTime(started));
        return answer;

        Answer Told(Item row) => new(
            row.Id, verdict, hit.Hold, unread, Prints(row, reading), [.. matches.Select(Card)],
            found.Suppressed.Count == 0 ? null : [.. found.Suppressed.Select(s => new SuppressedCard(Card(s.Match), Card(s.By)))],
            found.Quarantined.Count == 0 ? null : [.. found.Quarantined.Select(Card)], row.Case,
            Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 3));
    }

    // Two uploads of one item at the same moment both want to open its case; the second then finds the first's.
    private async Task<Answer> RecordHit(Item item, KeptFingerprints kept, Hit hit, Func<Item, Answer> told, Actor actor, IdempotentWrite? write, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                return await scope.ServiceProvider.GetRequiredService<RecordHit>().Run(item, kept, hit, told, actor, write, ct);
            }
            catch (Exception race) when (attempt < 4 && write is null && (race.IsDuplicate() || race is DbUpdateConcurrencyException))
            {
                item.Case = null;
            }
        }
    }

    private static Item ItemOf(CheckRequest request, MediaReading? reading, CheckVerdict verdict, string? unread, Actor actor, DateTimeOffset now)
    {
        var (facts, hashes) = (request.Item, request.Hashes);
        return new()
        {
            Id = Id<Item>.New(now),
            ExternalId = facts.Id,
            Kind = facts.Kind,
            Account = facts.Account,
            Group = facts.Group,
            Url = facts.Url,
            Name = facts.Name,
            Surface = facts.Surface,
            Visibility = facts.Visibility,
            Region = facts.Region,
            UploadedAt = facts.UploadedAt,
            PubliclyAvailable = facts.PubliclyAvailable,
            ReceivedAt = new(now.UtcTicks / 10 * 10, TimeSpan.Zero),
            Verdict = verdict,
            Outcome = reading is null ? "hashesOnly" : Words.Of(reading.Outcome),
            Reason = unread,
            Format = reading?.Format,
            Width = reading?.Width ?? 0,
            Height = reading?.Height ?? 0,
            Size = reading?.Size ?? 0,
            Md5 = reading is null ? Bytes(hashes?.Md5) : reading.Digests.Md5.ToArray(),
            Sha1 = reading is null ? Bytes(hashes?.Sha1) : reading.Digests.Sha1.ToArray(),
            Sha256 = reading is null ? Bytes(hashes?.Sha256) : reading.Digests.Sha256.ToArray(),
            Pdq = reading is null ? Bytes(hashes?.Pdq) : reading.Pdq?.Hash.ToArray(),
            Quality = reading is null ? hashes?.Quality : reading.Pdq?.Quality,
            SentBy = actor.Id,
        };
    }

    private static Fingerprints Prints(Item i, MediaReading? reading) => new(i.Outcome, i.Reason, i.Format, i.Width, i.Height, reading?.FrameCount ?? 0, i.Size, Hex(i.Pdq), i.Quality, Hex(i.Md5), Hex(i.Sha1), Hex(i.Sha256), External(reading));

    /// <summary>What was read of a file, as the interface shows it.</summary>
    internal static Fingerprints Prints(MediaReading r) => new(
        Words.Of(r.Outcome), r.Outcome is MediaOutcome.Read ? null : r.Reason, r.Format, r.Width, r.Height, r.FrameCount, r.Size,
        r.Pdq?.Hash.ToString(), r.Pdq?.Quality, r.Digests.Md5.ToString(), r.Digests.Sha1.ToString(), r.Digests.Sha256.ToString(), External(r));

    private static Dictionary<string, string>? External(MediaReading? reading) =>
        reading?.External.Any(e => e.Hash is not null) == true ? reading.External.Where(e => e.Hash is not null).ToDictionary(e => e.Algorithm, e => e.Hash!) : null;

    private static MatchCard Card(Match m) => new(m.BankName, m.Bank, m.Signal, Words.Of(m.Type), m.Distance, Words.Of(m.Variant), m.Frame, m.Labels, m.Source, m.Member, m.Entry, m.Film is { } film ? new(film.QueryPercent, film.TargetPercent) : null);

    private static byte[]? Bytes(string? hex) => hex is null ? null : Convert.FromHexString(hex);

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/check", async (HttpRequest http, CheckItem check, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await check.Run(await CheckRequest.Read(http, check.MaxFileBytes, ct), actor, http.HttpContext.Features.Get<IdempotentWrite>(), ct)))
        .Requires(Permission.CheckItems)
        .Accepts<CheckBody>("application/json", "multipart/form-data")
        .WithSummary("Check an item")
        .WithDescription("Send the file (multipart: parts 'item' and 'file'), its hashes, a text or a link (JSON: 'item', and 'hashes', 'text' or 'link'). Answers with fingerprints, matches and a verdict: allow, hold or unreadable. Unreadable is never allow.");

    private long MaxFileBytes => settings.MaxFileBytes;
}
