namespace Jaga.Deliveries;

/// <summary>How a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>The other side does not have it, or has not said so. It is tried until it has.</summary>
    Waiting,

    /// <summary>The other side said that it has it.</summary>
    Confirmed,

    /// <summary>A person gave it up, and said why.</summary>
    Cancelled,
}

/// <summary>One message on its way to somebody outside, until they have it.</summary>
public sealed class Delivery : IEntity, IAudited
{
    public Id<Delivery> Id { get; init; }

    /// <summary>The order in which deliveries were written; the store gives it.</summary>
    public long Seq { get; private set; }

    public Id<Receiver> Receiver { get; init; }

    /// <summary>What happened, e.g. <c>action.requested</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The message as it is sent, the same bytes at every try; empty once it is forgotten.</summary>
    public required string Body { get; init; }

    public Subject About { get; init; }

    /// <summary>Deliveries of one stream to one receiver go out in order, each when the one before it is over; null for no order.</summary>
    public string? Stream { get; init; }

    public DeliveryState State { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset DueAt { get; init; }

    public Guid? LeasedBy { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>Times it was taken to be sent.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? FirstFailedAt { get; init; }

    /// <summary>What the last try came to.</summary>
    public Outcome? LastOutcome { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>What the receiver answered, word for word.</summary>
    public string? Receipt { get; private set; }

    public string? CancelledBecause { get; private set; }

    /// <summary>When what it said was forgotten, a while after it was over (<see cref="DeliverySettings.Keep"/>).</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>SHA-256 of what was forgotten, in hexadecimal.</summary>
    public string? BodySha256 { get; init; }

    /// <summary>The id that the receiver knows it by, the same at every try: a receiver that has seen it must not act again.</summary>
    public string MessageId => $"msg_{Id.Value:n}";

    public Subject Subject => Subject.Of("delivery", Id);

    /// <summary>The receiver has it.</summary>
    internal void Confirm(string receipt, DateTimeOffset now) =>
        (State, LastOutcome, ConfirmedAt, Receipt) = (DeliveryState.Confirmed, Outcome.Confirmed, now, receipt);

    internal sealed class Table : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> builder)
        {
            // The store's number is the key: rows of one transaction are then inserted, and so numbered, in the order in which they were added.
            builder.ToTable("deliveries").Ignore(d => d.MessageId).Ignore(d => d.Subject).HasKey(d => d.Seq);
            builder.Property(d => d.Seq).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>Runs in the transaction that confirms a delivery of its type: how the room that sent it learns that it arrived. A room above implements it.</summary>
public interface IOnDelivered
{
    /// <summary>The type of delivery that it wants to hear of.</summary>
    string Type { get; }

    /// <param name="receipt">What the receiver answered, as it answered: to be read with care.</param>
    Task Delivered(Delivery delivery, string receipt, CancellationToken ct);

    /// <summary>The receiver does not want this message (a refusal for good: HTTP 4xx, SMTP 5xx). It goes on being tried until a person cancels it.</summary>
    Task Refused(Delivery delivery, Tried tried, CancellationToken ct) => Task.CompletedTask;
}
