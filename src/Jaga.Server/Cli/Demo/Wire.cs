using System.Text.Json;

namespace Jaga.Server.Cli.Demo;

// What goes over the wire, as somebody outside would write it down: the demo uses Jaga as its users do.

/// <summary>A file for the platform to upload, and what the story knows of it.</summary>
internal sealed record Upload(string Id, string Path, string Account, string Group);

/// <summary>What the platform tells about one upload.</summary>
internal sealed record Sent(string Id, int Status, double Milliseconds, CheckAnswer Answer);

/// <summary>Jaga's answer to a check.</summary>
internal sealed record CheckAnswer(string? Verdict, bool Held, string? Reason, Prints? Fingerprints, IReadOnlyList<Match>? Matches, Guid? CaseId, double TookMilliseconds);

/// <summary>The fingerprints of a checked file, as far as it could be read.</summary>
internal sealed record Prints(string Outcome, string? Pdq, int? Quality, string? Md5);

/// <summary>One signal that a file is near.</summary>
internal sealed record Match(string Bank, string Algorithm, int Distance, string Variant);

/// <summary>A page of a list.</summary>
internal sealed record Rows<T>(
    [property: System.Text.Json.Serialization.JsonPropertyName("rows")] IReadOnlyList<T> Lines, string? Next);

/// <summary>What an action is about, by the platform's own id.</summary>
internal sealed record Target(string Kind, string Id);

/// <summary>A line of the queue.</summary>
internal sealed record QueueLine(Guid Id, Target About, string Severity, DateTimeOffset? LegalDueAt, DateTimeOffset DueAt);

/// <summary>A case on the desk.</summary>
internal sealed record CaseCard(Guid Id, Target About, int Version, DateTimeOffset DueAt, IReadOnlyList<JsonElement> Findings, IReadOnlyList<Media> Media, IReadOnlyList<JsonElement> Reveals);

/// <summary>A picture of a case.</summary>
internal sealed record Media(Guid Id, bool HasPreview, bool HasView);

/// <summary>An action that is asked for.</summary>
internal sealed record Wish(string Verb, Target Target, IReadOnlyList<string>? Countries = null, DateTimeOffset? Until = null);

/// <summary>The answer to a decision.</summary>
internal sealed record Decided(Guid CaseId, Guid DecisionId, IReadOnlyList<Guid> Actions, Guid? ExhibitId, DateTimeOffset UndoUntil);

/// <summary>The answer of <c>/health/ready</c>.</summary>
internal sealed record Ready(bool Store, bool Matcher);

/// <summary>What is unsent, overdue, unconfirmed.</summary>
internal sealed record Numbers(int Unsent, int Overdue, int Unconfirmed, int OpenCases, int DeadJobs);

/// <summary>What the platform did and saw.</summary>
internal sealed record Figures(IReadOnlyList<Effect> Effects, int Arrived, int Repeated, int Forged, int TurnedAway);

/// <summary>One thing that the platform did because Jaga asked.</summary>
internal sealed record Effect(Guid Action, string Verb, string TargetKind, string TargetId);
