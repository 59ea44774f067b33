namespace Jaga.Deliveries;

/// <summary>
/// Runs in the transaction that takes in that a message came back after a mail server had taken it on (RFC 3464, <c>failed</c>): how the room that sent it learns
/// that nobody has it. A room above implements it, as it does <see cref="IOnDelivered"/>. The same message may come back more than once.
/// </summary>
public interface IOnReturned
{
    /// <summary>The types of delivery that it wants to hear of.</summary>
    IReadOnlyList<string> Types { get; }

    /// <param name="why">The mail server's words: to be read with care.</param>
    Task Returned(Delivery delivery, string why, CancellationToken ct);
}
