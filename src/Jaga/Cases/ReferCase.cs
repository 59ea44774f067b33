using Jaga.Enforcement;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;

namespace Jaga.Cases;

/// <summary>
/// Drafts a report to NCMEC about a decided case, by itself where the decision makes it due, from what the case knows and from nothing else: no time is made up, and a file counts as
/// viewed only where the log of reveals says that a person held it.
/// </summary>
public sealed class ReferCase(Db db, IEnumerable<IKnowsSubject> rooms, ReferralSettings settings, DraftReferral draft, TimeProvider clock)
{
    /// <summary>A category whose decisions are owed to NCMEC (<see cref="ReferralSettings.Owed"/>).</summary>
    public const string Category = "csam";

    /// <param name="Type">What sort of incident; whoever reads the draft can change it.</param>
    public sealed record Request(TipIncidentType Type);

    /// <summary>Drafts a report about a decided case that no decision drafted by itself: what a person takes to be reportable, whatever it was called before.</summary>
    /// <exception cref="RuleBroken">It was not decided to break a rule or the law, or there is a report about it.</exception>
    public async Task<Id<Referral>> Run(Id<Case> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var decision = await db.Decisions.AsNoTracking().Where(d => d.Case == id && d.UndoneAt == null && d.Verdict != Verdict.CannotView).OrderByDescending(d => d.Id).FirstOrDefaultAsync(ct);
        if (@case.State is not CaseState.Decided || decision is not { Verdict: Verdict.Violation or Verdict.Illegal })
        {
            throw new RuleBroken("Only what a person decided to break a rule or the law is reported to NCMEC.");
        }

        var about = @case.Subject;
        if (await db.Referrals.AnyAsync(r => r.About.Kind == about.Kind && r.About.Id == about.Id && r.State != ReferralState.Dropped && r.State != ReferralState.Retracted, ct))
        {
            throw new RuleBroken("There is a report about this case already. Change its draft, or follow it up.");
        }

        return await transaction.Commit((await Draft(@case, decision, request.Type, actor, ct)).Id, ct);
    }

    /// <summary>The type of incident that this decision owes NCMEC a report of; null where it owes none. What a finding calls it counts beside what the case is called.</summary>
    public async Task<TipIncidentType?> Owes(Case @case, Verdict verdict, CancellationToken ct)
    {
        if (verdict is not Verdict.Illegal || !settings.Bound)
        {
            return null;
        }

        var labels = await db.Findings.AsNoTracking().Where(f => f.Case == @case.Id).Select(f => f.Labels).Distinct().ToListAsync(ct);
        return labels.SelectMany(l => l.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)).Prepend(@case.Category)
            .Select(word => settings.Owed.TryGetValue(word, out var type) ? type : (TipIncidentType?)null).FirstOrDefault(type => type is not null);
    }

    /// <summary>Writes the draft, in the caller's transaction. Whoever decided has written it, and so cannot sign it; signed, it waits until the decision cannot be taken back any more.</summary>
    public async Task<Referral> Draft(Case @case, Decision decision, TipIncidentType type, Actor actor, CancellationToken ct)
    {
        var upload = await Upload(@case.Meant, ct);

        // Of a place in words there are only pictures that reporters sent: when they were uploaded, and under which name, nobody knows.
        var files = await Files(@case, @case.Means is null ? upload : null, ct);
        return await draft.Run(@case.Subject, upload?.Account ?? (@case.Meant is { Kind: "account", Id: var account } ? account : null), await Says(@case, decision, type, upload, ct), files, actor, ct, notBefore: decision.UndoUntil);
    }

    private async Task<KnownUpload?> Upload(Subject about, CancellationToken ct)
    {
        foreach (var room in rooms)
        {
            if (await room.Upload(about, ct) is { } known)
            {
                return known;
            }
        }

        return null;
    }

    private async Task<TipReport> Says(Case @case, Decision decision, TipIncidentType type, KnownUpload? upload, CancellationToken ct)
    {
        var reporter = settings.Reporter;
        var about = @case.Meant;
        var account = upload?.Account ?? (about.Kind is "account" ? about.Id : null);
        var group = upload?.Group ?? (about.Kind is "group" ? about.Id : null);
        return new()
        {
            Incident = new()
            {
                Type = type,
                Platform = Known(reporter.Service),
                At = upload?.UploadedAt ?? upload?.ReceivedAt ?? @case.OpenedAt,
                AtDescription = upload switch
                {
                    { UploadedAt: not null } => "Time of the upload, as the platform recorded it",
                    { } => "Time at which the platform sent the file to be checked; the time of the upload is not known",
                    _ => "Time at which the case was opened; the time of the incident is not known",
                },
            },
            Places = [.. Places(upload?.Url ?? (ActionWish.ActsOn(Verb.Remove, about) && about.Kind == "link" ? about.Id : null), group, reporter.Service)],
            LawEnforcement = await Authority(@case.Id, ct),
            Reporter = new()
            {
                Person = new() { FirstName = Known(reporter.FirstName), LastName = Known(reporter.LastName), Emails = reporter.Email.Length == 0 ? [] : [new(reporter.Email)] },
                CompanyTemplate = Known(reporter.CompanyTemplate),
                TermsOfService = Known(reporter.TermsOfService),
                LegalUrl = Known(reporter.LegalUrl),
            },
            Reported = account is null && group is null ? null : new()
            {
                EspIdentifier = account,
                EspService = Known(reporter.Service),
                GroupIdentifier = group,
                PriorReports = account is null ? [] : await Prior(account, ct),
                PermanentlyDisabled = account is null ? null : await Disabled(account, Verb.BanAccount, ct),
                TemporarilyDisabled = account is null ? null : await Disabled(account, Verb.SuspendAccount, ct),
            },
            AdditionalInfo = $"Decided by a person: {decision.Policy}.",
        };
    }

    // The authority whose order brought the case here. Legal process of the United States is domestic to NCMEC, any other is international.
    private async Task<TipLawEnforcement?> Authority(Id<Case> @case, CancellationToken ct)
    {
        foreach (var source in await db.Findings.AsNoTracking().Where(f => f.Case == @case && f.Source.Kind == "order").OrderBy(f => f.Id).Select(f => f.Source).Take(1).ToListAsync(ct))
        {
            foreach (var room in rooms)
            {
                if (await room.Authority(source, ct) is { } known)
                {
                    return new()
                    {
                        Agency = known.Name,
                        CaseNumber = known.Reference,
                        ServedDomestic = known.Country is "US" ? true : null,
                        ServedInternational = known.Country is "US" ? null : true,
                        Country = known.Country is "US" ? null : known.Country,
                    };
                }
            }
        }

        return null;
    }

    private static IEnumerable<TipPlace> Places(string? url, string? group, string service)
    {
        if (!string.IsNullOrEmpty(url))
        {
            yield return new() { Kind = TipPlaceKind.WebPage, Urls = [url] };
        }

        // NCMEC knows no incident of groups: a group is the room of a chat.
        if (group is not null)
        {
            yield return new() { Kind = TipPlaceKind.Chat, Name = service, RoomName = group };
        }
    }

    private async Task<List<FileToRefer>> Files(Case @case, KnownUpload? upload, CancellationToken ct)
    {
        var media = await db.CaseMedia.AsNoTracking().Where(m => m.Case == @case.Id).OrderBy(m => m.Id).ToListAsync(ct);
        var seen = await db.Reveals.AsNoTracking().Where(r => r.Case == @case.Id).Select(r => r.Media).Distinct().ToListAsync(ct);
        return [.. media.Select(m => new FileToRefer(m.Original, new()
        {
            OriginalName = upload?.Name,
            UploadedAt = upload?.UploadedAt,
            Location = upload?.Url,

            // A reveal shows a picture whole; of a film or an animation it shows stills, and that is not the entire file.
            Viewed = seen.Contains(m.Id) && IsStill(m.Format),

            // Nobody here is shown a file's metadata.
            ExifViewed = false,
            PubliclyAvailable = upload?.PubliclyAvailable,
            Relevance = TipRelevance.Reported,
            Hashes = [new("SHA-256", m.Sha256), new("MD5", m.Md5), .. m.Pdq is { } pdq ? [new TipHash("PDQ", pdq)] : (TipHash[])[]],
        }))];
    }

    // The formats that hold one picture and no more; in the others there may be pages or frames that nobody was shown.
    private static bool IsStill(string format) => format is "jpeg" or "bmp";

    // Numbers of earlier reports about the same account that NCMEC has finished.
    private async Task<IReadOnlyList<long>> Prior(string account, CancellationToken ct) =>
        await db.Referrals.Where(r => r.Account == account && r.State == ReferralState.Finished && r.Production == settings.Production && r.ReportId != null)
            .OrderByDescending(r => r.FinishedAt).Take(100).Select(r => r.ReportId!.Value).ToListAsync(ct);

    // Only what the platform has said that it did.
    private async Task<TipDisabled?> Disabled(string account, Verb verb, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.Actions.Where(a => a.Target.Kind == "account" && a.Target.Id == account && a.Verb == verb && a.State == ActionState.Confirmed && a.Reverses == null && (a.EndsAt == null || a.EndsAt > now))
            .OrderByDescending(a => a.AnsweredAt).Select(a => a.AnsweredAt).FirstOrDefaultAsync(ct) is { } at ? new(true, at) : null;
    }

    private static string? Known(string text) => text.Length == 0 ? null : text;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/referral", async (Id<Case> id, Request request, ReferCase refer, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await refer.Run(id, request, actor, ct)))
        .Requires(Permission.WriteReferrals)
        .WithSummary("Draft a report to NCMEC about a decided case").WithDescription("For what a person takes to be reportable and no decision drafted by itself. Answers the draft's id.");
}
