using System.Globalization;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Packages;
using Jaga.Referrals;

namespace Jaga.Cases;

/// <summary>A decided case as a matter of a package: what was found, who looked, what was decided and done, and the exhibit that the decision sealed.</summary>
public sealed class PackCase(Db db, IEnumerable<IKnowsSubject> rooms) : IPackageSource
{
    public string Kind => "case";

    public async Task<PackageMatter> Gather(Subject about, CancellationToken ct)
    {
        var @case = Id<Case>.TryParse(about.Id, null, out var id) ? await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) : null;
        if (@case is null)
        {
            throw new NotFound("such case");
        }

        var decision = @case.State is CaseState.Decided ? await db.Decisions.AsNoTracking().Where(d => d.Case == id && d.UndoneAt == null && d.Verdict != Verdict.CannotView).OrderByDescending(d => d.Id).FirstOrDefaultAsync(ct) : null;
        if (decision?.Exhibit is not { } exhibit)
        {
            throw new RuleBroken(decision is null ? "This case is not decided: a package is made of what a person decided." : "Nothing was found wrong in this case, so nothing was sealed that could be handed over.");
        }

        var media = await db.CaseMedia.AsNoTracking().Where(m => m.Case == id).OrderBy(m => m.Id).Take(200).ToListAsync(ct);
        var reveals = await db.Reveals.AsNoTracking().Where(r => r.Case == id).ToListAsync(ct);
        var findings = await db.Findings.AsNoTracking().Where(f => f.Case == id).OrderBy(f => f.Id).Take(200).ToListAsync(ct);
        var because = decision.Id.ToString();
        var actions = await db.Actions.AsNoTracking().Where(a => a.Because.Kind == "decision" && a.Because.Id == because).OrderBy(a => a.Id).Take(200).ToListAsync(ct);
        var report = await db.Referrals.AsNoTracking().Where(r => r.About.Kind == "case" && r.About.Id == about.Id).OrderByDescending(r => r.Id).FirstOrDefaultAsync(ct);
        var upload = await Upload(@case.Meant, ct);
        return new(
            about, new($"Case about the {@case.Meant.Kind} {@case.Meant.Id}", $"Kasus tentang {KindOf(@case.Meant.Kind)} {@case.Meant.Id}"), @case.Category, null, decision.UndoUntil, [exhibit], [],
            [.. Facts(@case, decision, upload), .. findings.Select(FactOf), .. media.Select(m => FactOf(m, reveals)), .. actions.Select(FactOf), .. report is { ReportId: { } number, FinishedAt: { } at } ? [new PackageFact(new("Reported to NCMEC", "Dilaporkan kepada NCMEC"), string.Create(CultureInfo.InvariantCulture, $"{number}{(report.Production ? "" : " (test)")}, {at:u}"))] : (PackageFact[])[]],
            [.. Missing(media, reveals, upload, actions, report)], [], [about, decision.Subject]);
    }

    public Task<IReadOnlyList<PackageFile>> Files(Subject about, Actor actor, string why, CancellationToken ct) => Task.FromResult<IReadOnlyList<PackageFile>>([]);

    private static IEnumerable<PackageFact> Facts(Case @case, Decision decision, KnownUpload? upload)
    {
        yield return new(new("About", "Tentang"), @case.About.ToString(), PackWords.Of(@case.About));
        if (@case.Means is { } means)
        {
            yield return new(new("On the platform", "Di platform"), means.ToString(), PackWords.Of(means));
        }

        yield return new(new("Category", "Kategori"), @case.Category);
        yield return new(new("Opened", "Dibuka"), Time(@case.OpenedAt));
        yield return new(new("Decision", "Putusan"), $"{Words.Of(decision.Verdict)}; {decision.Policy}", new($"{PackWords.Of(decision.Verdict).En}; {decision.Policy}", $"{PackWords.Of(decision.Verdict).Id}; {decision.Policy}"));
        yield return new(new("Reason", "Alasan"), decision.Reason);
        yield return new(new("Decided", "Diputuskan"), Time(decision.At));
        foreach (var (name, value) in ((Sentence, string?)[])
        [
            (new("Account, by the platform's id", "Akun, menurut id platform"), upload?.Account), (new("Group, by the platform's id", "Grup, menurut id platform"), upload?.Group), (new("Address", "Alamat"), upload?.Url),
            (new("File name", "Nama berkas"), upload?.Name), (new("Uploaded, as the platform recorded it", "Diunggah, menurut catatan platform"), upload?.UploadedAt is { } at ? Time(at) : null),
            (new("Sent to be checked", "Dikirim untuk diperiksa"), upload is null ? null : Time(upload.ReceivedAt)),
        ])
        {
            if (!string.IsNullOrEmpty(value))
            {
                yield return new(name, value);
            }
        }
    }

    private static PackageFact FactOf(Finding found) => new(
        new("Match", "Kecocokan"),
        string.Create(CultureInfo.InvariantCulture, $"{found.Algorithm}, {found.Bank}{(found.Signal.Length > 0 ? $", {found.Signal}, distance {found.Distance}" : "")}{(found.Provenance.Length > 0 ? $", {found.Provenance}" : "")}, {Time(found.At)}"));

    private static PackageFact FactOf(CaseMedia media, List<Reveal> reveals)
    {
        var seen = reveals.Where(r => r.Media == media.Id).ToList();
        return new(
            new("File", "Berkas"),
            string.Create(CultureInfo.InvariantCulture, $"{media.Format}, {media.Width}×{media.Height}, SHA-256 {media.Sha256}, MD5 {media.Md5}{(media.Pdq is { } pdq ? $", PDQ {pdq}" : "")}; viewed {seen.Count}×, {seen.Sum(r => r.Milliseconds ?? 0) / 1000.0:0.#} s"));
    }

    private static PackageFact FactOf(EnforcementAction action) => new(
        new("Action", "Tindakan"),
        $"{Words.Of(action.Verb)} {action.Target}{(action.Countries is { } where ? $" ({where})" : "")}: {Words.Of(action.State)}{(action.AnsweredAt is { } at ? $", {Time(at)}" : "")}", PackWords.Of(action, action.AnsweredAt is { } then ? Time(then) : null));

    private static IEnumerable<Sentence> Missing(List<CaseMedia> media, List<Reveal> reveals, KnownUpload? upload, List<EnforcementAction> actions, Referral? report)
    {
        if (media.Count == 0)
        {
            yield return new("The case holds no picture and no film.", "Kasus ini tidak memuat gambar atau video.");
        }
        else if (media.Count(m => reveals.Any(r => r.Media == m.Id)) is var seen && seen < media.Count)
        {
            yield return new($"{media.Count - seen} of {media.Count} files were not viewed by a person here.", $"{media.Count - seen} dari {media.Count} berkas tidak dilihat oleh petugas di sini.");
        }

        if (upload?.Account is null)
        {
            yield return new("The platform has not said whose account it was.", "Platform belum menyebutkan akun siapa.");
        }

        if (upload?.UploadedAt is null)
        {
            yield return new("The time of the upload is not known.", "Waktu pengunggahan tidak diketahui.");
        }

        if (actions.Count(a => a.State is ActionState.Requested) is > 0 and var open)
        {
            yield return new($"{open} actions are not confirmed by the platform yet.", $"{open} tindakan belum dikonfirmasi oleh platform.");
        }

        if (report is { FinishedAt: null })
        {
            yield return new("The report to NCMEC about this case is not finished.", "Laporan kepada NCMEC tentang kasus ini belum selesai.");
        }

        yield return new("Addresses (IP) and sign-ins are the platform's; they are given on a request for data only.", "Alamat IP dan data masuk akun ada pada platform dan hanya diberikan atas permintaan data.");
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

    private static string KindOf(string kind) => kind switch { "item" => "item", "account" => "akun", "group" => "grup", "link" => "tautan", Locations.InWords => "tempat", _ => kind };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
