using Jaga.Audit;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Evidence;
using Jaga.Items.Fingerprints;
using Jaga.Matching;
using Jaga.Media;

namespace Jaga.Items;

/// <summary>What was found in an item that was sent.</summary>
/// <param name="Query">What was looked for in it.</param>
/// <param name="HoldUnread">Whether it could not be read, and is held for that.</param>
public sealed record Hit(CheckRequest Request, MediaReading? Reading, MatchQuery Query, Found Found, bool HoldUnread)
{
    /// <summary>Whether the platform is told to keep it back.</summary>
    public bool Hold => HoldUnread || Found.Holds;

    /// <summary>The matches that count.</summary>
    public IReadOnlyList<Match> Matches => Found.Counting;

    /// <summary>Whether a person must look: something matched that is not only watched, or an unreadable file is held.</summary>
    public bool NeedsCase => HoldUnread || Matches.Any(m => m.OnMatch is not OnMatch.Watch);
}

/// <summary>
/// A hit: the bytes go into the vault, the small copies are made in the limited child, and the case is opened or grows. One transaction, with the item's own row.
/// What an allow-list suppressed opens nothing, and has its line in the audit log.
/// </summary>
public sealed class RecordHit(Db db, MediaReader media, Vault vault, OpenCase open, AuditLog audit, JudgeFlood flood)
{
    /// <summary>Found material waits this long at least for its decision; then it is kept or destroyed by what was decided.</summary>
    private static readonly TimeSpan Undecided = TimeSpan.FromDays(90);

    internal async Task<CheckItem.Answer> Run(Item item, KeptFingerprints kept, Hit hit, Func<Item, CheckItem.Answer> told, Actor actor, IdempotentWrite? write, CancellationToken ct)
    {
        // Before the transaction: decoding and writing to the vault take their time, and nobody should wait for the database meanwhile.
        var copies = hit.NeedsCase && hit.Request.File is { } bytes ? await media.Read(bytes, MediaWish.Derivatives, ct) : null;
        var original = copies is null ? null : await Put(hit.Request.File!.Value, ct);
        var view = copies?.View is { } picture ? await Put(picture, ct) : null;

        await using var transaction = await db.Begin(ct);
        db.Write = write;
        var about = new Subject("item", item.ExternalId);
        if (hit.NeedsCase)
        {
            List<CapturedMedia> captured = copies is null ? [] : [await Capture(original!, view, copies, about, item, actor, ct)];
            var @case = await open.Run(about, Things(item, hit), captured, hit.Hold, Actor.System("check"), ct, seen: SeenSignals.Of(item, hit.Query));
            item.Case = @case.Id.Value;
            await flood.Run(hit.Matches, ct);
        }

        foreach (var by in hit.Found.Suppressed.GroupBy(s => s.By))
        {
            audit.Record(Actor.System("check"), "match.suppressed", about, $"On the allow-list '{by.Key.BankName}'.", new
            {
                item = item.Id, by = new { bank = by.Key.Bank, signal = by.Key.Signal, by.Key.Distance },
                matches = by.Select(s => new { bank = s.Match.Bank, s.Match.BankName, signal = s.Match.Signal, s.Match.Distance }),
            });
        }

        db.Add(item);
        await FingerprintTail.Keep(db, kept, item.ReceivedAt, ct);
        db.AddRange(Sighting.Of(hit.Found, item.Id.Value, item.Account, item.ReceivedAt));
        return await transaction.Commit(told(item), ct);
    }

    private Task<VaultBytes> Put(ReadOnlyMemory<byte> bytes, CancellationToken ct) => vault.Put(new MemoryStream(bytes.ToArray(), writable: false), ct);

    private async Task<CapturedMedia> Capture(VaultBytes original, VaultBytes? view, MediaReading copies, Subject about, Item item, Actor actor, CancellationToken ct)
    {
        var until = item.ReceivedAt + Undecided;
        var kept = await vault.Keep(original, copies.MediaType, about, actor, "matched when it was sent", until, ct);
        var shown = view is null ? null : await vault.Keep(view, "image/jpeg", about, actor, "made for review", until, ct);
        return new(kept.Id, shown?.Id, copies.Preview, copies.Digests.Sha256.ToString(), copies.Digests.Md5.ToString(), copies.Frames.Count > 0 ? null : copies.Pdq, copies.Format, copies.Width, copies.Height);
    }

    private static List<FoundThing> Things(Item item, Hit hit)
    {
        var source = Subject.Of("checked", item.Id);
        var found = hit.Matches.Select(m => new FoundThing(
            source, Words.Of(m.Type), m.BankName, m.Signal.ToString(), m.Distance, Words.Of(m.Variant), string.Join(',', m.Labels), Provenance(m), m.Frame)).ToList();
        if (found.Count == 0)
        {
            found.Add(new(source, "unreadable", $"{item.Outcome}: {item.Reason}", Labels: "unreadable"));
        }

        return found;
    }

    private static string Provenance(Match m) => string.Join(" · ", new[] { m.Source, m.Member, m.Entry }.Where(part => part.Length > 0));
}
