using Jaga.Banks;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>What became of an item that was sent: its checks, newest first, and its case. A platform's key sees what it sent itself.</summary>
public sealed class ReadItem(Db db)
{
    /// <param name="State">
    /// The case's state in a word, or null without a case. Of what is held for signals in quarantine alone, <c>open</c>; <c>decided</c> once all of them were found to be wrong.
    /// </param>
    public sealed record Line(Id<Item> Id, string ExternalId, CheckVerdict Verdict, string Outcome, DateTimeOffset ReceivedAt, Guid? CaseId, string? State);

    public async Task<IReadOnlyList<Line>> Run(string externalId, Actor actor, CancellationToken ct)
    {
        var rows = await db.Items.AsNoTracking().Where(i => i.ExternalId == externalId && i.SentBy == actor.Id).OrderByDescending(i => i.ReceivedAt).ThenByDescending(i => i.Id).Take(20).ToListAsync(ct);
        if (rows.Count == 0)
        {
            throw new NotFound("item of that id sent by you");
        }

        var of = rows.Where(r => r.Case is not null).Select(r => new Id<Cases.Case>(r.Case!.Value)).Distinct().ToList();
        var states = await db.Cases.AsNoTracking().Where(c => of.Contains(c.Id)).ToDictionaryAsync(c => c.Id.Value, c => Words.Of(c.State), ct);
        var waiting = await Waiting([.. rows.Where(r => r is { Case: null, Verdict: CheckVerdict.Hold }).Select(r => r.Id.Value)], ct);
        return [.. rows.Select(r => new Line(
            r.Id, r.ExternalId, r.Verdict, r.Outcome, r.ReceivedAt, r.Case,
            r.Case is { } c ? states.GetValueOrDefault(c) : r.Verdict is not CheckVerdict.Hold ? null : Words.Of(waiting.Contains(r.Id.Value) ? Cases.CaseState.Open : Cases.CaseState.Decided)))];
    }

    // Held without a case, because the signal is in quarantine: until a lead finds it wrong, or its case is opened.
    private async Task<List<Guid>> Waiting(List<Guid> held, CancellationToken ct) => held.Count == 0 ? [] : await (
        from s in db.Sightings
        join b in db.Banks on s.Bank equals b.Number
        where held.Contains(s.Item) && s.Outcome == SightingOutcome.Quarantined && b.OnMatch == OnMatch.Hold && !db.SignalStandings.Any(x => x.Signal == s.Signal && x.State == StandingState.Disabled)
        select s.Item).Distinct().ToListAsync(ct);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/items", async (string id, ReadItem read, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await read.Run(id, actor, ct)))
        .Requires(Permission.CheckItems)
        .WithSummary("What became of an item");
}
