namespace Jaga.Orders;

/// <summary>A warning letter about an order. A fine is kept as the letter names it and never reckoned: the tables behind it are not known here.</summary>
public sealed class OrderWarning : IEntity
{
    public required Id<OrderWarning> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    /// <summary>Which one it is, from 1; the regime says how many there can be.</summary>
    public int Number { get; init; }

    /// <summary>What the regime calls it, e.g. <c>ST2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The letter's own reference.</summary>
    public string? Reference { get; init; }

    /// <summary>What it says.</summary>
    public required string Says { get; init; }

    /// <summary>The fine in whole units of <see cref="FineCurrency"/>, as the letter names it.</summary>
    public long? FineAmount { get; init; }

    /// <summary>ISO 4217, e.g. <c>IDR</c>.</summary>
    public string? FineCurrency { get; init; }

    /// <summary>The fine's points, as the letter names them.</summary>
    public string? FinePoints { get; init; }

    /// <summary>The clause whose clock it opened.</summary>
    public required string Clause { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the clock that it opened runs out.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>As in the audit log.</summary>
    public required string RegisteredBy { get; init; }

    public Subject Subject => Subject.Of("order-warning", Id);

    internal sealed class Table : IEntityTypeConfiguration<OrderWarning>
    {
        public void Configure(EntityTypeBuilder<OrderWarning> builder)
        {
            builder.ToTable("order_warnings").Ignore(w => w.Subject);
            builder.HasOne<Order>().WithMany().HasForeignKey(w => w.OrderId);
        }
    }
}

/// <summary>What the platform says to a warning.</summary>
public enum ReplyKind
{
    /// <summary>In words: done, or why not.</summary>
    Answer,

    /// <summary>That the fine will be paid (SAMAN: Surat Komitmen Pembayaran Denda Administratif).</summary>
    PaymentCommitment,

    /// <summary>That the warning is wrong (SAMAN: sanggah). The agency answers it.</summary>
    Objection,

    /// <summary>That the fine is paid, with the proof in words.</summary>
    Paid,
}

/// <summary>The platform's reply to a warning, and how the agency came to have it.</summary>
public sealed class OrderReply : IEntity
{
    public required Id<OrderReply> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    public required Id<OrderWarning> WarningId { get; init; }

    public ReplyKind Kind { get; init; }

    public required string Words { get; init; }

    /// <summary>As in the audit log.</summary>
    public required string By { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset? ServedAt { get; set; }

    public string? ServedBy { get; set; }

    /// <summary>For an objection: whether the agency agreed. Null while it has not answered.</summary>
    public bool? Upheld { get; set; }

    /// <summary>What the agency said to the objection.</summary>
    public string? AnswerWords { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    public Subject Subject => Subject.Of("order-reply", Id);

    internal sealed class Table : IEntityTypeConfiguration<OrderReply>
    {
        public void Configure(EntityTypeBuilder<OrderReply> builder)
        {
            builder.ToTable("order_replies").Ignore(r => r.Subject);
            builder.HasOne<OrderWarning>().WithMany().HasForeignKey(r => r.WarningId);
        }
    }
}
