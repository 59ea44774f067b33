namespace Jaga.Disclosure;

/// <summary>A question to the agency, and its answer. While it waits, the clocks of the request stand still on this ground where the regime lets them; both sides see it.</summary>
public sealed class Clarification : IEntity, IAudited
{
    public Id<Clarification> Id { get; init; }

    public Id<DataRequest> Request { get; init; }

    public required string Question { get; init; }

    public required string AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public string? Answer { get; private set; }

    public string? AnsweredBy { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    // A question about a request is an act about it.
    public Subject Subject => Subject.Of("data-request", Request);

    internal void Reply(string answer, Actor by, DateTimeOffset now) => (Answer, AnsweredBy, AnsweredAt) = (answer, by.ToString(), now);

    internal sealed class Table : IEntityTypeConfiguration<Clarification>
    {
        public void Configure(EntityTypeBuilder<Clarification> builder)
        {
            builder.ToTable("data_clarifications").Ignore(c => c.Subject);
            builder.HasOne<DataRequest>().WithMany().HasForeignKey(c => c.Request);
        }
    }
}
