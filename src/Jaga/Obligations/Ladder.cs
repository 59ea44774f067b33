using System.Text.Json;

namespace Jaga.Obligations;

/// <summary>
/// One version of what the operator has set for a clause in place of the regime's own ladder, and time: who, when and why stay on record.
/// The newest version is in force for what is opened from then on; what is open keeps the ladder it was opened with.
/// </summary>
public sealed class Ladder : IEntity, IAudited
{
    /// <summary>The most rungs of a ladder.</summary>
    public const int Most = 12;

    public required Id<Ladder> Id { get; init; }

    /// <summary>The clause's name, <c>regime.key</c>.</summary>
    public required string Clause { get; init; }

    /// <summary>The queue for which it is meant; empty for whichever queue owns the obligation.</summary>
    public required string Queue { get; init; }

    /// <summary>The version, from 1, of this clause and queue.</summary>
    public int Number { get; init; }

    /// <summary>The operator's own time, ISO 8601; null for the regime's.</summary>
    public string? Due { get; init; }

    /// <summary>The steps (JSON); null: the regime's own are in force again.</summary>
    public string? Steps { get; init; }

    public DateTimeOffset SetAt { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string SetBy { get; init; }

    public required string Why { get; init; }

    public Subject Subject => new("ladder", Clause);

    /// <summary>The steps, or null where the regime's own are in force.</summary>
    public IReadOnlyList<Step>? ReadSteps() => Steps is null ? null : JsonSerializer.Deserialize<List<Step>>(Steps, Json.Options);

    /// <summary>The clause with this version in place of its own ladder and time.</summary>
    public Clause Over(Clause clause) => clause with { Ladder = ReadSteps() ?? clause.Ladder, Due = Due is null ? clause.Due : LegalClock.Parse(Due, clause.Due.Counted, clause.Due.Calendar) };

    /// <summary>What is wrong with steps as a ladder, in words that follow "the ladder"; null for nothing.</summary>
    public static string? Wrong(IReadOnlyList<Step> steps)
    {
        if (steps.Count is 0 or > Most)
        {
            return $"takes 1 to {Most} rungs";
        }

        if (steps.Any(s => s.Percent is < 0 or > 1000) || steps.Zip(steps.Skip(1)).Any(p => p.First.Percent > p.Second.Percent))
        {
            return "takes rising percentages from 0 to 1000";
        }

        if (!steps.Any(s => s.Percent == 100))
        {
            return "has no rung at 100, so nobody would hear that the time is over";
        }

        return steps.SkipLast(1).Any(s => s.AgainHours is not null) || steps[^1] is { AgainHours: < 1 or > 8760 } or { AgainHours: not null, Percent: < 100 }
            ? "takes againHours, 1 to 8760, on its last rung only, which then stands at 100 or above"
            : null;
    }

    internal sealed class Table : IEntityTypeConfiguration<Ladder>
    {
        public void Configure(EntityTypeBuilder<Ladder> builder) => builder.ToTable("ladders").Ignore(l => l.Subject);
    }
}
