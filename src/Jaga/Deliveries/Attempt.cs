namespace Jaga.Deliveries;

/// <summary>What one try came to. All but <see cref="Confirmed"/> leave the delivery waiting.</summary>
public enum Outcome
{
    /// <summary>The receiver answered 2xx, or its mail server took the message.</summary>
    Confirmed,

    /// <summary>4xx: the receiver does not want this message.</summary>
    Refused,

    /// <summary>410: there is no receiver any more.</summary>
    Gone,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>3xx: redirects are not followed.</summary>
    Redirected,

    ServerError,
    DnsFailure,

    /// <summary>The name leads to an address that is forbidden: a private network, the machine itself, a cloud's metadata.</summary>
    ForbiddenAddress,
    ConnectTimeout,
    ConnectFailed,
    TlsFailure,

    /// <summary>Connected, but no whole answer within the receiver's time.</summary>
    Timeout,

    /// <summary>The answer broke off or is not HTTP.</summary>
    BrokenAnswer,

    /// <summary>The answer is larger than a receipt may be.</summary>
    TooLarge,

    /// <summary>The receiver has it, but what it answered could not be taken in; it is sent again with the same id.</summary>
    ReceiptNotTaken,

    /// <summary>It cannot be sent as it stands, e.g. no mail server is set.</summary>
    NotSendable,
}

/// <summary>One try of a delivery, and what it came to.</summary>
public sealed class Attempt : IEntity
{
    /// <summary>The longest part of an answer that is kept on an attempt.</summary>
    public const int MaxExcerpt = 500;

    public Id<Attempt> Id { get; init; }

    public Id<Delivery> Delivery { get; init; }

    public DateTimeOffset At { get; init; }

    public int TookMs { get; init; }

    public Outcome Outcome { get; init; }

    /// <summary>The status of HTTP or SMTP, where there was one.</summary>
    public int? Status { get; init; }

    /// <summary>The start of what was answered, or what failed; printable characters only, at most 500.</summary>
    public string? Excerpt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Attempt>
    {
        public void Configure(EntityTypeBuilder<Attempt> builder) => builder.ToTable("attempts");
    }
}

/// <summary>What it is that a failed try speaks of: by it a circuit knows whether the receiver is there.</summary>
public enum Fault
{
    /// <summary>The receiver.</summary>
    Receiver,

    /// <summary>This message alone; of the receiver nothing is learnt.</summary>
    Message,

    /// <summary>The one address: the mail server is there, and said so.</summary>
    Address,
}

/// <summary>What a try came to, before it is a row.</summary>
/// <param name="Answer">The answer or the failure, as it came; cut and cleaned before it is kept anywhere but as the receipt.</param>
public sealed record Tried(Outcome Outcome, int? Status = null, string Answer = "")
{
    /// <summary>Whose fault a failure is.</summary>
    public Fault Fault { get; init; }

    /// <summary>The start of the answer, safe to show.</summary>
    public string? Excerpt => Answer.Length == 0 ? null : new([.. Answer.Take(Attempt.MaxExcerpt).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]);
}
