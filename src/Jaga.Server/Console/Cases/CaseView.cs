namespace Jaga.Server.Pages.Cases;

/// <summary>Everything that the case page shows, and nothing that it must not: no type here holds the bytes of media.</summary>
public sealed record CaseView
{
    public required string Id { get; init; }

    /// <summary>What the case is about, by the platform's own id.</summary>
    public required Subject About { get; init; }

    /// <summary>What it is thought to be, as a word of <c>category.*</c> or the data's own.</summary>
    public required string Category { get; init; }

    /// <summary>How bad: <c>low</c>, <c>normal</c>, <c>high</c>, <c>critical</c>.</summary>
    public required string Severity { get; init; }

    public required bool IsOpen { get; init; }

    public required bool Escalated { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Reports and matches gathered, as a weight.</summary>
    public required int Weight { get; init; }

    /// <summary>The version that this page shows; sent back with the decision, so that nothing is decided unseen.</summary>
    public required int Version { get; init; }

    public required ClockView Clock { get; init; }

    /// <summary>Until when the reader has it on the desk; null when they do not.</summary>
    public DateTimeOffset? MineUntil { get; init; }

    /// <summary>Whoever else has it on the desk.</summary>
    public string? OnDeskOf { get; init; }

    public IReadOnlyList<MediaView> Media { get; init; } = [];

    public IReadOnlyList<MatchView> Matches { get; init; } = [];

    /// <summary>What the platform knew: name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EventView> History { get; init; } = [];

    public IReadOnlyList<ActionView> Actions { get; init; } = [];

    /// <summary>What can be decided, each with its key; empty when there is nothing to decide for this reader.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Until when the reader can take the decision back; null when they cannot.</summary>
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>The exhibit that holds the evidence, once it is sealed.</summary>
    public string? Exhibit { get; init; }

    /// <summary>What the reader had filled in before something went wrong.</summary>
    public Draft Draft { get; init; } = new();
}

/// <summary>A case's clock.</summary>
/// <param name="Legal">Whether a law set it, rather than the house.</param>
public sealed record ClockView(DateTimeOffset Due, bool Legal);

/// <summary>Media of a case without its bytes.</summary>
/// <param name="Preview">The URL of the blurred, grey, small derivative; null where none could be made.</param>
/// <param name="Reveal">Where a reveal is asked for; null where there is nothing to show, or not to this reader.</param>
public sealed record MediaView(string Id, string? Preview, string? Reveal, string Sha256, string Format, int Width, int Height, long? Size);

/// <summary>A signal that the item is near to.</summary>
/// <param name="Distance">Bits apart, 0 to <paramref name="Reach"/>.</param>
/// <param name="Reach">The distance at which it would no longer match; 0 for exact digests.</param>
public sealed record MatchView(string Bank, string? BankPath, string Algorithm, int Distance, int Reach, string Variant, IReadOnlyList<string> Labels, string Provenance);

/// <summary>Something that happened to the case.</summary>
/// <param name="What">The sentence, in the reader's language.</param>
public sealed record EventView(DateTimeOffset At, string Icon, string What, string? Why = null);

/// <summary>An action that the platform was asked for, and how far it has come.</summary>
/// <param name="State">A word of <c>enum.ActionState.*</c>.</param>
public sealed record ActionView(string What, string State, Tone? Tone, DateTimeOffset At, string? Receipt, string? Note);

/// <summary>What the reader fills in to decide.</summary>
public sealed record Draft(string Choice = "", string Policy = "", string Reason = "", string Countries = "");
