using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The register of referrals: what was drafted, how far each is, and its receipts.</summary>
public sealed class ReadReferrals(Db db, MasterKey master)
{
    /// <summary>A line of the register.</summary>
    public sealed record Row(Id<Referral> Id, Subject About, string Authority, bool Production, ReferralState State, long? ReportId, int Generation, DateTimeOffset DraftedAt, DateTimeOffset? SignedAt, DateTimeOffset? FinishedAt, DateTimeOffset? RetractedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? DueAt, int Failures, string? Halted, int Version)
    {
        internal static Row Of(Referral r) => new(r.Id, r.About, r.Authority, r.Production, r.State, r.ReportId, r.Generation, r.DraftedAt, r.SignedAt, r.FinishedAt, r.RetractedAt, r.ExpiresAt, r.DueAt, r.Failures, r.Halted, r.Version);
    }

    /// <summary>A file and how far it is.</summary>
    public sealed record File(int Number, string Md5, long Length, TipFile Details, string? FileId, DateTimeOffset? UploadedAt, DateTimeOffset? DescribedAt);

    /// <summary>A call and its answer.</summary>
    public sealed record Call(Id<ReferralCall> Id, int Generation, DateTimeOffset At, string Path, int Status, int? Code, string Says, string? RequestId, int TookMs);

    /// <param name="Xml">As NCMEC will read it.</param>
    /// <param name="Missing">What NCMEC would refuse.</param>
    public sealed record Whole(Row Row, TipReport Report, string Xml, IReadOnlyList<TipFault> Missing, IReadOnlyList<File> Files, IReadOnlyList<Call> Calls, string DraftedBy, string? SignedBy, string? RetractBecause);

    /// <param name="state">Null for all.</param>
    /// <param name="search">NCMEC's number, or the case's id.</param>
    public async Task<Page<Row>> Run(ReferralState? state, string? search, PageRequest page, CancellationToken ct)
    {
        var rows = db.Referrals.AsNoTracking();
        if (state is { } wanted)
        {
            rows = rows.Where(r => r.State == wanted);
        }

        if (search?.Trim() is { Length: > 0 } words)
        {
            rows = long.TryParse(words, System.Globalization.CultureInfo.InvariantCulture, out var number) ? rows.Where(r => r.ReportId == number) : rows.Where(r => r.About.Id == words);
        }

        if (page.AfterId<Referral>() is { } after)
        {
            var since = await db.Referrals.Where(r => r.Id == after).Select(r => r.DraftedAt).SingleOrDefaultAsync(ct);
            rows = rows.Where(r => r.DraftedAt < since);
        }

        var found = await rows.OrderByDescending(r => r.DraftedAt).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. found.Select(Row.Of)], page.Rows, r => r.Id.ToString());
    }

    /// <summary>The referrals about a case, newest first.</summary>
    public async Task<IReadOnlyList<Row>> About(Subject about, CancellationToken ct) =>
        [.. (await db.Referrals.AsNoTracking().Where(r => r.About.Kind == about.Kind && r.About.Id == about.Id).OrderByDescending(r => r.DraftedAt).Take(50).ToListAsync(ct)).Select(Row.Of)];

    /// <exception cref="NotFound">There is none.</exception>
    public async Task<Whole> One(Id<Referral> id, DateTimeOffset now, CancellationToken ct)
    {
        var referral = await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such referral");
        var files = await db.ReferralFiles.AsNoTracking().Where(f => f.Referral == id).OrderBy(f => f.Number).ToListAsync(ct);
        var calls = await db.ReferralCalls.AsNoTracking().Where(c => c.Referral == id).OrderByDescending(c => c.At).Take(200).ToListAsync(ct);
        var says = referral.Says(master);
        var told = files.Select(f => new File(f.Number, f.Md5, f.Length, f.Details(master), f.FileId, f.UploadedAt, f.DescribedAt)).ToList();
        return new(
            Row.Of(referral), says, TipXml.Report(says).ToString(),
            [.. TipRules.Wrong(says, now), .. told.SelectMany(f => TipRules.Wrong(f.Details, now).Select(w => w with { Field = $"files[{f.Number}].{w.Field}" }))],
            told,
            [.. calls.Select(c => new Call(c.Id, c.Generation, c.At, c.Path, c.Status, c.Code, c.Says, c.RequestId, c.TookMs))],
            referral.DraftedBy, referral.SignedBy, referral.RetractBecause);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/referrals", (Choice<ReferralState>? state, string? search, string? after, int? size, ReadReferrals read, CancellationToken ct) => read.Run(state?.Value, search, new(after, size), ct))
            .Requires(Permission.ReadReferrals).WithSummary("List referrals").WithDescription("Newest first; by state, by NCMEC's number or by the case's id.");
        api.MapGet("/referrals/{id}", (Id<Referral> id, ReadReferrals read, TimeProvider clock, CancellationToken ct) => read.One(id, clock.GetUtcNow(), ct))
            .Requires(Permission.ReadReferrals).WithSummary("Read a referral").WithDescription("What it says, as NCMEC will read it, what is missing, and every call with its answer.");
    }
}
