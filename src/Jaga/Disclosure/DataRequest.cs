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

    /// <summary>The data is here and sealed; the package that takes it to the agency is not ready.</summary>
    Given,

    /// <summary>Answered: without data, which is kept once the agency has it, or with data as a package that lies ready for it.</summary>
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

    /// <summary>Whether somebody here entered it, from a letter or a mail: then nobody waits at the door for what follows.</summary>
    public bool ByStaff { get; init; }

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
    internal void Take(Id<VaultObject> data, Id<Exhibit> exhibit, string given)
    {
        MustBe(DataRequestState.Collecting, "No data is awaited for this request: it was not released, or the data is here already.");
        (State, Data, Exhibit, Given, Version) = (DataRequestState.Given, data, exhibit, given, Version + 1);
    }

    /// <summary>A package with the data lies ready for the agency. False when one did before.</summary>
    internal bool Pack(DateTimeOffset now)
    {
        if (State is not DataRequestState.Given)
        {
            return false;
        }

        (State, AnsweredAt, Version) = (DataRequestState.Answered, now, Version + 1);
        return true;
    }

    /// <summary>The release was taken back before anything was handed over. What the platform gave stays sealed in the vault, and is this request's no longer.</summary>
    /// <exception cref="RuleBroken">Nothing is released, or the agency has its answer.</exception>
    internal void Unrelease()
    {
        if (State is not (DataRequestState.Collecting or DataRequestState.Given))
        {
            throw new RuleBroken("There is no release to take back.");
        }

        (State, Data, Exhibit, Given, Version) = (DataRequestState.Open, null, null, null, Version + 1);
    }

    /// <summary>That package was taken back before the agency had it.</summary>
    internal void Unpack() => (State, AnsweredAt, Version) = (DataRequestState.Given, null, Version + 1);

    /// <summary>Something about it changed on a row of its own.</summary>
    internal void Touch() => Version++;

    internal void MustBe(DataRequestState state, string otherwise)
    {
        if (State != state)
        {
            throw new RuleBroken(otherwise);
        }
    }

    /// <summary>The row, locked until the transaction ends: what happens to one request happens one after another.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    internal static async Task<DataRequest> Hold(Db db, Id<DataRequest> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.DataRequests.FromSqlRaw($"SELECT * FROM data_requests WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw RequestFolder.Missing();
#pragma warning restore EF1002

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
