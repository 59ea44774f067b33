using System.Globalization;

namespace Jaga.Audit;

/// <summary>Reads the log, oldest first, a page at a time.</summary>
public static class ReadLines
{
    /// <summary>A page of lines.</summary>
    /// <param name="subject">Only lines about this subject, e.g. <c>case/ID</c>.</param>
    /// <param name="action">Only lines with this action, e.g. <c>case.decided</c>.</param>
    /// <exception cref="BadInput">The subject or the cursor cannot be read.</exception>
    public static async Task<Page<AuditLine>> Run(Db db, PageRequest page, string? subject, string? action, CancellationToken ct)
    {
        var lines = db.AuditLines.AsNoTracking();
        if (subject is not null)
        {
            var slash = subject.IndexOf('/', StringComparison.Ordinal);
            var (kind, id) = slash > 0 ? (subject[..slash], subject[(slash + 1)..]) : throw new BadInput("subject", "A subject is written KIND/ID.");
            lines = lines.Where(l => l.Subject.Kind == kind && l.Subject.Id == id);
        }

        if (action is not null)
        {
            lines = lines.Where(l => l.Action == action);
        }

        if (page.After is not null)
        {
            var after = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : throw new BadInput("after", "This cursor was not given out by this list.");
            lines = lines.Where(l => l.Seq > after);
        }

        return Page<AuditLine>.Of(await lines.OrderBy(l => l.Seq).Take(page.Rows + 1).ToListAsync(ct), page.Rows, l => l.Seq.ToString(CultureInfo.InvariantCulture));
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit/lines", (Db db, string? after, int? size, string? subject, string? action, CancellationToken ct) =>
        Run(db, new(after, size), subject, action, ct))
        .Requires(Permission.ReadAudit).WithSummary("The audit log, oldest first");
}
