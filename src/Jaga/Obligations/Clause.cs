namespace Jaga.Obligations;

/// <summary>How well a fact about a law is known: <c>A</c> read in the primary text, <c>B</c> in a secondary source that quotes it, <c>C</c> general knowledge, <c>?</c> looked for and not found.</summary>
public enum Sureness
{
    A,
    B,
    C,
    Unknown,
}

/// <summary>Who set the time.</summary>
public enum DueBy
{
    /// <summary>The law names it. An operator may shorten it, never lengthen it.</summary>
    Law,

    /// <summary>The law says only "without undue delay" or the like, or nothing; the house has set its own time, which the operator may change.</summary>
    House,
}

/// <summary>What the end of the time means.</summary>
public enum ClauseKind
{
    /// <summary>It must be done before then.</summary>
    Deadline,

    /// <summary>It must be held until then, and what follows (destroy, or keep longer) decided then; it cannot be late.</summary>
    Hold,
}

/// <summary>Who hears of a rung.</summary>
public enum Whom
{
    /// <summary>The person who has it, or else its queue.</summary>
    Owner,
    Lead,
    Head,
    Everyone,
}

/// <summary>One rung of a ladder: at which share of the time, and who is told.</summary>
/// <param name="Percent">0 (at the opening) to 1000 (ten times the time).</param>
/// <param name="AgainHours">On a last rung: it is told again each time this many hours have passed, 1 to 8760, until the obligation is over. Null: once.</param>
public sealed record Step(int Percent, Whom Whom, int? AgainHours = null);

/// <summary>A sentence in both languages of the house.</summary>
public sealed record Sentence(string En, string Id);

/// <summary>One duty of a regime: what is owed, by when, and who is warned.</summary>
/// <param name="Name"><c>regime.key</c>, by which rooms name it, e.g. <c>house.confirm-action</c>.</param>
/// <param name="Cites">Where it stands, e.g. <c>Pasal 15(7)</c>, or who set it.</param>
/// <param name="Queue">The queue that owns it unless a person does.</param>
/// <param name="Keeps">Of a holding time: the categories of cases whose evidence is kept that long from the decision on, <c>*</c> for all; empty where it begins otherwise, or concerns no evidence.</param>
/// <param name="Reports">The categories of what people report that open it, on an installation whose <c>Reports:Clauses</c> names it; empty where any report, or something else, does.</param>
/// <param name="Note">What a reader must know about the reading, e.g. that the law sets no hours; null for nothing.</param>
public sealed record Clause(string Name, string Cites, Sentence Duty, LegalClock Due, DueBy DueBy, ClauseKind Kind, Sureness Sure, string Queue, IReadOnlyList<Step> Ladder, string? Note, IReadOnlyList<string> Keeps, IReadOnlyList<string> Reports);

/// <summary>A body of rules with its clocks, as data.</summary>
/// <param name="Country">ISO 3166 alpha-2, <c>EU</c>, or <c>*</c> for everywhere.</param>
/// <param name="Source">The text that it was read from, and what was not found.</param>
/// <param name="Orders">How authorities' orders are reckoned under it; null where it knows none.</param>
public sealed record Regime(string Id, Sentence Name, string Country, string Source, IReadOnlyList<Clause> Clauses, OrderRules? Orders = null);
