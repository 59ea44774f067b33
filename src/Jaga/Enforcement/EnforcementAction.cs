namespace Jaga.Enforcement;

/// <summary>What a platform can be asked to do. Each has a scope, a start, perhaps an end, and can be reversed.</summary>
public enum Verb
{
    /// <summary>Take the item, or what stands at the link, down everywhere.</summary>
    Remove,

    /// <summary>Take the item, or what stands at the link, down in the countries named, and nowhere else.</summary>
    Geoblock,

    /// <summary>Show the item to adults only.</summary>
    AgeRestrict,

    /// <summary>Show a label beside the item.</summary>
    Label,

    /// <summary>Recommend the item, or everything from its domain, less.</summary>
    Demote,

    /// <summary>Close the group.</summary>
    CloseGroup,

    /// <summary>Suspend the account until the end named.</summary>
    SuspendAccount,

    /// <summary>Ban the account.</summary>
    BanAccount,

    /// <summary>Keep the account from founding groups.</summary>
    BarFromFounding,

    /// <summary>Keep the account from messaging people it does not know.</summary>
    RestrictMessaging,

    /// <summary>Warn the account's holder.</summary>
    Warn,
}

/// <summary>How far the platform has come with an action.</summary>
public enum ActionState
{
    /// <summary>Asked for; the platform has not said that it is done.</summary>
    Requested,

    /// <summary>The platform said that it is done, with its receipt.</summary>
    Confirmed,

    /// <summary>The platform said that it will not or cannot. A person must look.</summary>
    Refused,

    /// <summary>Taken back before the platform had acted.</summary>
    Cancelled,
}

/// <summary>One thing asked of the platform: a verb, its target, its scope and its duration, and how the platform answered.</summary>
public sealed class EnforcementAction : IEntity, IAudited
{
    public Id<EnforcementAction> Id { get; private init; }

    public Verb Verb { get; private init; }

    /// <summary>The item, account or group, by the platform's own id; or a <c>link</c>, by its address: the platform knows what stands there.</summary>
    public Subject Target { get; private init; }

    /// <summary>ISO 3166-1 codes, comma-separated, of where it applies; null for everywhere.</summary>
    public string? Countries { get; private init; }

    /// <summary>When it takes effect; the platform is told no earlier, for until then it may be taken back.</summary>
    public DateTimeOffset StartsAt { get; private init; }

    /// <summary>When it ends by itself, or null for never.</summary>
    public DateTimeOffset? EndsAt { get; private init; }

    /// <summary>The policy or clause that it rests on, in the words that the affected person will read.</summary>
    public string Policy { get; private init; } = "";

    public string Reason { get; private init; } = "";

    /// <summary>What it follows from, e.g. the decision.</summary>
    public Subject Because { get; private init; }

    /// <summary>The action that this one undoes.</summary>
    public Id<EnforcementAction>? Reverses { get; private init; }

    public ActionState State { get; private set; }

    public DateTimeOffset RequestedAt { get; private init; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>The platform's own reference for what it did.</summary>
    public string? Receipt { get; private set; }

    /// <summary>What the platform said besides, at most 2,000 characters.</summary>
    public string? Note { get; private set; }

    public Subject Subject => Subject.Of("action", Id);

    /// <summary>A new action, checked: the verb must fit the target, a geoblock names countries, a suspension ends.</summary>
    /// <exception cref="BadInput">The wish cannot be carried out; the field is named.</exception>
    public static EnforcementAction For(ActionWish wish, Subject because, string policy, string reason, DateTimeOffset startsAt, DateTimeOffset now)
    {
        wish.Check(now);
        return new()
        {
            Id = Id<EnforcementAction>.New(now),
            Verb = wish.Verb,
            Target = wish.Target,
            Countries = wish.Countries is { Count: > 0 } countries ? string.Join(',', countries.Order(StringComparer.Ordinal)) : null,
            StartsAt = startsAt,
            EndsAt = wish.Until,
            Policy = policy,
            Reason = reason,
            Because = because,
            RequestedAt = now,
        };
    }

    /// <summary>The action that takes this one back.</summary>
    public EnforcementAction Reversal(Subject because, string reason, DateTimeOffset now) => new()
    {
        Id = Id<EnforcementAction>.New(now),
        Verb = Verb,
        Target = Target,
        Countries = Countries,
        StartsAt = now,
        Policy = Policy,
        Reason = reason,
        Because = because,
        Reverses = Id,
        RequestedAt = now,
    };

    /// <summary>The platform answered. The first answer stands; the same one again changes nothing.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="RuleBroken">It had answered otherwise before, or the action was cancelled.</exception>
    public bool Answer(ActionReceipt receipt, DateTimeOffset now)
    {
        var answered = receipt.Effect is ActionEffect.Refused ? ActionState.Refused : ActionState.Confirmed;
        if (State == answered || (State is ActionState.Confirmed && answered is ActionState.Confirmed))
        {
            return false;
        }

        if (State is ActionState.Confirmed or ActionState.Cancelled)
        {
            throw new RuleBroken($"This action is {State.ToString().ToLowerInvariant()} already; it can no longer be answered with {receipt.Effect}.");
        }

        (State, AnsweredAt, Receipt, Note) = (answered, now, receipt.Receipt, receipt.Note);
        return true;
    }

    /// <summary>Takes the action back before the platform has been told.</summary>
    public void Cancel()
    {
        if (State is not ActionState.Requested)
        {
            throw new RuleBroken("The platform has answered this action already. Reverse it instead.");
        }

        State = ActionState.Cancelled;
    }

    internal sealed class Table : IEntityTypeConfiguration<EnforcementAction>
    {
        public void Configure(EntityTypeBuilder<EnforcementAction> builder)
        {
            builder.ToTable("actions").Ignore(a => a.Subject);
            builder.HasOne<EnforcementAction>().WithMany().HasForeignKey(a => a.Reverses);
            builder.Property(a => a.State).IsConcurrencyToken();
        }
    }
}
