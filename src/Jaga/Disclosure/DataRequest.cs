using Jaga.Evidence;
using Jaga.People;

namespace Jaga.Disclosure;

/// <summary>How far a request for data has come.</summary>
public enum DataRequestState
{
    /// <summary>Waits for a person to check it and propose an answer.</summary>
    Open,

    /// <summary>One person proposed an answer; another must release it.</summary>
    Proposed,

    /// <summary>Released; the platform was asked for the data and has not given it.</summary>
    Collecting,

    /// <summary>The agency has its answer at its door.</summary>
    Answered,
}

/// <summary>What an authority asks: by which right, for what, about whom, since when, and which of the four classes of data.</summary>
public sealed class DataRequest : IEntity, IAudited
{
    public Id<DataRequest> Id { get; init; }

    /// <summary>What both sides call it, e.g. <c>D-2026-1A2B3C4D</c>.</summary>
    public required string Number { get; init; }

    /// <summary>The id of the agency that asks.</summary>
    public required string Agency { get; init; }

    /// <summary>Who sent it, as <see cref="Actor.ToString"/>: the agency's officer or program, or whoever here entered a letter.</summary>
    public required string SentBy { get; init; }

    /// <summary>The regime whose rules (<see cref="DataRules"/>) apply.</summary>
    public required string Regime { get; init; }

    public required string LegalBasis { get; init; }

    public string? Offence { get; init; }

    /// <summary>The offence's maximum imprisonment, in months.</summary>
    public int? MaxPenaltyMonths { get; init; }

    public required string Purpose { get; init; }

    public required string Description { get; init; }

    /// <summary>The time that the data is about; null where it is open.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public required IReadOnlyList<DataClass> Classes { get; init; }

    /// <summary>The emergency that the agency says this is.</summary>
    public EmergencyKind? Emergency { get; init; }

    public string? EmergencyReason { get; init; }

    /// <summary>Whether a person here accepted that it is one; null until somebody has looked.</summary>
    public bool? EmergencyAccepted { get; private set; }

    /// <summary>Why, in that person's words.</summary>
    public string? EmergencyBecause { get; private set; }

    /// <summary>ISO 639-1, of the request.</summary>
    public required string Language { get; init; }

    /// <summary>The agency's own reference.</summary>
    public string? Reference { get; init; }

    /// <summary>Whom to ask there.</summary>
    public string? Contact { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public DataRequestState State { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>What the platform gave, in the vault; null while there is nothing.</summary>
    public Id<VaultObject>? Data { get; private set; }

    /// <summary>The seal over the data, the documents and the record.</summary>
    public Id<Exhibit>? Exhibit { get; private set; }

    /// <summary>Which fields were given and how many values each, and which are not held (JSON of <see cref="GivenSubject"/>); never the values.</summary>
    public string? Given { get; private set; }

    /// <summary>When the agency first took the data.</summary>
    public DateTimeOffset? CollectedAt { get; private set; }

    /// <summary>Counts the changes, so that two people's acts at once do not both count.</summary>
    public int Version { get; private set; }

    public Subject Subject => Subject.Of("data-request", Id);

    /// <summary>What is owed to us after an emergency stands under this subject, so that the answer does not keep it.</summary>
    public Subject Afterwards => Subject.Of("data-emergency", Id);

    /// <summary>A number for a new request.</summary>
    internal static string NumberOf(Id<DataRequest> id, DateTimeOffset now) => $"D-{now.UtcDateTime:yyyy}-{id.Value.ToString("n")[24..].ToUpperInvariant()}";

    /// <summary>A person looked at what the agency says is an emergency.</summary>
    /// <exception cref="RuleBroken">It was not sent as one, or the request is answered.</exception>
    internal void JudgeEmergency(bool accepted, string because)
    {
        if (Emergency is null)
        {
            throw new RuleBroken("The agency did not send this as an emergency.");
        }

        MustBe(DataRequestState.Open, "The answer is proposed or given already; the emergency can no longer be judged.");
        (EmergencyAccepted, EmergencyBecause, Version) = (accepted, because, Version + 1);
    }

    /// <exception cref="RuleBroken">There is a proposal or an answer already.</exception>
    internal void Propose()
    {
        MustBe(DataRequestState.Open, "There is a proposal or an answer already.");
        (State, Version) = (DataRequestState.Proposed, Version + 1);
    }

    internal void TakeBack()
    {
        MustBe(DataRequestState.Proposed, "There is no proposal to take back.");
        (State, Version) = (DataRequestState.Open, Version + 1);
    }

    internal void Collect()
    {
        MustBe(DataRequestState.Proposed, "There is no proposal to release.");
        (State, Version) = (DataRequestState.Collecting, Version + 1);
    }

    /// <summary>The answer without data is released.</summary>
    internal void Answer(DateTimeOffset now)
    {
        MustBe(DataRequestState.Proposed, "There is no proposal to release.");
        (State, AnsweredAt, Version) = (DataRequestState.Answered, now, Version + 1);
    }

    /// <summary>The platform gave the data.</summary>
    internal void Take(Id<VaultObject> data, Id<Exhibit> exhibit, string given, DateTimeOffset now)
    {
        MustBe(DataRequestState.Collecting, "No data is awaited for this request: it was not released, or the data is here already.");
        (State, AnsweredAt, Data, Exhibit, Given, Version) = (DataRequestState.Answered, now, data, exhibit, given, Version + 1);
    }

    /// <summary>The agency took the data; the first time counts.</summary>
    internal bool Collected(DateTimeOffset now)
    {
        var first = CollectedAt is null;
        (CollectedAt, Version) = (CollectedAt ?? now, Version + (first ? 1 : 0));
        return first;
    }

    /// <summary>Something about it changed on a row of its own.</summary>
    internal void Touch() => Version++;

    internal void MustBe(DataRequestState state, string otherwise)
    {
        if (State != state)
        {
            throw new RuleBroken(otherwise);
        }
    }

    internal sealed class Table : IEntityTypeConfiguration<DataRequest>
    {
        public void Configure(EntityTypeBuilder<DataRequest> builder)
        {
            builder.ToTable("data_requests").Ignore(r => r.Subject).Ignore(r => r.Afterwards);
            builder.Property(r => r.Classes).HasWords();
            builder.Property(r => r.Version).IsConcurrencyToken();
        }
    }
}
