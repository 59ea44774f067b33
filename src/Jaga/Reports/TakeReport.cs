using System.Text;
using System.Text.Json;
using Jaga.Audit;
using Jaga.Cases;
using Jaga.Deliveries;

namespace Jaga.Reports;

/// <summary>What somebody reports, as it came in.</summary>
/// <param name="Category">One of <see cref="ReportCategories.All"/>.</param>
/// <param name="Location">An address, or an identifier such as <c>group:812</c>; at most 2,000 characters.</param>
/// <param name="Words">Why, at most 4,000 characters.</param>
/// <param name="Happened">When it happened, in the reporter's words, at most 200 characters.</param>
/// <param name="Language"><c>id</c> or <c>en</c>: in which to answer.</param>
/// <param name="By">The flagger or platform that passes it on; null for the public.</param>
/// <param name="Contact">An e-mail address to answer to, or null.</param>
/// <param name="Identity">Who reports, where they gave it, or null.</param>
/// <param name="Screenshot">A picture of it, for categories that allow one.</param>
/// <param name="InWords">Whether the location may also be a place in the reporter's own words: <see cref="PlaceInWords"/>.</param>
public sealed record ReportDraft(
    string Category, string Location, string Words, string Happened = "", string Language = "en", ReportVia Via = ReportVia.Public, Subject? By = null,
    string? Contact = null, ReporterIdentity? Identity = null, ReadOnlyMemory<byte>? Screenshot = null, bool InWords = false);

/// <summary>Who reports, as they gave it: what Permenkominfo 5/2020, article 15(2), calls the applicant's identity. Each at most 200 characters.</summary>
public sealed record ReporterIdentity(string Name, string Email = "", string Phone = "", string Address = "");

/// <summary>What a reporter is given at once.</summary>
/// <param name="Code">Opens the answers; it is told here, once, and nowhere else.</param>
public sealed record Receipt(Id<Report> Id, string Code, DateTimeOffset ReceivedAt);

/// <summary>
/// Takes a report in. When this returns, the report is in the database and its reporter holds the receipt: the acknowledgement is given with the same act.
/// One grouped commit and nothing more, however many come at once; <see cref="SortReports"/> brings it to its case within a second.
/// </summary>
public sealed class TakeReport(TimeProvider clock, Locations locations, GroupCommit group, ReceiptKey receipts, MasterKey master, ReportMeter meter, AddScreenshot pictures, ILogger<TakeReport> logger)
{
    private const int LongestWords = 4000;
    private const int LongestLocation = 2000;
    private const int LongestField = 200;

    private static readonly RawInsert Rows = new(
        "reports", "id", "about_kind", "about_id", "category", "words", "location", "happened", "language", "via", "by", "received_at", "state", "likeness", "receipt", "contact", "identity", "screenshot");

    /// <param name="also">What else the caller has to keep of it, written in the same commit: both are there, or neither.</param>
    /// <exception cref="BadInput">Something is missing or too long, or the location is neither an address nor an identifier.</exception>
    public async Task<Receipt> Run(ReportDraft draft, Actor actor, CancellationToken ct, Action<RawRows, Receipt>? also = null)
    {
        Check(draft);
        draft = draft with { Location = Storable.Text(draft.Location), Words = Storable.Text(draft.Words), Happened = Storable.Text(draft.Happened) };
        var (code, now) = (ReceiptCode.New(), clock.GetUtcNow());
        var digest = receipts.Digest(code);
        var report = Report.New(
            draft, draft.InWords ? locations.TryFind(draft.Location) ?? PlaceInWords.Of(draft.Location, digest) : locations.Find(draft.Location), digest,
            draft.Contact is null ? null : MailMessage.Seal(master, draft.Contact),
            draft.Identity is null ? null : master.Seal(OpenIdentity.Purpose, JsonSerializer.SerializeToUtf8Bytes(draft.Identity, Json.Options)), now);
        var receipt = new Receipt(report.Id, code.ToString(), now);
        report.Screenshot = draft.Screenshot is null ? null : AddScreenshot.Waiting;
        await group.Commit((rows, _) =>
        {
            Row(rows, report);
            also?.Invoke(rows, receipt);
            return ValueTask.CompletedTask;
        }, ct);
        meter.Took(report);

        // The report is safe by now; nothing about its picture, nor a reporter who closes the page, may cost the receipt.
        if (draft.Screenshot is { } picture)
        {
            await Add(report.Id, picture, actor);
        }

        return receipt;
    }

    private async Task Add(Id<Report> id, ReadOnlyMemory<byte> picture, Actor actor)
    {
        try
        {
            await pictures.Run(id, picture, actor, CancellationToken.None);
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "The picture of report {Report} could not be kept", id);
            try
            {
                await pictures.Fail([id], "it could not be kept", CancellationToken.None);
            }
            catch (Exception away)
            {
                logger.LogWarning(away, "Nor could that be recorded; it will be, once the picture is missed");
            }
        }
    }

    private static void Row(RawRows rows, Report report) => rows.Add(
        Rows, report.Id.Value, report.About.Kind, report.About.Id, report.Category, report.Words, report.Location, report.Happened, report.Language, report.Via.ToString(), report.By?.ToString(),
        rows.Time(report.ReceivedAt), report.State.ToString(), report.Likeness, report.Receipt, report.Contact, report.Identity, report.Screenshot);

    /// <summary>Whether a draft could be taken.</summary>
    /// <exception cref="BadInput">It could not; each field with its reason.</exception>
    public static void Check(ReportDraft draft)
    {
        var problems = new Dictionary<string, string[]>();
        void Must(bool good, string field, string reason) => _ = good || problems.TryAdd(field, [reason]);

        Must(ReportCategories.All.Contains(draft.Category), "category", $"It is one of {string.Join(", ", ReportCategories.All)}.");
        Must(draft.Location?.Trim() is { Length: > 0 and <= LongestLocation }, "location", $"Say where it is: an address or an identifier, at most {LongestLocation:N0} characters.");
        Must(draft.Words?.Trim() is { Length: > 0 and <= LongestWords }, "words", $"Say in a few words what is wrong, at most {LongestWords:N0} characters.");
        Must(draft.Happened is { Length: <= LongestField }, "happened", $"At most {LongestField} characters.");
        Must(draft.Language is "en" or "id", "language", "It is en or id.");
        Must(draft.Contact is null || IsAddress(draft.Contact), "contact", "This is not an e-mail address.");
        Must(draft.Screenshot is null || !ReportCategories.PicturesWithheld(draft.Category ?? ""), "screenshot", "Do not send a picture of suspected abuse of a child: to keep or send it may be unlawful. The address is enough.");
        if (draft.Identity is { } who)
        {
            Must(who.Name?.Trim() is { Length: > 0 }, "identity.name", "Give a name, or leave all of this empty.");
            Must(new[] { who.Name, who.Email, who.Phone, who.Address }.All(f => f is { Length: <= LongestField }), "identity", $"Each at most {LongestField} characters.");
        }

        if (problems.Count > 0)
        {
            throw new BadInput(problems);
        }
    }

    // What not every mail server can carry is refused here, while its writer can still correct it.
    private static bool IsAddress(string written) => written.Length <= LongestField && Encoding.UTF8.GetByteCount(written) == written.Length
        && System.Net.Mail.MailAddress.TryCreate(written, out var address) && address.Address == written && !written.AsSpan().ContainsAny('<', '>', ' ');
}

/// <summary>The key under which receipt codes are kept.</summary>
public sealed class ReceiptKey(MasterKey master)
{
    private readonly byte[] _key = master.Derive("report-receipt");

    /// <summary>What is kept of a code. The time of a search for it tells nothing: its order follows from the key, which nobody outside has.</summary>
    public byte[] Digest(ReceiptCode code) => code.Digest(_key);
}
