using System.Security.Cryptography;
using System.Text;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// Takes reports that a program passes on: what users raised in the platform's app, or what a flagger found. Each has its own outcome, and one that came before under the same id is not taken twice.
/// </summary>
public sealed class PassOnReports(Db db, MasterKey master, TakeReport take)
{
    /// <summary>The most reports in one request.</summary>
    public const int Most = 1000;

    private const int AtOnce = 100;

    private static readonly RawInsert Passed = new("passed_reports", "by", "outside_id", "report", "reporter");

    /// <param name="Id">Their own id for it, 1 to 200 characters: the same id is the same report.</param>
    /// <param name="Reporter">The platform's pseudonym of whoever reported, at most 200 characters; kept only as a keyed digest. Flaggers give none.</param>
    public sealed record Line(string Id, string Category, string Location, string Words, string? Happened = null, string? Language = null, string? Reporter = null);

    /// <param name="Reports">1 to 1,000.</param>
    public sealed record Request(IReadOnlyList<Line> Reports);

    /// <summary>What became of one.</summary>
    /// <param name="Report">Jaga's id for it; null where it was not taken.</param>
    /// <param name="Known">It had come before.</param>
    /// <param name="Problems">Why it was not taken, by field.</param>
    public sealed record Outcome(string Id, Id<Report>? Report, bool Known = false, IReadOnlyDictionary<string, string[]>? Problems = null);

    public sealed record Answer(IReadOnlyList<Outcome> Reports);

    /// <exception cref="BadInput">There are none, or too many; nothing was taken.</exception>
    public async Task<Answer> Run(Request request, ReportVia via, Actor actor, CancellationToken ct)
    {
        if (request.Reports is not { Count: > 0 and <= Most } lines)
        {
            throw new BadInput("reports", $"One request passes on 1 to {Most:N0} reports.");
        }

        var by = Who(actor);
        var ids = lines.Select(l => l.Id).ToList();
        var who = by.ToString();
        var known = await db.PassedReports.AsNoTracking().Where(p => p.By == who && ids.Contains(p.OutsideId)).ToDictionaryAsync(p => p.OutsideId, p => p.Report, ct);
        var outcomes = new Outcome[lines.Count];
        var seen = new HashSet<string>();
        foreach (var chunk in lines.Index().Chunk(AtOnce))
        {
            // Together, so that they share commits.
            await Task.WhenAll(chunk.Where(l => l.Item.Id is not null && !known.ContainsKey(l.Item.Id) && seen.Add(l.Item.Id)).ToList().Select(async l => outcomes[l.Index] = await Take(l.Item, by, via, actor, ct)));
            foreach (var (index, line) in chunk.Where(l => outcomes[l.Index] is { Report: not null }))
            {
                known[line.Id] = outcomes[index].Report!.Value;
            }
        }

        var raced = outcomes.Where(o => o is { Report: null, Problems: null }).Select(o => o.Id).ToList();
        foreach (var first in raced.Count == 0 ? [] : await db.PassedReports.AsNoTracking().Where(p => p.By == who && raced.Contains(p.OutsideId)).ToListAsync(ct))
        {
            outcomes[Array.FindIndex(outcomes, o => o is { Report: null, Problems: null } && o.Id == first.OutsideId)] = new(first.OutsideId, first.Report, Known: true);
            known[first.OutsideId] = first.Report;
        }

        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] ??= lines[i].Id is { } id && known.TryGetValue(id, out var before) ? new(id, before, Known: true) : Refused(lines[i].Id ?? "", "id", "An id stands here twice, or is missing.");
        }

        return new(outcomes);
    }

    private async Task<Outcome> Take(Line line, Subject by, ReportVia via, Actor actor, CancellationToken ct)
    {
        if (line.Id.Length is 0 or > 200)
        {
            return Refused(line.Id, "id", "Your own id for it, 1 to 200 characters.");
        }

        if (line.Reporter is { Length: > 200 })
        {
            return Refused(line.Id, "reporter", "A pseudonym has at most 200 characters.");
        }

        try
        {
            var receipt = await take.Run(new(line.Category ?? "", line.Location ?? "", line.Words ?? "", line.Happened ?? "", line.Language ?? "en", via, by), actor, ct,
                also: (rows, taken) => rows.Add(Passed, by.ToString(), line.Id, taken.Id.Value, Pseudonym(by, line.Reporter)));
            return new(line.Id, receipt.Id);
        }
        catch (Exception race) when (race.IsDuplicate())
        {
            // The same one came by another request meanwhile, and that one is the report; nothing of this one was kept.
            return new(line.Id, null);
        }
        catch (BadInput bad)
        {
            return new(line.Id, null, Problems: bad.Problems);
        }
    }

    private static Outcome Refused(string id, string field, string why) => new(id, null, Problems: new Dictionary<string, string[]> { [field] = [why] });

    /// <summary>Who passes on, as <see cref="Report.By"/> has it.</summary>
    internal static Subject Who(Actor actor) => actor.For ?? new Subject("api-key", actor.Id);

    /// <summary>What is kept of a pseudonym; null where there is none.</summary>
    internal string? Pseudonym(Subject by, string? reporter) =>
        string.IsNullOrEmpty(reporter) ? null : Convert.ToHexStringLower(HMACSHA256.HashData(master.Derive("reports.pseudonyms"), Encoding.UTF8.GetBytes($"{by}\n{reporter}")));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/reports", async (Request request, PassOnReports pass, Actor actor, CancellationToken ct) => TypedResults.Ok(await pass.Run(request, ReportVia.Platform, actor, ct)))
            .Requires(Permission.SendReports)
            .WithSummary("Pass on what users of the platform reported").WithDescription("1 to 1,000, each with its own outcome. The same id is the same report.");
        api.MapPost("/flagger/reports", async (Request request, PassOnReports pass, Actor actor, CancellationToken ct) => TypedResults.Ok(await pass.Run(request, ReportVia.Flagger, actor, ct)))
            .Requires(Permission.FlagContent)
            .WithSummary("Report as a flagger").WithDescription("1 to 1,000, each with its own outcome. They are read before others. The same id is the same report.");
    }
}
