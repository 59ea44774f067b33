using Jaga.People;

namespace Jaga.Reports.Flaggers;

/// <summary>Warnings and suspensions, newest first: for the desk by a report of theirs, for a flagger its own, for the platform those of one of its users.</summary>
public sealed class ReadMisuse(Db db, TimeProvider clock, ReportSettings settings, FlaggerWeight weight, PassOnReports pass)
{
    private const int Most = 200;

    private static readonly string[] Languages = ["en", "id"];

    /// <param name="ToldAt">When they had it; null while nobody knows that they have.</param>
    /// <param name="Stands">A suspension that is in force.</param>
    /// <param name="Redress">How to object, by language.</param>
    public sealed record Row(Id<Misuse> Id, MisuseStep Step, string Reason, DateTimeOffset At, DateTimeOffset? Until, DateTimeOffset? LiftedAt, DateTimeOffset? ToldAt, bool Stands, IReadOnlyDictionary<string, string> Redress);

    /// <summary>Who passed a report on, as far as anybody knows.</summary>
    /// <param name="By"><c>flagger/ID</c> or <c>reporter/DIGEST</c>.</param>
    /// <param name="Weight">What their reports weigh now, 0 to 100.</param>
    public sealed record Card(string By, int Upheld, int Decided, int Weight, IReadOnlyList<Row> Steps);

    public async Task<Card> Run(Id<Report> id, CancellationToken ct)
    {
        var by = await Whose(id, ct);
        var record = await weight.Record(by, ct);
        var steps = await Of(by, ct);
        return new(by, record.Upheld, record.Decided, steps.Any(s => s.Stands) ? 0 : record.Weight(by), steps);
    }

    /// <summary>All steps against one.</summary>
    /// <param name="by">As <see cref="Misuse.By"/>.</param>
    public async Task<IReadOnlyList<Row>> Of(string by, CancellationToken ct) =>
        (await db.Misuses.AsNoTracking().Where(m => m.By == by).OrderByDescending(m => m.Id).Take(Most).ToListAsync(ct)).ConvertAll(Told);

    internal Row Told(Misuse m) => new(m.Id, m.Step, m.Reason, m.At, m.Until, m.LiftedAt, m.ToldAt, m.Stands(clock.GetUtcNow()), Languages.ToDictionary(l => l, l =>
        settings.Complaint.GetValueOrDefault(l) is { Length: > 0 } own ? $"{ReportWords.Of(l)["redress"]} {own}" : ReportWords.Of(l)["redress"]));

    /// <summary>Whose report it is, as <see cref="Misuse.By"/> has it.</summary>
    internal async Task<string> Whose(Id<Report> id, CancellationToken ct)
    {
        var report = await db.Reports.AsNoTracking().Where(r => r.Id == id).Select(r => new { r.By }).SingleOrDefaultAsync(ct) ?? throw new NotFound("such report");
        if (report.By is { Kind: "flagger" } flagger)
        {
            return flagger.ToString();
        }

        var by = report.By?.ToString();
        return await db.PassedReports.AsNoTracking().Where(p => p.By == by && p.Report == id).Select(p => p.Reporter).SingleOrDefaultAsync(ct) is { } pseudonym
            ? Misuse.Reporter(pseudonym)
            : throw new RuleBroken("Nobody knows who reported this, not even by a pseudonym.");
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/reports/{id}/reporter", async (Id<Report> id, ReadMisuse read, CancellationToken ct) => TypedResults.Ok(await read.Run(id, ct)))
            .Requires(Permission.ReadReports)
            .WithSummary("Read what became of the reports of whoever passed this one on, with warnings and suspensions");
        api.MapGet("/flagger/misuses", async (ReadMisuse read, TellMisuse tell, Actor actor, CancellationToken ct) => TypedResults.Ok(await Seen(read, tell, ReadFlaggerReports.Own(actor).ToString(), actor, ct)))
            .Requires(Permission.FlagContent)
            .WithSummary("Read one's own warnings and suspensions, and how to object").WithDescription("That they were read is recorded, and is the proof that you have them.");
        api.MapGet("/reporter/misuses", async (ReadMisuse read, TellMisuse tell, Actor actor, Presence presence, string reporter, CancellationToken ct) =>
                TypedResults.Ok(await Seen(read, tell, Misuse.Reporter(await read.Pseudonym(actor, presence.Platform, reporter, ct)), actor, ct)))
            .Requires(Permission.SendReports)
            .WithSummary("Read the warnings and suspensions of a user of the platform, to tell them").WithDescription("reporter is the platform's pseudonym of the user, as it was passed on. That they were read is recorded, and is the proof that the platform has them.");
    }

    private static async Task<IReadOnlyList<Row>> Seen(ReadMisuse read, TellMisuse tell, string by, Actor actor, CancellationToken ct)
    {
        await tell.Seen(by, actor, ct);
        return await read.Of(by, ct);
    }

    private async Task<string> Pseudonym(Actor actor, string? platform, string reporter, CancellationToken ct) => pass.Pseudonym(await pass.Who(actor, platform, ct), reporter) ?? throw new BadInput("reporter", "Name the pseudonym.");
}
