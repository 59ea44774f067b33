namespace Jaga.Reports.Flaggers;

/// <summary>What is done about manifestly unfounded reports.</summary>
public enum MisuseStep
{
    /// <summary>Told that it goes on no longer.</summary>
    Warning,

    /// <summary>For a set time, reports weigh nothing.</summary>
    Suspension,
}

/// <summary>
/// A warning or a suspension of somebody who often sends manifestly unfounded reports (Regulation (EU) 2022/2065, article 23(2)): a flagger, or a user of the platform whom
/// the house knows by a pseudonym only. What they report meanwhile is kept and answered like all else; it only weighs nothing in the queue.
/// </summary>
public sealed class Misuse : IEntity, IAudited
{
    /// <summary>The longest suspension, in days. The law says "a reasonable period" and names none: this is the house's own.</summary>
    public const int LongestDays = 180;

    private const int LongestReason = 2000;

    public Id<Misuse> Id { get; private init; }

    /// <summary>Whose: <c>flagger/ID</c>, or <c>reporter/DIGEST</c> for <see cref="PassedReport.Reporter"/>.</summary>
    public string By { get; private init; } = "";

    public MisuseStep Step { get; private init; }

    /// <summary>Why, 1 to 2,000 characters; they read it.</summary>
    public string Reason { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    /// <summary>The warning that a suspension rests on; null for a warning.</summary>
    public Id<Misuse>? Warning { get; private init; }

    /// <summary>When a suspension is over by itself; null for a warning.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>When they had it: the webhook was confirmed, they read it, or somebody told them another way. Null while nobody knows that they have.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    /// <summary>When a lead lifted it before its time.</summary>
    public DateTimeOffset? LiftedAt { get; private set; }

    public Subject Subject => Subject.Of("misuse", Id);

    /// <summary>A user of the platform, as <see cref="By"/> has them.</summary>
    public static string Reporter(string pseudonym) => $"reporter/{pseudonym}";

    /// <summary>Whether it is a suspension in force.</summary>
    public bool Stands(DateTimeOffset now) => LiftedAt is null && Until > now;

    internal static Misuse Warn(string by, string reason, DateTimeOffset now) => new() { Id = Id<Misuse>.New(now), By = by, Step = MisuseStep.Warning, Reason = Why(reason), At = now };

    /// <summary>The suspension that follows on what was before.</summary>
    /// <param name="before">All steps of the same one.</param>
    /// <exception cref="RuleBroken">There was no warning since the last suspension, it has not reached them, or a suspension is in force.</exception>
    internal static Misuse Suspend(string by, string reason, int days, IReadOnlyCollection<Misuse> before, DateTimeOffset now)
    {
        if (days is < 1 or > LongestDays)
        {
            throw new BadInput("days", $"A suspension takes 1 to {LongestDays} days.");
        }

        if (before.Any(m => m.Stands(now)))
        {
            throw new RuleBroken("A suspension is in force already.");
        }

        var warning = before.Where(m => m.Step is MisuseStep.Warning && before.All(s => s.Warning != m.Id)).MaxBy(m => m.At);
        if (warning is null || before.Any(s => s.Step is MisuseStep.Suspension && s.At > warning.At))
        {
            throw new RuleBroken("Only who was warned can be suspended, and each suspension takes a warning of its own. Warn first.");
        }

        return warning.ToldAt is null
            ? throw new RuleBroken("The warning has not reached them yet. A suspension rests on a warning that was delivered or read.")
            : new() { Id = Id<Misuse>.New(now), By = by, Step = MisuseStep.Suspension, Reason = Why(reason), At = now, Warning = warning.Id, Until = now.AddDays(days) };
    }

    /// <exception cref="RuleBroken">It is no suspension in force.</exception>
    internal void Lift(DateTimeOffset now) => LiftedAt = Stands(now) ? now : throw new RuleBroken("This is no suspension that is in force.");

    /// <summary>They have it.</summary>
    internal void Tell(DateTimeOffset now) => ToldAt ??= now;

    internal static string Why(string? reason) => reason?.Trim() is { Length: > 0 and <= LongestReason } why ? why : throw new BadInput("reason", $"Say why, in 1 to {LongestReason:N0} characters.");

    internal sealed class Table : IEntityTypeConfiguration<Misuse>
    {
        public void Configure(EntityTypeBuilder<Misuse> builder) => builder.ToTable("misuses").Ignore(m => m.Subject);
    }
}
