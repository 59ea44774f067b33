using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Referrals;
using Jaga.Reports;

namespace Jaga.Server.Pages.Cases;

/// <summary>Everything that the case page shows, and nothing that it must not: no type here holds the bytes of media.</summary>
public sealed record CaseView
{
    /// <summary>The case as the record has it.</summary>
    public required CaseCard Card { get; init; }

    /// <summary>Until when the reader has it on the desk; null when they do not.</summary>
    public DateTimeOffset? MineUntil { get; init; }

    /// <summary>Whoever else has it on the desk.</summary>
    public string? OnDeskOf { get; init; }

    /// <summary>Whether the policy wants nobody else's word for a look, or this reader has it.</summary>
    public bool MayLook { get; init; } = true;

    /// <summary>The word of a second person that this reader has or waits for; null for none.</summary>
    public SecondWord? RevealWord { get; init; }

    public IReadOnlyList<MatchView> Matches { get; init; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EventView> History { get; init; } = [];

    /// <summary>Whether the item's fingerprints go to the house's own bank with a decision that it is illegal: there are any.</summary>
    public bool Banks => Card.About.Kind == "item";

    /// <summary>What can be decided, each with its key; empty when there is nothing to decide for this reader.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Until when the reader can take the decision back; null when they cannot.</summary>
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>What the reader had filled in before something went wrong.</summary>
    public Draft Draft { get; init; } = new();

    /// <summary>What went wrong.</summary>
    public Message? Problem { get; init; }

    /// <summary>What the affected persons would read; null while the reader has not asked.</summary>
    public IReadOnlyList<PreviewStatements.Card>? Preview { get; init; }

    /// <summary>Why there is no preview.</summary>
    public Message? PreviewProblem { get; init; }

    /// <summary>The statements that were given, newest first.</summary>
    public IReadOnlyList<ReadStatements.Row> Statements { get; init; } = [];

    /// <summary>The reports to NCMEC about it, newest first.</summary>
    public IReadOnlyList<ReadReferrals.Row> Referrals { get; init; } = [];

    /// <summary>Whether the reader may draft one: a person decided that it breaks a rule or the law, and none stands.</summary>
    public bool MayRefer { get; init; }

    /// <summary>How many reports it has, by which way; null when it has none, or when the reader may not read them.</summary>
    public ReportCount? Reports { get; init; }

    /// <summary>The newest few of them.</summary>
    public IReadOnlyList<ReportLine> NewestReports { get; init; } = [];

    /// <summary>The least that would satisfy each order which waits for this decision.</summary>
    public IReadOnlyList<ActionWish> Ordered { get; init; } = [];

    /// <summary>Whether something is asked, and no platform is connected that could do it.</summary>
    public bool Unheard { get; init; }

    /// <summary>Another open case about what the reporter's words mean; null for none.</summary>
    public Id<Case>? SameOpen { get; init; }

    public bool IsOpen => Card.State is CaseState.Open;

    /// <summary>The clock that runs out first.</summary>
    public DateTimeOffset DueAt => Card.LegalDueAt is { } legal && legal < Card.DueAt ? legal : Card.DueAt;

    /// <summary>The exhibit that holds the evidence, once it is sealed.</summary>
    public string? Exhibit => Card.Decisions.FirstOrDefault(d => d.UndoneAt is null)?.Exhibit?.ToString();
}

/// <summary>How a signal was met.</summary>
public enum Nearness
{
    /// <summary>Within a distance in bits.</summary>
    Near,

    /// <summary>A digest is equal: the very same bytes, text or link.</summary>
    Equal,

    /// <summary>As films and other kinds of hash are compared, which tell no distance in bits.</summary>
    Alike,

    /// <summary>It could not be read, so nothing was compared.</summary>
    Unread,
}

/// <summary>A signal that the item is near to.</summary>
/// <param name="Distance">Bits apart, 0 to <paramref name="Reach"/>; of several sightings of one signal the nearest.</param>
/// <param name="Reach">The distance beyond which it would not match; 0 where none is told.</param>
/// <param name="LookedBack">Whether the signal came after the item, and look-back met it.</param>
public sealed record MatchView(string Bank, string? BankPath, string Algorithm, Nearness Nearness, int Distance, int Reach, string Variant, IReadOnlyList<string> Labels, string Provenance, bool LookedBack = false);

/// <summary>Something that happened to the case.</summary>
/// <param name="What">The sentence, in the reader's language.</param>
public sealed record EventView(DateTimeOffset At, string Icon, string What, string? Why = null);

/// <summary>What the reader fills in to decide.</summary>
public sealed record Draft(string Choice = "", string Policy = "", string Reason = "", string Countries = "");
