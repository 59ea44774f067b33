using System.Globalization;
using System.Text;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Letters;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>Writes a package's papers: the report that a person reads, the covering letter, and the CASE graph that a program reads; all from what was released and from the audit log.</summary>
public sealed class PackagePapers(Db db, ExhibitBag bags, LetterSettings letters, TimeProvider clock)
{
    /// <summary>The readable report.</summary>
    public const string Report = "report.html";

    /// <summary>What CASE 1.4 says of it, as JSON-LD.</summary>
    public const string Graph = "case.jsonld";

    /// <summary>Who did something, as the papers name them.</summary>
    internal sealed record Act(AuditLine Line, string Who);

    /// <summary>The papers, in the order in which they are read.</summary>
    internal async Task<List<PackageFile>> Write(PackageFolder.Contents contents, IReadOnlyList<Exhibit> parts, IReadOnlyList<PackageFile> files, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var acts = await Acts(contents, parts, ct);
        return
        [
            new(Report, "text/html", Encoding.UTF8.GetBytes(Html(contents, parts, files, acts, now))),
            new("letter.html", "text/html", Encoding.UTF8.GetBytes(CoveringLetter.Html(contents, letters.Name, now))),
            new(Graph, "application/ld+json", CaseGraph.Write(contents, parts, files, acts, letters.Name)),
        ];
    }

    // What the receiver may know of what was done with the evidence, the cases and requests, and the package, in the order in which it happened.
    private async Task<List<Act>> Acts(PackageFolder.Contents contents, IReadOnlyList<Exhibit> parts, CancellationToken ct)
    {
        var lines = await bags.Lines(parts, contents.Matters.SelectMany(m => m.Lines).Append(contents.Package.Subject), contents.Package.Id.ToString(), ct);
        var names = await Names(lines, contents.Profile.StaffNames, ct);
        return [.. lines.Select(l => new Act(l, names.GetValueOrDefault(l.Actor, l.Actor)))];
    }

    // Staff by name where the profile says so, else by number: who looks at such things all day need not be known to everybody.
    private async Task<Dictionary<string, string>> Names(List<AuditLine> lines, bool named, CancellationToken ct)
    {
        var staff = lines.Select(l => l.Actor).Where(a => a.StartsWith("staff:", StringComparison.Ordinal)).Distinct().ToList();
        if (!named)
        {
            return staff.Select((a, i) => (a, i)).ToDictionary(p => p.a, p => string.Create(CultureInfo.InvariantCulture, $"staff member {p.i + 1}"));
        }

        var ids = staff.Select(a => Id<People.StaffMember>.TryParse(a[6..], null, out var id) ? id : (Id<People.StaffMember>?)null).OfType<Id<People.StaffMember>>().ToList();
        return (await db.Staff.AsNoTracking().Where(s => ids.Contains(s.Id)).Select(s => new { s.Id, s.Name }).ToListAsync(ct)).ToDictionary(s => $"staff:{s.Id}", s => s.Name);
    }

    private string Html(PackageFolder.Contents contents, IReadOnlyList<Exhibit> parts, IReadOnlyList<PackageFile> files, List<Act> acts, DateTimeOffset now)
    {
        var (package, id) = (contents.Package, contents.Profile.Language == "id");
        string T(string en, string indonesian) => id ? indonesian : en;
        string S(Sentence sentence) => id ? sentence.Id : sentence.En;
        var html = new StringBuilder();
        Heading(1, T($"Package {package.Number}", $"Paket {package.Number}"));
        Facts(
        [
            (T("For", "Untuk"), contents.Agency.Name), (T("From", "Dari"), letters.Name), (T("Why this authority", "Alasan memilih otoritas ini"), $"{S(contents.Profile.Why)} ({contents.Profile.Cites})"),
            (T("Prepared by", "Disiapkan oleh"), $"{Who(package.PreparedBy)}, {Time(package.PreparedAt)}"), (T("Released by", "Disetujui oleh"), $"{Who(package.ReleasedBy!)}, {Time(package.ReleasedAt!.Value)}"), (T("Sealed", "Disegel"), Time(now)),
        ]);
        foreach (var matter in contents.Matters)
        {
            Heading(2, S(matter.Title));
            Facts(matter.Facts.Select(f => (S(f.Name), S(f.Says))));
            if (matter.Compared.Count > 0)
            {
                html.Append("<h3>").Append(T("What was asked and what is given", "Yang diminta dan yang diberikan")).Append("</h3>\n").Append(PackageSheet.Table(
                    [T("About", "Tentang"), T("Class", "Jenis data"), T("Field", "Bidang"), T("Given", "Diberikan"), T("Rests on", "Dasar")],
                    matter.Compared.Select(c => (string[])[c.About, S(c.Class), c.Field ?? "–", Outcome(c), c.Why is { } why ? S(why) : ""])));
            }

            if (matter.Missing.Count > 0)
            {
                html.Append("<h3>").Append(T("Not known, or not included", "Tidak diketahui, atau tidak disertakan")).Append("</h3>\n<ul>").AppendJoin("", matter.Missing.Select(m => $"<li>{LetterText.Escape(S(m))}</li>")).Append("</ul>\n");
            }
        }

        Heading(2, T("What is in this package", "Isi paket ini"));
        html.Append(PackageSheet.Table([T("File", "Berkas"), T("Bytes", "Bita"), "SHA-256"], files.Select(f => Row($"data/{f.Name}", f.Content.Length, Digest(f.Content)))
            .Concat(parts.SelectMany(p => p.Read().Files.Select(f => Row($"{ExhibitBag.FolderOf(p.Id)}{f.Name}", f.Length, f.Sha256))))));
        Heading(2, T("Custody: who did what, when and why", "Riwayat penanganan: siapa melakukan apa, kapan, dan mengapa"));
        html.Append(PackageSheet.Table(
            [T("Line", "Baris"), T("When (UTC)", "Waktu (UTC)"), T("Who", "Siapa"), T("What", "Apa"), T("About", "Tentang"), T("Why", "Mengapa")],
            acts.Select(a => (string[])[a.Line.Seq.ToString(CultureInfo.InvariantCulture), Time(a.Line.At), a.Who, a.Line.Action, a.Line.Subject.ToString(), a.Line.Why])));
        Heading(2, T("How to check it", "Cara memeriksanya"));
        html.Append("<p>").Append(T(
            "Every file is listed in the manifests: sha256sum -c manifest-sha256.txt in the package's folder. Every custody line is proven to stand in the audit log by the file of its number in custody/, down to a signed checkpoint: jaga evidence verify FILE, with the log's public key as you know it from elsewhere. One line by itself: jaga audit proof custody/NUMBER.tlog-proof. None of them needs a server.",
            "Setiap berkas tercantum dalam daftar: sha256sum -c manifest-sha256.txt di dalam folder paket. Setiap baris penanganan terbukti tercatat dalam log audit melalui berkas bernomor sama di folder custody/, sampai ke checkpoint yang ditandatangani: jaga evidence verify BERKAS, dengan kunci publik log yang Anda ketahui dari sumber lain. Satu baris saja: jaga audit proof custody/NOMOR.tlog-proof. Semuanya tidak memerlukan server.")).Append("</p>\n");
        return PackageSheet.Whole(contents.Profile.Language, T($"Package {package.Number}", $"Paket {package.Number}"), letters.Name, html.ToString());

        void Heading(int level, string text) => html.Append(CultureInfo.InvariantCulture, $"<h{level}>{LetterText.Escape(text)}</h{level}>\n");

        void Facts(IEnumerable<(string Name, string Value)> facts) => html.Append("<dl>").AppendJoin("", facts.Where(f => f.Value.Length > 0).Select(f => $"<dt>{LetterText.Escape(f.Name)}</dt><dd>{LetterText.Escape(f.Value)}</dd>")).Append("</dl>\n");

        string Who(string actor) => acts.FirstOrDefault(a => a.Line.Actor == actor)?.Who ?? actor;

        string Outcome(AskedAndGiven one) => one.Outcome switch
        {
            AskedOutcome.Given => one.Count.ToString(CultureInfo.InvariantCulture),
            AskedOutcome.NotHeld => T("not held", "tidak ada"),
            _ => T("not allowed", "tidak diperbolehkan"),
        };
    }

    private static string[] Row(string path, long length, string digest) => [path, length.ToString(CultureInfo.InvariantCulture), digest];

    internal static string Digest(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
