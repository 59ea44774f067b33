namespace Jaga.Disclosure;

/// <summary>A question to the agency, and its answer. While it waits for one that the agency can give, because it has the question, the clocks of the request stand still where the regime lets them; both sides see it.</summary>
public sealed class Clarification : IEntity, IAudited, ITold
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

    public Subject Told => Subject.Of("data-question", Id);

    public DateTimeOffset? ReadAt { get; set; }

    public DateTimeOffset? ServedAt { get; set; }

    public string? ServedBy { get; set; }

    internal void Reply(string answer, Actor by, DateTimeOffset now) => (Answer, AnsweredBy, AnsweredAt) = (answer, by.ToString(), now);

    internal sealed class Table : IEntityTypeConfiguration<Clarification>
    {
        public void Configure(EntityTypeBuilder<Clarification> builder)
        {
            builder.ToTable("data_clarifications").Ignore(c => c.Subject).Ignore(c => c.Told);
            builder.HasOne<DataRequest>().WithMany().HasForeignKey(c => c.Request);
        }
    }
}
