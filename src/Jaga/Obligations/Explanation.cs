namespace Jaga.Obligations;

/// <summary>What a person said about an obligation that was broken, kept late or cancelled. It is added to, never changed.</summary>
public sealed class Explanation : IEntity
{
    public Id<Explanation> Id { get; init; }

    public Id<Obligation> Obligation { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string SaidBy { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public required string Words { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Explanation>
    {
        public void Configure(EntityTypeBuilder<Explanation> builder) => builder.ToTable("explanations").HasOne<Obligation>().WithMany().HasForeignKey(e => e.Obligation);
    }
}
