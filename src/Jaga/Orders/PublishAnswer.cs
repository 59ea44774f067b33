using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>Puts an answer at the agency's door and sends it on, in the caller's transaction; and keeps the order's duty once the agency has it.</summary>
public sealed class PublishAnswer(Db db, AuditLog audit, TimeProvider clock, Duties duties, Notices notices, TellAgency tell, Regimes regimes)
{
    /// <summary>Answers an order all of whose locations are settled. A clock that stands still runs again by that: the agency is waited for no more, and the answer is to reach it in time.</summary>
    /// <exception cref="RuleBroken">The order is answered already, or a location is not settled.</exception>
    internal async Task<OrderAnswer> Run(Order order, IReadOnlyList<OrderLocation> locations, string words, Actor actor, CancellationToken ct)
    {
        order.MustBeUnanswered();
        MustBeSettled(locations);
        order.Answer(clock.GetUtcNow());
        await Owe(order, locations, actor, ct);
        if (await AskClarification.Open(db, order, ct) is { PausedAt: not null } owed)
        {
            order.DueAt = (await duties.Resume(owed.Id, "The order is answered.", actor, ct)).DueAt;
        }

        return await Put(order, AnswerOutcomeOf(locations), locations, words, actor, ct);
    }

    /// <summary>
    /// Answers by itself what leaves nothing to a person: the platform confirmed every location as it was ordered, and nobody who went through the check list doubts the order.
    /// Orders about abuse of a child or terrorism need no list.
    /// </summary>
    /// <param name="tell">Whether the leads are told where only the list is missing.</param>
    internal async Task ByItself(Order order, IReadOnlyList<OrderLocation> locations, bool tell, CancellationToken ct)
    {
        if (!locations.All(l => l.State is LocationState.Removed or LocationState.Geoblocked))
        {
            return;
        }

        var found = OrderCheck.Spares(order.Category) ? null : await db.OrderChecks.Where(c => c.OrderId == order.Id).Select(c => c.Finding).ToListAsync(ct);
        if (found is null || (found.Count == Enum.GetValues<CheckItem>().Length && found.TrueForAll(f => f is CheckFinding.Yes)))
        {
            await Run(order, locations, "", Actor.System("orders"), ct);
        }
        else if (tell)
        {
            await notices.Tell(
                Whom.Lead, "leads", null, order.Subject,
                new(
                    $"Everything that order {order.Number} wants is done. It is answered when somebody has gone through its check list.",
                    $"Semua yang diminta perintah {order.Number} sudah dilaksanakan. Perintah dijawab setelah ada yang memeriksa daftar periksanya."),
                urgent: false, null, ct);
        }
    }

    // What follows from having done it, by the regime: the authority is to be told, and what was taken away is to be held.
    private async Task Owe(Order order, IReadOnlyList<OrderLocation> locations, Actor actor, CancellationToken ct)
    {
        if (regimes.OrdersUnder(order.Regime) is not { } rules || locations.Where(l => l.DoneAt is not null).ToList() is not { Count: > 0 } done)
        {
            return;
        }

        var agency = await Agency.Find(db, order.Agency, ct);
        if (rules.Inform is { } inform)
        {
            duties.Open(inform, order.Subject, agency.Name, actor, done.Max(l => l.DoneAt));
        }

        foreach (var location in rules.Preserve is null ? [] : done)
        {
            duties.Open(rules.Preserve!, location.About, agency.Name, actor, location.DoneAt);
        }
    }

    /// <summary>Puts an answer or a question at the door.</summary>
    internal async Task<OrderAnswer> Put(Order order, AnswerOutcome outcome, IReadOnlyList<OrderLocation> locations, string words, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var agency = await Agency.Find(db, order.Agency, ct);
        var answer = new OrderAnswer
        {
            Id = Id<OrderAnswer>.New(now),
            OrderId = order.Id,
            Outcome = outcome,
            Words = words,
            Text = AnswerText.Whole(agency, order, outcome, words, locations),
            By = actor.ToString(),
            At = now,
        };
        db.Add(answer);
        audit.Record(actor, outcome switch { AnswerOutcome.Clarification => "order.questioned", AnswerOutcome.Normalisation => "order.normalisation-asked", _ => "order.answered" }, order.Subject, words, new { answer = answer.Id, outcome });
        var alsoSent = await tell.Answered(agency, order, answer, locations, ct);

        // Whoever came through the door fetches the answer there. Where another way is set, or the order came by letter, only its receipt shows that they have it.
        if (!alsoSent && order.Channel is OrderChannel.Door)
        {
            await Serve(order, answer, new("receipt", $"door-{answer.Id}"), actor, ct);
        }

        return answer;
    }

    /// <summary>The agency has the answer: the order's duty is kept by that, the first time.</summary>
    /// <param name="by">The delivery, or the receipt by which that is known.</param>
    internal async Task Serve(Order order, OrderAnswer answer, Subject by, Actor actor, CancellationToken ct)
    {
        if (answer.ServedAt is not null)
        {
            return;
        }

        (answer.ServedAt, answer.ServedBy) = (clock.GetUtcNow(), by.ToString());
        audit.Record(actor, "order.served", order.Subject, "", new { answer = answer.Id, by });
        await notices.Over(order.Subject, ct);
        if (answer.Outcome is AnswerOutcome.Clarification)
        {
            await StandStill(order, answer, actor, ct);
        }
        else if (answer.Outcome is not AnswerOutcome.Normalisation)
        {
            await duties.Keep(order.Subject, order.Clause, by, actor, ct);
            await duties.Keep(order.Subject, ReceiveOrder.TakeClause, by, actor, ct);
            if (regimes.OrdersUnder(order.Regime)?.Inform is { } inform)
            {
                await duties.Keep(order.Subject, inform, by, actor, ct);
            }

            foreach (var warning in await db.OrderWarnings.Where(w => w.OrderId == order.Id).ToListAsync(ct))
            {
                await duties.Keep(warning.Subject, warning.Clause, by, actor, ct);
            }
        }
    }

    // The agency has the question: from here on it is silent. Where the regime allows that, and the time is not over, the clock stands still for it.
    private async Task StandStill(Order order, OrderAnswer question, Actor actor, CancellationToken ct)
    {
        if (order.State is OrderState.Clarifying && question.RepliedAt is null && regimes.OrdersUnder(order.Regime) is { ClarifyingPauses: true } rules
            && await AskClarification.Open(db, order, ct) is { PausedAt: null, State: ObligationState.Open } owed && owed.DueAt > clock.GetUtcNow())
        {
            await duties.Pause(owed.Id, $"{AskClarification.Ground} {rules.ClarifyingNote}", actor, ct);
        }
    }

    /// <exception cref="RuleBroken">A location is neither confirmed nor refused.</exception>
    internal static void MustBeSettled(IReadOnlyList<OrderLocation> locations)
    {
        if (locations.Where(l => !l.IsSettled).Select(l => l.Number).ToList() is { Count: > 0 } open)
        {
            throw new RuleBroken($"Not every location is settled: {string.Join(", ", open.Take(20))}. Decide its case, wait for the platform's receipt, or refuse it with a ground.");
        }
    }

    private static AnswerOutcome AnswerOutcomeOf(IReadOnlyList<OrderLocation> locations) => OrderAnswer.Of(locations.Select(l => l.State));
}
