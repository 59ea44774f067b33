using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jaga.Audit;
using Jaga.People;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// Takes reports that a program passes on: what users raised in the platform's app, or what a flagger found. Each has its own outcome, and one that came before under the same id is not taken twice.
/// </summary>
public sealed class PassOnReports(Db db, MasterKey master, TakeReport take, ILogger<PassOnReports> logger)
{
    /// <summary>The most reports in one request.</summary>
    public const int Most = 1000;

    private const int AtOnce = 100;

    private static readonly string[] Fields = ["id", "category", "location", "words", "happened", "language", "reporter"];

    private static readonly RawInsert Passed = new("passed_reports", "by", "outside_id", "report", "reporter");

    /// <param name="Id">Their own id for it, 1 to 200 characters: the same id is the same report.</param>
    /// <param name="Reporter">The platform's pseudonym of whoever reported, at most 200 characters; kept only as a keyed digest. Flaggers give none.</param>
    public sealed record Line(
        [property: TornText] string Id, [property: TornText] string Category, [property: TornText] string Location, [property: TornText] string Words,
        [property: TornText] string? Happened = null, [property: TornText] string? Language = null, [property: TornText] string? Reporter = null)
    {
        /// <summary>Fields that a report does not have. They refuse this one, by name, and none of the others in the request.</summary>
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Further { get; init; }

        /// <summary>The field whose text could not be read, or null.</summary>
        internal string? Torn =>
            Category == TornTextAttribute.Torn ? "category" : Location == TornTextAttribute.Torn ? "location" : Words == TornTextAttribute.Torn ? "words"
            : Happened == TornTextAttribute.Torn ? "happened" : Language == TornTextAttribute.Torn ? "language" : Reporter == TornTextAttribute.Torn ? "reporter" : null;
    }

    /// <param name="Reports">1 to 1,000.</param>
    public sealed record Request(IReadOnlyList<Line?> Reports);

    /// <summary>What became of one.</summary>
    /// <param name="Report">Jaga's id for it; null where it was not taken.</param>
    /// <param name="Known">It had come before.</param>
    /// <param name="Problems">Why it was not taken, by field.</param>
    public sealed record Outcome(string Id, Id<Report>? Report, bool Known = false, IReadOnlyDictionary<string, string[]>? Problems = null);

    public sealed record Answer(IReadOnlyList<Outcome> Reports);

    /// <exception cref="BadInput">There are none, or too many; nothing was taken.</exception>
    /// <param name="platform">The platform that the actor's key speaks for; null for none.</param>
    public async Task<Answer> Run(Request request, ReportVia via, Actor actor, string? platform, CancellationToken ct)
    {
        if (request.Reports is not { Count: > 0 and <= Most } given)
        {
            throw new BadInput("reports", $"One request passes on 1 to {Most:N0} reports.");
        }

        // What is no report, or has an id that no store can hold, is refused by itself, like all else that is wrong with one.
        var lines = given.Select(l => l is { Id: not null } && Storable.Text(l.Id) == l.Id ? l : new("", "", "", "")).ToList();
        var by = await Who(actor, platform, ct);
        var ids = lines.Select(l => l.Id).ToList();
        var who = by.ToString();
        var known = await db.PassedReports.AsNoTracking().Where(p => p.By == who && ids.Contains(p.OutsideId)).ToDictionaryAsync(p => p.OutsideId, p => p.Report, ct);
        var outcomes = new Outcome[lines.Count];
        var seen = new HashSet<string>();
        var failures = new ConcurrentBag<Exception>();
        foreach (var chunk in lines.Index().Chunk(AtOnce))
        {
            // Together, so that they share commits.
            await Task.WhenAll(chunk.Where(l => l.Item.Id.Length > 0 && !known.ContainsKey(l.Item.Id) && seen.Add(l.Item.Id)).ToList().Select(async l => outcomes[l.Index] = await Take(l.Item, by, via, actor, failures, ct)));
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
            outcomes[i] ??= known.TryGetValue(lines[i].Id, out var before) ? new(lines[i].Id, before, Known: true) : Refused(lines[i].Id, "id", "An id stands here twice, or is missing.");
        }

        // Where nothing could be kept, nothing was: the whole request may be made again.
        return !failures.IsEmpty && failures.Count == seen.Count ? throw new AggregateException(failures) : new(outcomes);
    }

    private async Task<Outcome> Take(Line line, Subject by, ReportVia via, Actor actor, ConcurrentBag<Exception> failures, CancellationToken ct)
    {
        if (line.Id.Length > 200)
        {
            return Refused(line.Id, "id", "Your own id for it, 1 to 200 characters.");
        }

        if (line.Further?.Keys.FirstOrDefault() is { } unknown)
        {
            return Refused(line.Id, unknown, $"There is no such field here. {(Kernel.Words.Nearest(unknown, Fields) is { } meant ? $"Did you mean {meant}?" : $"There are: {string.Join(", ", Fields)}.")}");
        }

        if (line.Torn is { } torn)
        {
            return Refused(line.Id, torn, "The text has half of a character (an escaped surrogate without its other half).");
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
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One report that cannot be kept must not keep its neighbours from being taken, now and whenever they are sent again.
            logger.LogError(failure, "A report that was passed on could not be kept");
            failures.Add(failure);
            return Refused(line.Id, "report", "It could not be kept. Send it again.");
        }
    }

    private static Outcome Refused(string id, string field, string why) => new(id, null, Problems: new Dictionary<string, string[]> { [field] = [why] });

    /// <summary>
    /// Who passes on, as <see cref="Report.By"/> has it: the organisation, or else the platform. All keys of one platform are one, the first that it had, so that a new key
    /// changes nothing about its users: their pseudonyms are digested with it.
    /// </summary>
    internal async Task<Subject> Who(Actor actor, string? platform, CancellationToken ct)
    {
        if (actor.For is { } whom)
        {
            return whom;
        }

        var keys = platform is null ? [] : await db.ApiKeys.AsNoTracking().Where(k => k.Platform == platform && k.SpeaksFor == null).OrderBy(k => k.Id).ToListAsync(ct);
        return new("api-key", keys.Find(k => k.Scopes.Contains(Permission.SendReports))?.Id.ToString() ?? actor.Id);
    }

    /// <summary>What is kept of a pseudonym; null where there is none.</summary>
    internal string? Pseudonym(Subject by, string? reporter) =>
        string.IsNullOrEmpty(reporter) ? null : Convert.ToHexStringLower(HMACSHA256.HashData(master.Derive("reports.pseudonyms"), Encoding.UTF8.GetBytes($"{by}\n{reporter}")));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/reports", async (Request request, PassOnReports pass, Actor actor, Presence presence, CancellationToken ct) => TypedResults.Ok(await pass.Run(request, ReportVia.Platform, actor, presence.Platform, ct)))
            .Requires(Permission.SendReports)
            .WithSummary("Pass on what users of the platform reported").WithDescription("1 to 1,000, each with its own outcome. The same id is the same report.");
        api.MapPost("/flagger/reports", async (Request request, PassOnReports pass, Actor actor, CancellationToken ct) => TypedResults.Ok(await pass.Run(request, ReportVia.Flagger, actor, null, ct)))
            .Requires(Permission.FlagContent)
            .WithSummary("Report as a flagger").WithDescription("1 to 1,000, each with its own outcome. They are read before others. The same id is the same report.");
    }
}
