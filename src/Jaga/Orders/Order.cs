using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>How an order came.</summary>
public enum OrderChannel
{
    /// <summary>Through the agency's door: its pages, or its program's key.</summary>
    Door,

    /// <summary>By e-mail, entered by staff.</summary>
    Email,

    /// <summary>By letter, entered by staff.</summary>
    Letter,
}

/// <summary>How far an order has come.</summary>
public enum OrderState
{
    /// <summary>Received; the agency waits for its answer.</summary>
    Open,

    /// <summary>The agency was asked what it means.</summary>
    Clarifying,

    /// <summary>Answered. Warnings may still come, and are answered on their own.</summary>
    Answered,
}

/// <summary>What an authority orders: who, on which legal basis, about what exactly, where, why, and how one may object. Each location has a state of its own; the answer is one.</summary>
public sealed class Order : IEntity, IAudited
{
    public required Id<Order> Id { get; init; }

    /// <summary>The receipt's number, e.g. <c>O-7K3M9QXD</c>; unique, and not to be guessed from another.</summary>
    public required string Number { get; init; }

    public required Id<Agency> Agency { get; init; }

    public OrderChannel Channel { get; init; }

    /// <summary>Who sent or entered it, as in the audit log.</summary>
    public required string SentBy { get; init; }

    /// <summary>Their name at the time.</summary>
    public required string SentByName { get; init; }

    /// <summary>The regime that it is reckoned under.</summary>
    public required string Regime { get; init; }

    /// <summary>The clause that follows from regime, urgency and category, by its full name.</summary>
    public required string Clause { get; init; }

    public bool Urgent { get; init; }

    /// <summary>What it is about, in the law's plain word, e.g. <c>csam</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Who signed it, where that is not the agency as such.</summary>
    public string? Authority { get; init; }

    public required string LegalBasis { get; init; }

    public required string Reasons { get; init; }

    /// <summary>How one may object to it, as it says; null where it does not.</summary>
    public string? Redress { get; init; }

    /// <summary>The countries that it wants it done in, ISO 3166-1 alpha-2 with spaces between; empty for everywhere.</summary>
    public required string Territory { get; init; }

    /// <summary>The language that it is written in, e.g. <c>id</c>.</summary>
    public required string Language { get; init; }

    /// <summary>The agency's own reference, unique within the agency; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>Whom to ask about it.</summary>
    public string? Contact { get; init; }

    /// <summary>When it was received: its clock runs from here.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it is due, as the register is sorted: it moves when a question's pause ends. The obligation knows what every pause made of it.</summary>
    public DateTimeOffset DueAt { get; set; }

    public OrderState State { get; private set; }

    /// <summary>Who took it, as in the audit log; null while nobody has.</summary>
    public string? TakenBy { get; private set; }

    public string? TakenByName { get; private set; }

    public DateTimeOffset? TakenAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public Subject Subject => Subject.Of("order", Id);

    /// <summary>The countries of <see cref="Territory"/>; none for everywhere.</summary>
    public IReadOnlyList<string> Countries => Territory.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Somebody takes it, once.</summary>
    /// <returns>Whether nobody had.</returns>
    public bool Take(Actor actor, DateTimeOffset now)
    {
        if (TakenAt is not null)
        {
            return false;
        }

        (TakenBy, TakenByName, TakenAt) = (actor.ToString(), actor.Name, now);
        return true;
    }

    /// <summary>The agency is asked what it means.</summary>
    /// <exception cref="RuleBroken">It was asked already, or the order is answered.</exception>
    public void Ask()
    {
        MustBeUnanswered();
        State = State is OrderState.Open ? OrderState.Clarifying : throw new RuleBroken("The agency has been asked already and has not answered yet.");
    }

    /// <summary>The agency said what it means.</summary>
    /// <exception cref="RuleBroken">Nobody asked.</exception>
    public void Clarify() => State = State is OrderState.Clarifying ? OrderState.Open : throw new RuleBroken("Nobody has asked a question about this order.");

    /// <exception cref="RuleBroken">It is answered already.</exception>
    public void Answer(DateTimeOffset now)
    {
        MustBeUnanswered();
        (State, AnsweredAt) = (OrderState.Answered, now);
    }

    /// <exception cref="RuleBroken">It is answered already.</exception>
    public void MustBeUnanswered()
    {
        if (State is OrderState.Answered)
        {
            throw new RuleBroken("This order is answered already.");
        }
    }

    /// <summary>The row, locked until the transaction ends: what happens to one order happens one after another.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    internal static async Task<Order> Hold(Db db, Id<Order> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.Orders.FromSqlRaw($"SELECT * FROM orders WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw new NotFound("such order");
#pragma warning restore EF1002

    internal sealed class Table : IEntityTypeConfiguration<Order>
    {
        public void Configure(EntityTypeBuilder<Order> builder)
        {
            builder.ToTable("orders").Ignore(o => o.Subject).Ignore(o => o.Countries);
            builder.HasOne<Agency>().WithMany().HasForeignKey(o => o.Agency);
        }
    }
}
