namespace Jaga.Orders;

/// <summary>What an answer says as a whole.</summary>
public enum AnswerOutcome
{
    /// <summary>Everything was done everywhere.</summary>
    Complied,

    /// <summary>Everything was done in the countries named.</summary>
    Geoblocked,

    /// <summary>Some of it was done, or less than was ordered.</summary>
    InPart,

    /// <summary>Nothing was done, on the grounds named.</summary>
    Refused,

    /// <summary>The agency is asked what it means.</summary>
    Clarification,

    /// <summary>The agency is asked to restore access, for what it ordered is done.</summary>
    Normalisation,
}

/// <summary>One answer to an order, as it stands at the agency's door, and how the agency came to have it.</summary>
public sealed class OrderAnswer : IEntity
{
    /// <summary>The most characters in its words.</summary>
    public const int MostWords = 10_000;

    public required Id<OrderAnswer> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    public AnswerOutcome Outcome { get; init; }

    /// <summary>What a person wrote; may be empty where the locations say all.</summary>
    public required string Words { get; init; }

    /// <summary>The whole text in the agency's language, as it was sent.</summary>
    public required string Text { get; init; }

    /// <summary>Who answered, as in the audit log.</summary>
    public required string By { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>For a request to restore access: whether the agency did; null while it has not said.</summary>
    public bool? Restored { get; set; }

    /// <summary>For a question, or a request to restore access: what the agency answered.</summary>
    public string? Reply { get; set; }

    public DateTimeOffset? RepliedAt { get; set; }

    /// <summary>When the agency first read it at the door.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>When the agency had it: lying at its door, taken by its webhook or mail server, read, or brought by other means.</summary>
    public DateTimeOffset? ServedAt { get; set; }

    /// <summary>How, as <c>kind/id</c> or in words.</summary>
    public string? ServedBy { get; set; }

    public Subject Subject => Subject.Of("order-answer", Id);

    /// <summary>What the locations' states come to.</summary>
    public static AnswerOutcome Of(IEnumerable<LocationState> states)
    {
        var all = states.Distinct().ToList();
        return all switch
        {
            _ when all.TrueForAll(s => s is LocationState.Removed) => AnswerOutcome.Complied,
            _ when all.TrueForAll(s => s is LocationState.Removed or LocationState.Geoblocked) => AnswerOutcome.Geoblocked,
            _ when all.TrueForAll(s => s is LocationState.Refused) => AnswerOutcome.Refused,
            _ => AnswerOutcome.InPart,
        };
    }

    internal sealed class Table : IEntityTypeConfiguration<OrderAnswer>
    {
        public void Configure(EntityTypeBuilder<OrderAnswer> builder)
        {
            builder.ToTable("order_answers").Ignore(a => a.Subject);
            builder.HasOne<Order>().WithMany().HasForeignKey(a => a.OrderId);
        }
    }
}
