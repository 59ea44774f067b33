namespace Jaga.Deliveries;

/// <summary>A way to bring one delivery to one receiver. Whatever the outside world does is an outcome, never an exception.</summary>
public interface ISend
{
    /// <summary>The kind of receiver that it reaches.</summary>
    ReceiverKind Kind { get; }

    /// <summary>Tries once, within the receiver's time.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="ct"/> was cancelled: Jaga is stopping.</exception>
    Task<Tried> Try(Receiver receiver, Delivery delivery, CancellationToken ct);
}
