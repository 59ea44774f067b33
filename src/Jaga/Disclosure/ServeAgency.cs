using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>
/// Brings answers without data and questions to their agency. Only when the agency has it, an answer keeps what is owed, and a question stops the clocks, where the regime lets it.
/// </summary>
public sealed class ServeAgency(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Regimes regimes, Duties duties, Notices notices, TellAgency tell)
{
    // What the pause's ground begins with, by which this one is told from others. The question itself is for those who may read requests for data.
    private const string Ground = "The authority was asked what it means.";

    /// <summary>Puts it at the agency's door, and on its way.</summary>
    /// <returns>Whether a clock stands still by it already.</returns>
    internal async Task<bool> Put(DataRequest request, ITold told, Actor actor, CancellationToken ct)
    {
        var agency = await Agency.Find(db, Id<Agency>.Parse(request.Agency, null), ct);

        // Whoever came through the door fetches it there. Where another way is set, or the request came by letter, only its receipt shows that they have it.
        return !await tell.Send(agency, request, told, ct) && !request.ByStaff && await Serve(request, told, new("receipt", $"door-{told.Told.Id}"), actor, ct);
    }

    /// <summary>The agency has it. Counts once.</summary>
    /// <param name="by">The delivery, or the receipt by which that is known.</param>
    /// <returns>Whether a clock stands still by it.</returns>
    internal async Task<bool> Serve(DataRequest request, ITold told, Subject by, Actor actor, CancellationToken ct)
    {
        if (told.ServedAt is not null)
        {
            return false;
        }

        (told.ServedAt, told.ServedBy) = (clock.GetUtcNow(), by.ToString());
        request.Touch();
        audit.Record(actor, "data-request.served", request.Subject, "", new { told.Told, by });
        await notices.Over(request.Subject, ct);
        if (told is Clarification question)
        {
            return question.AnsweredAt is null && await Pause(request, actor, ct);
        }

        await duties.KeepAll(request.Subject, by, actor, ct);
        return false;
    }

    /// <summary>The mail that had served it came back: an answer is owed again, and to a question that did not arrive nobody is silent.</summary>
    internal async Task Lost(DataRequest request, ITold told, Subject by, string why, Actor actor, CancellationToken ct)
    {
        (told.ServedAt, told.ServedBy) = (null, null);
        request.Touch();
        if (told is not Clarification question)
        {
            await duties.ReopenAll(request.Subject, by, $"The mail came back: {why}", actor, ct);
        }
        else if (question.AnsweredAt is null)
        {
            foreach (var still in (await folder.Clocks(request, ct)).Where(o => o.IsOwed && o.PausedAt is not null))
            {
                if (await db.Pauses.AnyAsync(p => p.Obligation == still.Id && p.EndsAt == null && p.Ground.StartsWith(Ground), ct))
                {
                    await duties.Resume(still.Id, $"The question came back: {why}", actor, ct);
                }
            }
        }
    }

    // Once an answer is proposed the question is no longer waited for; a clock that has run out stays so.
    private async Task<bool> Pause(DataRequest request, Actor actor, CancellationToken ct)
    {
        var (rules, now) = (regimes.OrdersUnder(request.Regime), clock.GetUtcNow());
        if (rules?.ClarifyingPauses is not true || request.State is not DataRequestState.Open)
        {
            return false;
        }

        var running = (await folder.Clocks(request, ct)).Where(o => o.State is ObligationState.Open && o.PausedAt is null && now < o.DueAt).ToList();
        foreach (var one in running)
        {
            await duties.Pause(one.Id, $"{Ground} {rules.ClarifyingNote}", actor, ct);
        }

        return running.Count > 0;
    }
}
