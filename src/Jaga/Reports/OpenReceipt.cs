using Jaga.Audit;

namespace Jaga.Reports;

/// <summary>A report as its reporter sees it: nothing of who works on it.</summary>
/// <param name="Proven">Whether <see cref="OpenReceipt.Proof"/> has the answer's line in the audit log with its proof.</param>
public sealed record ReportReceipt(
    Id<Report> Id, string Category, string Location, string Happened, string Words, DateTimeOffset ReceivedAt, string Language, ReportState State, ReportAnswer? Answer,
    IReadOnlyList<ReceiptMessage> Messages, bool Withheld, bool Proven);

/// <summary>One message of the conversation, as its reporter sees it.</summary>
public sealed record ReceiptMessage(bool Mine, string Words, DateTimeOffset At);

/// <summary>
/// Opens what became of a report for whoever has its receipt code. Codes are not told from each other by anything but their keyed digest; wrong ones are counted,
/// whoever tries them.
/// </summary>
public sealed class OpenReceipt(Db db, TimeProvider clock, ReceiptKey receipts, ReceiptLimits limits, ReadAnswer answers, ReadProof proofs, AuditLog audit, ReplyDuty owed)
{
    private static readonly Actor Reporter = Actor.System("reporter");
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <exception cref="BadInput">There is no such code; the sentence says where a typing error is, if the check shows one.</exception>
    /// <exception cref="TooMany">There is no such code, and too many wrong ones were tried, by anybody.</exception>
    public async Task<ReportReceipt> Run(string? typed, string language, CancellationToken ct)
    {
        var report = await Find(typed, ct);
        var messages = await db.ReportMessages.AsNoTracking().Where(m => m.Report == report.Id).OrderBy(m => m.Id).Take(ReportMessage.Most)
            .Select(m => new ReceiptMessage(m.By == null, m.Words, m.At)).ToListAsync(ct);
        var words = report.Words;
        if (report.SameAs is not null)
        {
            words = "";
        }

        var answer = await answers.Run(report.Decision, language, ct);
        return new(report.Id, report.Category, report.Location, report.Happened, words, report.ReceivedAt, report.Language, answer is null ? ReportState.Received : ReportState.Decided, answer, messages, report.SameAs is not null, answer is not null && await ProofOf(report, ct) is not null);
    }

    /// <summary>The answer's line in the audit log with its proof (C2SP tlog-proof), for the reporter to keep and to check without us.</summary>
    /// <exception cref="NotFound">There is no answer, or no checkpoint covers its line yet.</exception>
    public async Task<string> Proof(string? typed, CancellationToken ct) => await ProofOf(await Find(typed, ct), ct) ?? throw new NotFound("receipt yet");

    /// <summary>The reporter writes to the desk, which owes them an answer from then on. The same words once more within a minute are the same message: a page that was loaded again.</summary>
    public async Task Write(string? typed, string message, CancellationToken ct)
    {
        var found = await Find(typed, ct);
        await using var transaction = await db.Begin(ct);
        var report = await Report.Hold(db, found.Id, ct);
        var now = clock.GetUtcNow();
        var one = ReportMessage.Of(report.Id, message, null, now);
        if (await db.ReportMessages.AsNoTracking().Where(m => m.Report == report.Id).OrderByDescending(m => m.Id).FirstOrDefaultAsync(ct) is { By: null } last && last.Words == one.Words && now - last.At < Again)
        {
            return;
        }

        if (await db.ReportMessages.CountAsync(m => m.Report == report.Id, ct) >= ReportMessage.Most)
        {
            throw new RuleBroken("This conversation is full. Make a new report that names the same address.");
        }

        db.Add(one);
        report.AskedAt ??= now;
        await owed.Open(report, Reporter, ct);
        audit.Record(Reporter, "report.asked", report.Subject);
        await transaction.Commit(ct);
    }

    private async Task<string?> ProofOf(Report report, CancellationToken ct) =>
        report.Decision is { } decision ? await proofs.CoveredReceipt(Subject.Of("decision", decision), TellReporters.Line, ct) : null;

    private async Task<Report> Find(string? typed, CancellationToken ct)
    {
        if (ReceiptCode.Read(typed is { Length: <= 200 } ? typed : "", out var mistake) is not { } code)
        {
            throw new BadInput("code", mistake.Kind switch
            {
                ReceiptMistakeKind.Symbol => $"Look at group {mistake.Number}: a code has digits and letters, but no U.",
                ReceiptMistakeKind.Length => $"A code has {ReceiptCode.Length} letters and digits; this has {mistake.Number}.",
                ReceiptMistakeKind.Group => $"Look at group {mistake.Number}: one letter or digit in it is not right.",
                _ => "More than one letter or digit is not right. Compare the code group by group.",
            });
        }

        // Looked up first, whatever others tried: nobody who has a code is shut out by somebody who has none.
        var digest = receipts.Digest(code);
        var report = await db.Reports.AsNoTracking().SingleOrDefaultAsync(r => r.Receipt == digest, ct);
        if (report is null || !System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(report.Receipt, digest))
        {
            limits.Missed();
            throw new BadInput("code", "There is no report with this code.");
        }

        return report;
    }
}

/// <summary>
/// How many wrong receipt codes may be tried in a minute on this node, by all together: nothing about who tries is kept. A code has <see cref="ReceiptCode.Entropy"/>
/// bits, so that even without this nobody would ever find one.
/// </summary>
public sealed class ReceiptLimits(TimeProvider clock, ReportSettings settings)
{
    private readonly Lock _lock = new();
    private (DateTimeOffset Since, int Count) _minute;

    /// <summary>One more was wrong.</summary>
    /// <exception cref="TooMany">Too many were wrong in this minute.</exception>
    internal void Missed()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var over = now - _minute.Since;
            if (over < TimeSpan.FromMinutes(1) && _minute.Count >= settings.WrongCodesPerMinute)
            {
                throw new TooMany("Many wrong codes are being tried just now, and this is none of ours. Compare yours group by group, and try again in a minute.", TimeSpan.FromMinutes(1) - over);
            }

            _minute = now - _minute.Since < TimeSpan.FromMinutes(1) ? (_minute.Since, _minute.Count + 1) : (now, 1);
        }
    }
}
