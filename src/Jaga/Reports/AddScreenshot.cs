using Jaga.Audit;
using Jaga.Cases;
using Jaga.Evidence;
using Jaga.Media;

namespace Jaga.Reports;

/// <summary>
/// Adds the picture that came with a report: decoded only in the limited child, kept in the vault, shown to reviewers as a blurred derivative like any other media
/// of the case. A picture that cannot be read is recorded as such and costs nothing but itself.
/// </summary>
public sealed class AddScreenshot(Db db, TimeProvider clock, MediaReader media, Vault vault, BringToDesk bring, AuditLog audit)
{
    /// <summary>The largest, in bytes.</summary>
    public const int LargestBytes = 8 * 1024 * 1024;

    /// <summary>The report is taken, its picture is being read.</summary>
    internal const string Waiting = "waiting";

    /// <summary>The picture was lost: the vault was full or away, or the process ended. The report stands without it.</summary>
    internal const string Failed = "failed";

    private static readonly TimeSpan Undecided = TimeSpan.FromDays(90);

    /// <param name="picture">Any still picture, at most <see cref="LargestBytes"/>.</param>
    public async Task Run(Id<Report> id, ReadOnlyMemory<byte> picture, Actor actor, CancellationToken ct)
    {
        // Before the transaction, as decoding takes its time.
        var reading = picture.Length <= LargestBytes ? await media.Read(picture, MediaWish.Derivatives, ct) : null;
        var original = reading?.Preview is null ? null : await Put(picture, ct);
        var view = original is null || reading?.View is not { } seen ? null : await Put(seen, ct);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Keep(id, reading, original, view, actor, ct);
                return;
            }
            catch (Exception race) when (attempt < 4 && (race.IsDuplicate() || race is DbUpdateConcurrencyException))
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>Records of reports whose picture still waits that it will not come.</summary>
    internal async Task Fail(IReadOnlyList<Id<Report>> ids, string why, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        foreach (var report in await db.Reports.Where(r => ids.Contains(r.Id) && r.Screenshot == Waiting).OrderBy(r => r.Id).ToListAsync(ct))
        {
            report.Screenshot = Failed;
            audit.Record(Actor.System("reports"), "screenshot.failed", report.Subject, why);
        }

        await transaction.Commit(ct);
    }

    private async Task Keep(Id<Report> id, MediaReading? reading, VaultBytes? original, VaultBytes? view, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var report = await db.Reports.SingleAsync(r => r.Id == id, ct);
        report.Picture = original is null ? null : reading!.Digests.Sha256.ToString();
        report.Screenshot = reading is null ? "tooLarge" : reading.Preview is null ? reading.Outcome.ToString() : "read";
        audit.Record(actor, "screenshot.added", report.Subject, report.Screenshot);
        if (reading is not null && original is not null)
        {
            var until = clock.GetUtcNow() + Undecided;
            var kept = await vault.Keep(original, reading.MediaType, report.About, actor, "sent with a report", until, ct);
            var shown = view is null ? null : await vault.Keep(view, "image/jpeg", report.About, actor, "made for review", until, ct);
            await bring.Pictures(report, [new(kept.Id, shown?.Id, reading.Preview, reading.Digests.Sha256.ToString(), reading.Digests.Md5.ToString(), reading.Pdq, reading.Format, reading.Width, reading.Height)], ct);
        }

        await transaction.Commit(ct);
    }

    private Task<VaultBytes> Put(ReadOnlyMemory<byte> bytes, CancellationToken ct) => vault.Put(new MemoryStream(bytes.ToArray(), writable: false), ct);
}
