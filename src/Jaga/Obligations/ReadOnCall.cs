namespace Jaga.Obligations;

/// <summary>Who is on call now and in the weeks to come, who stands in, who is away, and which urgent notices nobody has taken.</summary>
public sealed class ReadOnCall(Db db, OnCall onCall, TimeProvider clock)
{
    private const int Weeks = 6;
    private const int Most = 200;

    /// <summary>A rota; <c>Now</c> is null where nobody is left.</summary>
    public sealed record Turn(Id<Rota> Rota, string Queue, Whom Level, string Zone, string Starts, IReadOnlyList<string> Members, string? Now, IReadOnlyList<Week> Weeks);

    /// <summary>A week of a rota, by its plan: covers and absences not counted.</summary>
    public sealed record Week(DateTimeOffset From, DateTimeOffset Until, string Person);

    /// <summary>Somebody who stands in.</summary>
    public sealed record Standing(Id<Cover> Id, Id<Rota> Rota, string Person, DateTimeOffset From, DateTimeOffset Until);

    /// <summary>Somebody who is away, or will be.</summary>
    public sealed record Away(Id<Absence> Id, string Person, DateTimeOffset From, DateTimeOffset Until);

    /// <summary>An urgent notice that is repeated until somebody takes it.</summary>
    public sealed record Untaken(Id<Notice> Id, DateTimeOffset At, Sentence Says, Subject About, Whom Reached, IReadOnlyList<string> Persons, int Calls, DateTimeOffset NextCallAt);

    /// <summary>All of it; covers, absences and notices at most 200 each.</summary>
    public sealed record Answer(IReadOnlyList<Turn> Turns, IReadOnlyList<Standing> Covers, IReadOnlyList<Away> Absences, IReadOnlyList<Untaken> Untaken);

    public async Task<Answer> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var turns = new List<Turn>();
        foreach (var rota in await db.Rotas.AsNoTracking().OrderBy(r => r.Queue).ThenBy(r => r.Level).Take(Most).ToListAsync(ct))
        {
            var week = rota.Week(now);
            turns.Add(new(
                rota.Id, rota.Queue, rota.Level, rota.Zone, rota.Starts, rota.Members, await onCall.Who(rota, now, ct),
                [.. Enumerable.Range(week, Weeks).Select(w => new Week(rota.Begins(w), rota.Begins(w + 1), rota.InTurn(rota.Begins(w)).First()))]));
        }

        var untaken = await db.Notices.AsNoTracking().Where(n => n.NextCallAt != null).OrderBy(n => n.Id).Take(Most).ToListAsync(ct);
        return new(
            [.. turns.OrderBy(t => t.Queue, StringComparer.Ordinal).ThenBy(t => t.Level)],
            await db.Covers.Where(c => c.EndsAt > now).OrderBy(c => c.StartsAt).Take(Most).Select(c => new Standing(c.Id, c.Rota, c.Person, c.StartsAt, c.EndsAt)).ToListAsync(ct),
            await db.Absences.Where(a => a.EndsAt > now).OrderBy(a => a.StartsAt).Take(Most).Select(a => new Away(a.Id, a.Person, a.StartsAt, a.EndsAt)).ToListAsync(ct),
            [.. untaken.Select(n => new Untaken(n.Id, n.At, new(n.SaysEn, n.SaysId), n.About, n.Reached, n.Persons, n.Calls, n.NextCallAt!.Value))]);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/on-call", (ReadOnCall read, CancellationToken ct) => read.Run(ct)).Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("Who is on call, now and in the weeks to come");
}
