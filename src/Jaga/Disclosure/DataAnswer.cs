using Jaga.People;

namespace Jaga.Disclosure;

/// <summary>An answer to a request: proposed by one person, released or sent back by another. A request may have several, of which at most one is released and not taken back.</summary>
public sealed class DataAnswer : IEntity, IAudited, ITold
{
    public Id<DataAnswer> Id { get; init; }

    public Id<DataRequest> Request { get; init; }

    public DataOutcome Outcome { get; init; }

    /// <summary>The classes that are given; none for a refusal.</summary>
    public required IReadOnlyList<DataClass> Classes { get; init; }

    /// <summary>Of them those that rest on the emergency; their proper documents are owed afterwards.</summary>
    public IReadOnlyList<DataClass> ByEmergency { get; private set; } = [];

    /// <summary>Why not all of it, in words that the agency reads; null where everything is given.</summary>
    public string? Ground { get; init; }

    /// <summary>What the proposer looked into.</summary>
    public required IReadOnlyList<DataCheck> Checked { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string ProposedBy { get; init; }

    public DateTimeOffset ProposedAt { get; init; }

    public string? ReleasedBy { get; private set; }

    public DateTimeOffset? ReleasedAt { get; private set; }

    /// <summary>Who sent it back.</summary>
    public string? RejectedBy { get; private set; }

    public DateTimeOffset? RejectedAt { get; private set; }

    public string? RejectedBecause { get; private set; }

    /// <summary>Who took the release back, before the agency had anything by it.</summary>
    public string? WithdrawnBy { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public string? WithdrawnBecause { get; private set; }

    /// <summary>What the platform was asked for (JSON of <see cref="DataQuestion"/>).</summary>
    public string? Asked { get; private set; }

    // An answer to a request is an act about the request.
    public Subject Subject => Subject.Of("data-request", Request);

    public Subject Told => Subject.Of("data-answer", Id);

    public DateTimeOffset? ReadAt { get; set; }

    public DateTimeOffset? ServedAt { get; set; }

    public string? ServedBy { get; set; }

    /// <summary>Whether it waits for the second person.</summary>
    public bool Waits => ReleasedAt is null && RejectedAt is null;

    /// <summary>Sends it back to be thought over.</summary>
    internal void Reject(string because, Actor by, DateTimeOffset now) => (RejectedBy, RejectedAt, RejectedBecause) = (by.ToString(), now, because);

    /// <summary>The release is taken back: a document that it rests on proved false.</summary>
    internal void Withdraw(string because, Actor by, DateTimeOffset now) => (WithdrawnBy, WithdrawnAt, WithdrawnBecause) = (by.ToString(), now, because);

    /// <summary>The second person lets it go. The rules are asked again: between proposal and release a document may have been found false.</summary>
    /// <exception cref="RuleBroken">It is the same person, or a class lacks its document; the sentence names it.</exception>
    internal void Release(DataRequest request, IReadOnlyList<ClassVerdict> verdicts, DataQuestion? question, Actor by, DateTimeOffset now)
    {
        if (by.ToString() == ProposedBy)
        {
            throw new RuleBroken("Two persons release data: somebody else must look at what you proposed.");
        }

        MustRest(request, Classes, verdicts);
        (ReleasedBy, ReleasedAt, ByEmergency, Asked) = (by.ToString(), now, [.. verdicts.Where(v => v.ByEmergency).Select(v => v.Class)], question?.ToJson());
    }

    /// <summary>A proposal.</summary>
    /// <exception cref="RuleBroken">A class lacks its document; the sentence names it.</exception>
    internal static DataAnswer Propose(DataRequest request, DataOutcome outcome, IReadOnlyList<DataClass> classes, string? ground, IReadOnlyList<DataCheck> @checked, IReadOnlyList<ClassVerdict> verdicts, Actor by, DateTimeOffset now)
    {
        MustRest(request, classes, verdicts);
        return new()
        {
            Id = Id<DataAnswer>.New(now), Request = request.Id, Outcome = outcome, Classes = [.. classes.Distinct().Order()], Ground = ground,
            Checked = [.. @checked.Distinct().Order()], ProposedBy = by.ToString(), ProposedAt = now,
        };
    }

    private static void MustRest(DataRequest request, IReadOnlyList<DataClass> classes, IReadOnlyList<ClassVerdict> verdicts)
    {
        foreach (var one in classes)
        {
            if (!request.Classes.Contains(one))
            {
                throw new RuleBroken("Only what was asked for can be given.");
            }

            var verdict = verdicts.SingleOrDefault(v => v.Class == one) ?? throw new RuleBroken("This class was not judged.");
            if (!verdict.May)
            {
                throw new RuleBroken(verdict.Why.En, verdict.Why.Id);
            }
        }
    }

    internal sealed class Table : IEntityTypeConfiguration<DataAnswer>
    {
        public void Configure(EntityTypeBuilder<DataAnswer> builder)
        {
            builder.ToTable("data_answers").Ignore(a => a.Subject).Ignore(a => a.Told).Ignore(a => a.Waits);
            builder.HasOne<DataRequest>().WithMany().HasForeignKey(a => a.Request);
            builder.Property(a => a.Classes).HasWords();
            builder.Property(a => a.ByEmergency).HasWords();
            builder.Property(a => a.Checked).HasWords();
        }
    }
}

/// <summary>Which answers count.</summary>
internal static class DataAnswers
{
    /// <summary>Those that were released and not taken back.</summary>
    public static IQueryable<DataAnswer> InForce(this IQueryable<DataAnswer> answers) => answers.Where(a => a.ReleasedAt != null && a.WithdrawnAt == null);
}
