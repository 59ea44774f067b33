using System.Globalization;
using System.Text.Json;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Disclosure;

/// <summary>
/// An answered request for data as a matter of a package, for the agency that asked and for nobody else. The rules are asked again each time: a class whose document has been found false
/// since does not go, although it was given. What was asked and what is given stand side by side.
/// </summary>
public sealed class PackData(Db db, RequestFolder folder, Vault vault, DataWords words, Duties duties, AuditLog audit, TimeProvider clock) : IPackageSource
{
    public string Kind => "data-request";

    public async Task<PackageMatter> Gather(Subject about, CancellationToken ct)
    {
        var (contents, answer, _) = await Open(about, ct);
        var r = contents.Request;
        var given = JsonSerializer.Deserialize<List<GivenSubject>>(r.Given!, Json.Options)!;
        return new(
            about, new($"Data on request {r.Number}", $"Data atas permintaan {r.Number}"), "", r.Agency, null, [], [FileOf(r)],
            [
                new(new("Request", "Permintaan"), $"{r.Number}{(r.Reference is { } own ? $" ({own})" : "")}"),
                new(new("Legal basis", "Dasar hukum"), r.LegalBasis),
                new(new("Purpose", "Tujuan"), r.Purpose),
                new(new("Classes", "Jenis data"), string.Join(", ", answer.Classes.Select(c => words.Of(c).En))),
                .. contents.Documents.Where(d => d.Accepted is true).Select(d => new PackageFact(new("Document", "Dokumen"), $"{d.Number}, {d.Issuer}, {d.IssuedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}")),
                new(new("Released by two persons", "Disetujui dua orang"), answer.ReleasedAt!.Value.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)),
            ],
            [.. given.SelectMany(g => g.NotHeld.Select(n => new Sentence($"The platform does not hold {n} of {g.Kind} {g.Id}.", $"Platform tidak menyimpan {n} untuk {g.Kind} {g.Id}.")))],
            [.. Compare(contents, answer, given)], [about]);
    }

    public async Task<IReadOnlyList<PackageFile>> Files(Subject about, Actor actor, string why, CancellationToken ct)
    {
        var (contents, _, asked) = await Open(about, ct);
        await using var stored = await vault.Open(contents.Request.Data!.Value, actor, why, ct);
        using var given = await JsonDocument.ParseAsync(stored, cancellationToken: ct);
        var may = Granted(contents, asked);
        return [new(FileOf(contents.Request), "application/json", DisclosedData.Of(asked, may, given.RootElement, words).ToJson(contents.Request, may))];
    }

    public async Task Ready(Subject about, Package package, Actor actor, CancellationToken ct)
    {
        // Between building and now a document may have been found false.
        await Open(about, ct);
        var request = await Request(about, ct);
        if (request.Pack(clock.GetUtcNow()))
        {
            audit.Record(actor, "data-request.data-packed", about, "", new { package = package.Id, package.Number });
            await duties.KeepAll(about, ReceiptOf(package), actor, ct);
        }
    }

    public async Task Withdrawn(Subject about, Package package, string why, Actor actor, CancellationToken ct)
    {
        var request = await Request(about, ct);
        if (request.State is not DataRequestState.Answered || await Ready(db, about).AnyAsync(p => p.Id != package.Id, ct))
        {
            return;
        }

        request.Unpack();
        audit.Record(actor, "data-request.package-withdrawn", about, why, new { package = package.Id, package.Number });
        var keptBy = ReceiptOf(package).ToString();
        foreach (var clause in await db.Obligations.Where(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.KeptBy == keptBy).Select(o => o.Clause).Distinct().ToListAsync(ct))
        {
            await duties.Reopen(about, clause, why, actor, ct);
        }
    }

    /// <summary>The packages about something that lie ready for their agency, or that it has.</summary>
    internal static IQueryable<Package> Ready(Db db, Subject about) => db.Packages.AsNoTracking()
        .Where(p => (p.State == PackageState.Ready || p.State == PackageState.Received) && db.PackageSubjects.Any(s => s.Package == p.Id && s.About.Kind == about.Kind && s.About.Id == about.Id));

    // That it lies ready at the door is our receipt for the duty to give the data.
    private static Subject ReceiptOf(Package package) => Subject.Of("receipt", package.Id);

    private async Task<DataRequest> Request(Subject about, CancellationToken ct) =>
        (Id<DataRequest>.TryParse(about.Id, null, out var id) ? await db.DataRequests.SingleOrDefaultAsync(r => r.Id == id, ct) : null) ?? throw RequestFolder.Missing();

    private async Task<(RequestFolder.Contents Contents, DataAnswer Answer, IReadOnlyList<AskedSubject> Asked)> Open(Subject about, CancellationToken ct)
    {
        if (!Id<DataRequest>.TryParse(about.Id, null, out var id))
        {
            throw RequestFolder.Missing();
        }

        var contents = await folder.Open(id, ct);
        var answer = await db.DataAnswers.AsNoTracking().InForce().SingleOrDefaultAsync(a => a.Request == id, ct);
        if (contents.Request.Data is null || answer?.Asked is not { } json)
        {
            throw new RuleBroken("This request has no data that was released by two persons and given by the platform.");
        }

        var asked = DataQuestion.Read(json);
        if (Granted(contents, asked).FirstOrDefault(v => !v.May) is { Why: var why })
        {
            var stays = new Sentence($"{why.En} What was given of it does not go.", $"{why.Id} Yang sudah diberikan tidak ikut dikirim.");
            throw new RuleBroken(stays.En, stays.Id);
        }

        return (contents, answer, asked);
    }

    // What the rules say now of the classes that were asked of the platform.
    private static IReadOnlyList<ClassVerdict> Granted(RequestFolder.Contents contents, IReadOnlyList<AskedSubject> asked) =>
        [.. contents.Verdicts.Where(v => asked.Any(a => a.Fields.Any(f => f.Class == v.Class)))];

    // Every field of every class that the authority asked for, and what became of it.
    private IEnumerable<AskedAndGiven> Compare(RequestFolder.Contents contents, DataAnswer answer, List<GivenSubject> given)
    {
        foreach (var subject in contents.Subjects.Select(s => s.About))
        {
            var of = given.SingleOrDefault(g => g.Kind == subject.Kind && g.Id == subject.Id);
            foreach (var verdict in contents.Verdicts)
            {
                foreach (var field in words.Fields([verdict.Class], subject.Kind, members: true))
                {
                    var outcome = of?.Given.ContainsKey(field.Name) is true ? AskedOutcome.Given : of?.NotHeld.Contains(field.Name) is true ? AskedOutcome.NotHeld : AskedOutcome.NotAllowed;
                    yield return new(subject.ToString(), words.Of(verdict.Class), field.Name, outcome, of?.Given.GetValueOrDefault(field.Name) ?? 0, Why(verdict, field, outcome, answer));
                }
            }
        }
    }

    private static Sentence? Why(ClassVerdict verdict, DataField field, AskedOutcome outcome, DataAnswer answer) => outcome switch
    {
        AskedOutcome.NotAllowed when field.Members && verdict.May => new("No document names the members: they are a count.", "Tidak ada dokumen yang menyebut para anggota: yang diberikan hanya jumlahnya."),
        AskedOutcome.NotAllowed when verdict.May && answer.Ground is { } ground => new(ground, ground),
        AskedOutcome.NotHeld => null,
        _ => verdict.Why,
    };

    private static string FileOf(DataRequest request) => $"disclosure-{request.Number}.json";
}
