using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jaga.Cases.Statements;

/// <summary>What was acted on, in the main.</summary>
public enum StatementKind
{
    /// <summary>An item is no longer shown, somewhere or anywhere.</summary>
    Removal,

    /// <summary>An item is shown to fewer people or with a label, or an account may do less, or its holder was warned.</summary>
    Restriction,

    /// <summary>The account is suspended or banned.</summary>
    Account,

    /// <summary>The group is closed.</summary>
    Group,
}

/// <summary>On what the decision rests (DSA article 17(3)(d) and (e)).</summary>
public enum StatementGround
{
    /// <summary>A law.</summary>
    Legal,

    /// <summary>The platform's own rules.</summary>
    Policy,
}

/// <summary>How far a statement has come.</summary>
public enum StatementState
{
    /// <summary>On its way to the platform.</summary>
    Waiting,

    /// <summary>Held back, because telling the person may endanger an investigation.</summary>
    Withheld,

    /// <summary>The platform has it, and passes it on.</summary>
    Delivered,

    /// <summary>The decision was taken back before anything left.</summary>
    Cancelled,
}

/// <summary>A statement's words in one language.</summary>
/// <param name="Template">The version of the template that made them; 0 is the one that comes with Jaga.</param>
public sealed record StatementText(string Language, string Title, string Body, int Template);

/// <summary>
/// The notice to the person whose post, group or account was acted on: what was done, why, and what they can do about it (DSA article 17; Permenkominfo 5/2020, Pasal 10).
/// One for each person that a decision touches. It goes to the platform, which knows the person.
/// </summary>
public sealed class Statement : IEntity, IAudited
{
    public Id<Statement> Id { get; private init; }

    public Id<Decision> Decision { get; private init; }

    public Id<Case> Case { get; private init; }

    /// <summary>Whom it is for, by the platform's own id: the account; where nobody named one, the item or the group.</summary>
    public Subject To { get; private init; }

    public StatementKind Kind { get; private init; }

    public StatementGround Ground { get; private init; }

    public string Category { get; private init; } = "";

    /// <summary>Whether a match with known material brought it to the desk (DSA article 17(3)(c)).</summary>
    public bool AutomatedDetection { get; private init; }

    /// <summary>Whether no person took the decision.</summary>
    public bool AutomatedDecision { get; private init; }

    /// <summary>The words in every language (JSON); the link stays a field in them and is filled in only for the person.</summary>
    public string Texts { get; private init; } = "[]";

    public StatementState State { get; private set; }

    /// <summary>Nothing leaves before: the end of the undo window.</summary>
    public DateTimeOffset IssuedAt { get; private init; }

    /// <summary>Until when the person can object.</summary>
    public DateTimeOffset ObjectUntil { get; private set; }

    /// <summary>When the withholding ends by itself; null where nothing is withheld.</summary>
    public DateTimeOffset? WithheldUntil { get; private init; }

    /// <summary>The ground of the withholding.</summary>
    public string? WithheldBecause { get; private init; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    public Subject Subject => Subject.Of("statement", Id);

    public IReadOnlyList<StatementText> Read() => JsonSerializer.Deserialize<List<StatementText>>(Texts, Json.Options)!;

    /// <summary>SHA-256 of <see cref="Texts"/>, lower-case hexadecimal: it stands in the audit log, so that nobody can say later that something else was written.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Texts)));

    internal static Statement Of(Case @case, Decision decision, ComposedStatement composed, StatementSettings settings, DateTimeOffset now)
    {
        var held = settings.Withhold.GetValueOrDefault(@case.Category);
        return new()
        {
            Id = Id<Statement>.New(now),
            Decision = decision.Id,
            Case = @case.Id,
            To = composed.To,
            Kind = composed.Kind,
            Ground = composed.Ground,
            Category = @case.Category,
            AutomatedDetection = composed.AutomatedDetection,
            AutomatedDecision = composed.AutomatedDecision,
            Texts = JsonSerializer.Serialize(composed.Texts, Json.Options),
            State = held > TimeSpan.Zero ? StatementState.Withheld : StatementState.Waiting,
            IssuedAt = decision.UndoUntil,
            ObjectUntil = composed.ObjectUntil,
            WithheldUntil = held > TimeSpan.Zero ? decision.UndoUntil + held : null,
            WithheldBecause = held > TimeSpan.Zero ? $"The house's policy for {@case.Category}: telling the person may endanger an investigation." : null,
        };
    }

    /// <summary>The withholding is over.</summary>
    /// <exception cref="RuleBroken">It is not withheld.</exception>
    internal void Release()
    {
        if (State is not StatementState.Withheld)
        {
            throw new RuleBroken("This statement is not withheld.");
        }

        State = StatementState.Waiting;
    }

    /// <summary>The platform has it. From now on the person has the whole time to object, however long it took to come. False when it had it before.</summary>
    internal bool Deliver(int objectMonths, DateTimeOffset now)
    {
        if (State is not StatementState.Waiting)
        {
            return false;
        }

        var until = now.AddMonths(objectMonths);
        (State, DeliveredAt, ObjectUntil) = (StatementState.Delivered, now, until > ObjectUntil ? until : ObjectUntil);
        return true;
    }

    /// <summary>The decision was taken back.</summary>
    /// <exception cref="RuleBroken">The platform has it.</exception>
    internal void Cancel()
    {
        if (State is StatementState.Delivered)
        {
            throw new RuleBroken("The person has been told already.");
        }

        State = StatementState.Cancelled;
    }

    internal sealed class Table : IEntityTypeConfiguration<Statement>
    {
        public void Configure(EntityTypeBuilder<Statement> builder)
        {
            builder.ToTable("statements").Ignore(s => s.Subject).Ignore(s => s.Digest);
            builder.HasOne<Decision>().WithMany().HasForeignKey(s => s.Decision);
            builder.HasOne<Case>().WithMany().HasForeignKey(s => s.Case);
            builder.Property(s => s.State).IsConcurrencyToken();
        }
    }
}
