using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Reports;

/// <summary>Opens the sealed identity of a reporter, for a reason that stays in the audit log. Reviewers decide without it.</summary>
public sealed class OpenIdentity(Db db, MasterKey master, AuditLog audit)
{
    internal const string Purpose = "report-identity";

    /// <param name="Reason">Why it has to be known, at most 2,000 characters.</param>
    public sealed record Request(string Reason);

    /// <exception cref="RuleBroken">Nobody gave one.</exception>
    public async Task<ReporterIdentity> Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Reason?.Trim() is not { Length: >= 3 and <= 2000 } reason)
        {
            throw new BadInput("reason", "Say why the identity has to be known, in at most 2,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var report = await db.Reports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such report");
        if (report.Identity is not { } box)
        {
            throw new RuleBroken("Whoever reported this did not say who they are.");
        }

        // The line is committed before anybody reads the name. Each opening is an act of its own, whatever key the caller repeats: a name is in no kept answer.
        db.Write = null;
        audit.Record(actor, "identity.opened", report.Subject, reason);
        await transaction.Commit(ct);
        return JsonSerializer.Deserialize<ReporterIdentity>(master.Open(Purpose, box), Json.Options)!;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reports/{id}/identity", async (Id<Report> id, Request request, OpenIdentity open, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await open.Run(id, request, actor, ct)))
        .Requires(Permission.OpenIdentities)
        .WithSummary("Open a reporter's identity").WithDescription("Where the reporter gave one. The reason stays in the audit log.");
}
