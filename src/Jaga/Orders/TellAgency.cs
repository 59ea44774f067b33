using Jaga.Deliveries;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// Brings receipts, answers and replies to an agency, in the caller's transaction: they lie at its door, and go by its webhook and by e-mail where those are set.
/// </summary>
public sealed class TellAgency(WayToAgency way)
{
    /// <summary>The types of what is told, by which the webhook's receiver tells them apart.</summary>
    public const string ReceivedType = "order.received", AnsweredType = "order.answered", RepliedType = "order.replied";

    /// <summary>The receipt. It is owed to nobody that it arrives: the agency had it in the answer to its own request.</summary>
    internal Task Received(Agency agency, Order order, CancellationToken ct) => Send(
        agency, ReceivedType, order.Subject,
        new { order.Id, order.Number, order.Reference, order.ReceivedAt, order.DueAt, order.Clause, order.Urgent },
        AnswerText.ReceiptSubject(agency, order), AnswerText.Receipt(agency, order), order, ct);

    /// <summary>An answer, or a question.</summary>
    /// <returns>Whether it went any way but the door.</returns>
    internal Task<bool> Answered(Agency agency, Order order, OrderAnswer answer, IReadOnlyList<OrderLocation> locations, CancellationToken ct) => Send(
        agency, AnsweredType, answer.Subject,
        new { order.Id, order.Number, order.Reference, answer.Outcome, answer.At, answer.Words, locations = locations.Select(l => LocationTold.Of(l, NarrowestScope.Countries(order, agency), answered: true)) },
        AnswerText.Subject(agency, order, answer.Outcome), answer.Text, order, ct);

    /// <summary>A reply to a warning.</summary>
    /// <returns>Whether it went any way but the door.</returns>
    internal Task<bool> Replied(Agency agency, Order order, OrderWarning warning, OrderReply reply, CancellationToken ct) => Send(
        agency, RepliedType, reply.Subject,
        new { order.Id, order.Number, order.Reference, warning = warning.Name, warningReference = warning.Reference, reply.Kind, reply.Words, reply.At },
        AnswerText.ReplySubject(agency, order, warning), AnswerText.Reply(agency, order, warning, reply), order, ct);

    private Task<bool> Send(Agency agency, string type, Subject about, object payload, string subject, string text, Order order, CancellationToken ct) =>
        way.Send(agency, type, about, order.Subject, payload, subject, text, ct);
}

/// <summary>What the agency is told of one location. Names no member of staff and no account.</summary>
/// <param name="Location">As the order wrote it.</param>
/// <param name="Done">What was done, as the platform confirmed it.</param>
/// <param name="Countries">Where, as far as its own order names it; null for everywhere.</param>
/// <param name="Ground">Why not; with the answer and not before.</param>
/// <param name="Words">The same in words, as the answer says it.</param>
public sealed record LocationTold(int Number, string Location, LocationState State, string? Done, IReadOnlyList<string>? Countries, DateTimeOffset? DoneAt, string? Receipt, RefusalGround? Ground, string? Words)
{
    /// <param name="answered">Whether the order's answer was given. Before that a refusal is the house's own: it may be taken back, and the second person may find otherwise.</param>
    internal static LocationTold Of(OrderLocation l, IReadOnlyList<string>? wanted, bool answered) => new(
        l.Number, l.Location, Told(l.State, answered), l.Done, l.CountriesFor(wanted), l.DoneAt, l.Receipt,
        answered && l.State is LocationState.Refused ? l.Ground : null, answered && l.State is LocationState.Refused ? l.Words : null);

    private static LocationState Told(LocationState state, bool answered) => state switch
    {
        LocationState.Stuck => LocationState.Asked,
        LocationState.Refused when !answered => LocationState.Waiting,
        _ => state,
    };
}
