using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Orders;

/// <summary>How one location of an order stands.</summary>
public enum LocationState
{
    /// <summary>Nobody has decided it yet.</summary>
    Waiting,

    /// <summary>Decided; the platform is asked and has not confirmed.</summary>
    Asked,

    /// <summary>The platform will not or cannot: a person must look.</summary>
    Stuck,

    /// <summary>Gone everywhere; the platform confirmed it.</summary>
    Removed,

    /// <summary>Gone in the countries named; the platform confirmed it.</summary>
    Geoblocked,

    /// <summary>Less was done than was ordered; the platform confirmed it.</summary>
    Restricted,

    /// <summary>Not done, on a ground that the answer names.</summary>
    Refused,
}

/// <summary>On which ground one location of an order is refused.</summary>
public enum RefusalGround
{
    /// <summary>The authority is not competent for it.</summary>
    NotCompetent,

    /// <summary>The order names no law that bears it.</summary>
    NoLegalBasis,

    /// <summary>Nothing is at the location.</summary>
    NothingThere,

    /// <summary>What is there breaks neither law nor rules.</summary>
    NothingWrong,

    /// <summary>It would do more than is necessary.</summary>
    Disproportionate,

    /// <summary>It would violate human rights.</summary>
    HumanRights,

    /// <summary>It cannot be done.</summary>
    Impossible,
}

/// <summary>One of the places that an order names: a subject, its case, and what became of it.</summary>
public sealed class OrderLocation : IEntity
{
    private const string Geoblock = "geoblock";

    public required Id<OrderLocation> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    /// <summary>Its place in the order, from 1.</summary>
    public int Number { get; init; }

    /// <summary>As the order writes it.</summary>
    public required string Location { get; init; }

    /// <summary>What it is on the platform.</summary>
    public Subject About { get; init; }

    public Id<Case> CaseId { get; internal set; }

    public LocationState State { get; private set; }

    /// <summary>The actions that the decision asked for, their ids with spaces between.</summary>
    public string Actions { get; private set; } = "";

    /// <summary>What was done, as the platform confirmed it: the verb.</summary>
    public string? Done { get; private set; }

    /// <summary>Where it was done, ISO 3166-1 with commas; null for everywhere. It may be more than this order names: its agency is told of its own alone (<see cref="CountriesFor"/>).</summary>
    public string? Countries { get; private set; }

    /// <summary>When the platform said that it was done.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>The platform's own reference for it.</summary>
    public string? Receipt { get; private set; }

    public RefusalGround? Ground { get; private set; }

    /// <summary>The ground in words, written for the authority by whoever refused; or what the platform said when it refused. Never what a reviewer wrote for the house.</summary>
    public string? Words { get; private set; }

    /// <summary>Why more was decided than the order needs, as the desk wrote it for the house; null where no more was, empty where another order on the same subject needed it.</summary>
    public string? Wider { get; private set; }

    /// <summary>The same as a person words it for the authority in the answer that is being written; null: the answer says only that more was done.</summary>
    public string? WiderTold { get; private set; }

    /// <summary>Whether it can be answered.</summary>
    public bool IsSettled => State is LocationState.Removed or LocationState.Geoblocked or LocationState.Restricted or LocationState.Refused;

    /// <summary>
    /// Its case was decided. Only what is done to the location itself can answer for it: where nothing is, it waits on for a person, unless nothing was found wrong.
    /// </summary>
    /// <param name="wider">Why more was decided than the order needs; null where no more was.</param>
    /// <param name="wanted">The countries in which the order needs it to be gone, null for everywhere; what is done in others alone is nothing for this order.</param>
    internal void Decided(Verdict verdict, IReadOnlyList<EnforcementAction> actions, string? wider, IReadOnlyList<string>? wanted)
    {
        if (verdict is Verdict.NoViolation)
        {
            // The reviewer's reason is the house's own and may name people; the ground says all that the authority is told.
            (State, Actions, Ground, Words) = (LocationState.Refused, "", RefusalGround.NothingWrong, null);
        }
        else if (actions.Where(a => IsAboutThis(a) && (a.Verb is not Verb.Geoblock || wanted is null || Parts(a.Countries).Intersect(wanted).Any())).Select(a => a.Id).ToList() is { Count: > 0 } own)
        {
            (State, Actions, Ground, Words, Wider) = (LocationState.Asked, string.Join(' ', own), null, null, wider);
        }
    }

    /// <summary>The decision was taken back.</summary>
    internal void Undone() => (State, Actions, Ground, Words, Wider, Done, Countries, DoneAt, Receipt) = (LocationState.Waiting, "", null, null, null, null, null, null, null);

    /// <summary>The platform answered one of the actions. What takes most away counts; blocks in several countries count together.</summary>
    /// <param name="wanted">The countries in which the order needs it to be gone; null for everywhere. Less than that is no geoblock as ordered, and a person words the answer.</param>
    internal void Answered(EnforcementAction action, IReadOnlyList<string>? wanted, DateTimeOffset now)
    {
        if (action.State is ActionState.Refused)
        {
            if (!IsSettled)
            {
                (State, Words) = (LocationState.Stuck, action.Note ?? action.Receipt);
            }

            return;
        }

        var blocked = action.Verb is Verb.Geoblock ? Parts(action.Countries).Union(Done == Geoblock ? Parts(Countries) : []).Order(StringComparer.Ordinal).ToList() : null;
        var state = action.Verb switch
        {
            Verb.Remove or Verb.CloseGroup or Verb.BanAccount => LocationState.Removed,
            Verb.Geoblock when wanted?.All(blocked!.Contains) is true => LocationState.Geoblocked,
            _ => LocationState.Restricted,
        };
        if (!IsSettled || state < State || (blocked is not null && Done == Geoblock))
        {
            (State, Done, Countries, DoneAt, Receipt, Words) = (state, Kernel.Words.Of(action.Verb), blocked is null ? action.Countries : string.Join(',', blocked), action.AnsweredAt ?? now, action.Receipt, null);
        }
    }

    /// <summary>Where it was done, as far as the order names it; null for everywhere.</summary>
    /// <param name="wanted">The countries in which the order needs it to be gone; null for everywhere.</param>
    internal IReadOnlyList<string>? CountriesFor(IReadOnlyList<string>? wanted) => Countries is null ? null : [.. Parts(Countries).Where(c => wanted?.Contains(c) is not false)];

    /// <summary>A person refuses it, on a ground.</summary>
    /// <param name="asked">Whether the platform is still asked to do it.</param>
    /// <exception cref="RuleBroken">The platform has done it already, or may do it any moment: "refused" is not said of what is being removed.</exception>
    internal void Refuse(RefusalGround ground, string words, bool asked)
    {
        if (asked)
        {
            throw new RuleBroken($"The platform is asked to act at location {Number} and has not answered; it cannot be answered as refused. Take the decision back, or wait for the platform.");
        }

        if (DoneAt is not null)
        {
            throw new RuleBroken($"Location {Number} was acted on already; it cannot be answered as refused.");
        }

        (State, Ground, Words) = (LocationState.Refused, ground, words);
    }

    /// <summary>A person says to the authority why more was done than it needs.</summary>
    /// <exception cref="RuleBroken">No more was.</exception>
    internal void Explain(string words) => WiderTold = Wider is null ? throw new RuleBroken($"At location {Number} no more was done than the order needs.") : words;

    private static string[] Parts(string? countries) => countries?.Split(',') ?? [];

    // A link is not the platform's own name of anything: whoever decided found the item, group or account at it, and that one is meant.
    private bool IsAboutThis(EnforcementAction action) => action.Target == About || (About.Kind == "link" && action.Verb is Verb.Remove or Verb.Geoblock or Verb.CloseGroup);

    internal sealed class Table : IEntityTypeConfiguration<OrderLocation>
    {
        public void Configure(EntityTypeBuilder<OrderLocation> builder)
        {
            builder.ToTable("order_locations").Ignore(l => l.IsSettled).Ignore(l => l.WiderTold);
            builder.HasOne<Order>().WithMany().HasForeignKey(l => l.OrderId);
        }
    }
}
