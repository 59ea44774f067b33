namespace Jaga.Obligations;

/// <summary>A time during which an obligation's clock stood still, and on what ground: a question to the authority, an objection, …</summary>
public sealed class Pause : IEntity
{
    public Id<Pause> Id { get; init; }

    public Id<Obligation> Obligation { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? EndsAt { get; internal set; }

    /// <summary>When it ends by what was set for it, e.g. a withholding; null where it lasts until somebody does something.</summary>
    public DateTimeOffset? EndsBy { get; init; }

    /// <summary>When it was last told that it lasts (<see cref="TellOfPauses"/>); null while it never was.</summary>
    public DateTimeOffset? ToldAt { get; internal set; }

    public required string Ground { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string StartedBy { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Pause>
    {
        public void Configure(EntityTypeBuilder<Pause> builder) => builder.ToTable("pauses");
    }
}
