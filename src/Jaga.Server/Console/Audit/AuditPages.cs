using System.Text;
using Jaga.Audit;

namespace Jaga.Server.Pages.Audit;

/// <summary>The audit log as people read it: newest first, by subject and by action, each line with its proof.</summary>
public static class AuditPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/audit", async (Db db, string? subject, string? action, long? after, CancellationToken ct) =>
            ConsolePages.Page<AuditPage>(new { Lines = await Read(db, subject, action, after, ct), Checkpoint = await ReadCheckpoint.Latest(db, ct), Witnesses = await Jaga.Witnesses.ReadWitnesses.Run(db, ct) })).Requires(Permission.ReadAudit);
        pages.MapGet("/audit/{seq:long}", async (long seq, Db db, ReadProof read, CancellationToken ct) =>
            ConsolePages.Page<AuditLinePage>(new { Line = await Find(db, seq, ct), Proof = await read.Inclusion(seq, ct) })).Requires(Permission.ReadAudit);
        pages.MapGet("/audit/{seq:long}/proof.txt", async (long seq, ReadProof read, CancellationToken ct) =>
            TypedResults.File(Encoding.UTF8.GetBytes((await read.Inclusion(seq, ct)).ToFile(withLine: true)), "text/plain; charset=utf-8", $"audit-{seq}.tlog-proof")).Requires(Permission.ReadAudit);
    }

    private static async Task<AuditLine> Find(Db db, long seq, CancellationToken ct) =>
        await db.AuditLines.AsNoTracking().SingleOrDefaultAsync(l => l.Seq == seq, ct) ?? throw new NotFound("such line");

    /// <param name="before">Only lines before this one: the cursor.</param>
    private static async Task<Page<AuditLine>> Read(Db db, string? subject, string? action, long? before, CancellationToken ct)
    {
        var lines = db.AuditLines.AsNoTracking();
        if (subject?.Trim().Split('/', 2) is [{ Length: > 0 } kind, var id])
        {
            lines = lines.Where(l => l.Subject.Kind == kind && l.Subject.Id == id);
        }

        if (action?.Trim() is { Length: > 0 } wanted)
        {
            lines = lines.Where(l => l.Action == wanted);
        }

        lines = before is { } seq ? lines.Where(l => l.Seq < seq) : lines;
        return Page<AuditLine>.Of(await lines.OrderByDescending(l => l.Seq).Take(Page<AuditLine>.DefaultSize + 1).ToListAsync(ct), Page<AuditLine>.DefaultSize, l => $"{l.Seq}");
    }
}
