using System.Globalization;
using System.Text;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The register of referrals: what was drafted, how far each is, and its receipts.</summary>
public sealed class ReadReferrals(Db db, MasterKey master, ReferralSettings settings)
{
    /// <summary>A line of the register.</summary>
    /// <param name="OwedBy">When it is owed to be finished; null where nothing is owed any more.</param>
    public sealed record Row(Id<Referral> Id, Subject About, string? Account, Id<Referral>? Follows, string Authority, bool Production, ReferralState State, long? ReportId, int Generation, DateTimeOffset DraftedAt, DateTimeOffset? SignedAt, DateTimeOffset? FinishedAt, DateTimeOffset? RetractedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? DueAt, int Failures, string? Halted, int Version, DateTimeOffset? OwedBy)
    {
        internal static Row Of(Referral r, DateTimeOffset? owedBy) => new(r.Id, r.About, r.Account, r.Follows, r.Authority, r.Production, r.State, r.ReportId, r.Generation, r.DraftedAt, r.SignedAt, r.FinishedAt, r.RetractedAt, r.ExpiresAt, r.DueAt, r.Failures, r.Halted, r.Version, owedBy);
    }

    /// <summary>A file and how far it is.</summary>
    /// <param name="Xml">As NCMEC will read it; the numbers that it gives first stand as 0 until then.</param>
    /// <param name="MissedAt">When NCMEC finished the report without it.</param>
    public sealed record File(int Number, string Md5, long Length, TipFile Details, string Xml, string? FileId, DateTimeOffset? UploadedAt, DateTimeOffset? DescribedAt, DateTimeOffset? MissedAt)
    {
        internal static File Of(ReferralFile file, long? report, MasterKey master)
        {
            var details = file.Details(master);
            return new(file.Number, file.Md5, file.Length, details, TipXml.FileDetails(report ?? 0, file.FileId ?? "0", details).ToString(), file.FileId, file.UploadedAt, file.DescribedAt, file.MissedAt);
        }
    }

    /// <summary>A call and its answer.</summary>
    public sealed record Call(Id<ReferralCall> Id, int Generation, DateTimeOffset At, string Path, int Status, int? Code, string Says, string? RequestId, int TookMs);

    /// <param name="Xml">As NCMEC will read it.</param>
    /// <param name="Missing">What NCMEC would refuse.</param>
    /// <param name="Unknown">What NCMEC would want to know, and the draft does not say.</param>
    /// <param name="Next">The reports that follow this one up.</param>
    /// <param name="Elsewhere">Where it goes or would go in place of NCMEC's own service; null for NCMEC's.</param>
    public sealed record Whole(
        Row Row, TipReport Report, string Xml, IReadOnlyList<TipFault> Missing, IReadOnlyList<TipGap> Unknown, IReadOnlyList<File> Files, IReadOnlyList<Call> Calls, string DraftedBy, string? SignedBy,
        string? RetractBecause, IReadOnlyList<Id<Referral>> Next, string? Elsewhere);

    /// <param name="state">Null for all.</param>
    /// <param name="stopped">Only those that wait for a person.</param>
    /// <param name="search">NCMEC's number, the case's id, or the account by the platform's own id.</param>
    public async Task<Page<Row>> Run(ReferralState? state, bool stopped, string? search, PageRequest page, CancellationToken ct)
    {
        var rows = Those(state, stopped, search);
        if (page.AfterId<Referral>() is { } after)
        {
            rows = rows.Where(r => r.Id < after);
        }

        return Page<Row>.Of(await Told(await rows.OrderByDescending(r => r.Id).Take(page.Rows + 1).ToListAsync(ct), ct), page.Rows, r => r.Id.ToString());
    }

    /// <summary>All of them, newest first, as they are read from the database; for the export.</summary>
    public IAsyncEnumerable<Referral> All(ReferralState? state, bool stopped, string? search) => Those(state, stopped, search).OrderByDescending(r => r.Id).AsAsyncEnumerable();

    /// <summary>The referrals about a case, newest first.</summary>
    public async Task<IReadOnlyList<Row>> About(Subject about, CancellationToken ct) =>
        await Told(await db.Referrals.AsNoTracking().Where(r => r.About.Kind == about.Kind && r.About.Id == about.Id).OrderByDescending(r => r.Id).Take(50).ToListAsync(ct), ct);

    /// <summary>The accounts with NCMEC whose schema changed unseen, which could not be asked, or which nobody is let in with.</summary>
    public async Task<IReadOnlyList<TipAccount>> Alarms(CancellationToken ct) =>
        await db.TipAccounts.AsNoTracking().Where(a => a.SchemaChangedAt != null || a.Trouble != null || a.LockedAt != null).OrderBy(a => a.Production).ToListAsync(ct);

    private IQueryable<Referral> Those(ReferralState? state, bool stopped, string? search)
    {
        var rows = stopped ? db.Referrals.AsNoTracking().Stopped() : db.Referrals.AsNoTracking();
        if (state is { } wanted)
        {
            rows = rows.Where(r => r.State == wanted);
        }

        return search?.Trim() is not { Length: > 0 } words ? rows
            : long.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? rows.Where(r => r.ReportId == number || r.Account == words)
            : rows.Where(r => r.About.Id == words || r.Account == words);
    }

    private async Task<List<Row>> Told(List<Referral> referrals, CancellationToken ct)
    {
        var ids = referrals.Select(r => r.Id.ToString()).ToList();
        var owed = await db.Obligations.AsNoTracking().Where(o => o.About.Kind == "referral" && ids.Contains(o.About.Id) && o.Clause == SignReferral.Clause && (o.State == ObligationState.Open || o.State == ObligationState.Broken))
            .Select(o => new { o.About.Id, o.DueAt }).ToListAsync(ct);
        return [.. referrals.Select(r => Row.Of(r, owed.Find(o => o.Id == r.Id.ToString())?.DueAt))];
    }

    /// <exception cref="NotFound">There is none.</exception>
    public async Task<Whole> One(Id<Referral> id, DateTimeOffset now, CancellationToken ct)
    {
        var referral = await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such referral");
        var files = await db.ReferralFiles.AsNoTracking().Where(f => f.Referral == id).OrderBy(f => f.Number).ToListAsync(ct);
        var calls = await db.ReferralCalls.AsNoTracking().Where(c => c.Referral == id).OrderByDescending(c => c.At).Take(200).ToListAsync(ct);
        var says = referral.State is ReferralState.Draft ? settings.Reporter.On(referral.Says(master)) : referral.Says(master);
        var production = referral.SignedAt is null ? settings.Production : referral.Production;
        var account = await db.TipAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Production == production, ct);
        var told = files.Select(f => File.Of(f, referral.ReportId, master)).ToList();
        return new(
            (await Told([referral], ct))[0], says, TipXml.Report(says).ToString(),
            [.. TipRules.Wrong(says, now), .. told.SelectMany(f => TipRules.Wrong(f.Details, now).Select(w => w with { Field = $"files[{f.Number}].{w.Field}" })), .. Refused(referral, account, says, told)],
            TipGaps.In(says, [.. told.Select(f => f.Details)]), told,
            [.. calls.Select(c => new Call(c.Id, c.Generation, c.At, c.Path, c.Status, c.Code, c.Says, c.RequestId, c.TookMs))],
            referral.DraftedBy, referral.SignedBy, referral.RetractBecause,
            await db.Referrals.Where(r => r.Follows == id).OrderBy(r => r.Id).Select(r => r.Id).Take(50).ToListAsync(ct), account?.Address);
    }

    // What the schema in force says, while it still can be mended. Its words quote what is sealed: they are told here, to whom may read it, and stand nowhere.
    private static List<TipFault> Refused(Referral referral, TipAccount? account, TipReport says, List<File> files)
    {
        if (account?.Schema is not { } xsd || referral.State is not (ReferralState.Draft or ReferralState.Countersigned or ReferralState.Opened))
        {
            return [];
        }

        var schema = TipSchema.Read(xsd);
        return [.. schema.Wrong(TipXml.Report(says)), .. files.SelectMany(f => schema.Wrong(TipXml.FileDetails(0, "0", f.Details)).Select(w => w with { Field = $"files[{f.Number}].{w.Field}" }))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/referrals", (Choice<ReferralState>? state, bool? stopped, string? search, string? after, int? size, ReadReferrals read, CancellationToken ct) => read.Run(state?.Value, stopped is true, search, new(after, size), ct))
            .Requires(Permission.ReadReferrals).WithSummary("List referrals").WithDescription("Newest first; by state, by NCMEC's number, by the case's id, by the account, or those that wait for a person.");
        api.MapGet("/referrals.csv", (Choice<ReferralState>? state, bool? stopped, string? search, ReadReferrals read, CancellationToken ct) => TypedResults.Stream(
                async stream =>
                {
                    await using var text = new StreamWriter(stream, new UTF8Encoding(false));
                    await ReferralCsv.Write(read.All(state?.Value, stopped is true, search), text, ct);
                },
                "text/csv; charset=utf-8", "referrals.csv"))
            .Requires(Permission.ReadReferrals).WithSummary("Export the register of referrals").WithDescription("As CSV, the whole of what the same question to the list gives.");
        api.MapGet("/referrals/{id}", (Id<Referral> id, ReadReferrals read, TimeProvider clock, CancellationToken ct) => read.One(id, clock.GetUtcNow(), ct))
            .Requires(Permission.ReadReferrals).WithSummary("Read a referral").WithDescription("What it says, as NCMEC will read it, what is missing, and every call with its answer.");
    }
}

/// <summary>Questions about referrals.</summary>
public static class ReferralQueries
{
    /// <summary>Those that wait for a person.</summary>
    public static IQueryable<Referral> Stopped(this IQueryable<Referral> referrals) =>
        referrals.Where(r => r.Halted != null && (r.State == ReferralState.Countersigned || r.State == ReferralState.Opened));
}
