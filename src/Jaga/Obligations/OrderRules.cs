namespace Jaga.Obligations;

/// <summary>How a regime reckons orders of authorities: which clause an order falls under, and what follows when it is not obeyed.</summary>
/// <param name="Normal">The clause of an order that is not urgent, by its full name.</param>
/// <param name="Urgent">The clause of an urgent one.</param>
/// <param name="UrgentCategories">Categories that are urgent by themselves, e.g. <c>csam</c>.</param>
/// <param name="ClarifyingPauses">Whether asking the authority what it means stops the clock.</param>
/// <param name="ClarifyingNote">Where that is said, or that it is not, and how surely it is known.</param>
/// <param name="Warnings">Warning letters, or null where the regime has none.</param>
/// <param name="Inform">The clause of telling the authority what was done, from then on until it has the answer; null where the order's own clause says all.</param>
/// <param name="Preserve">The holding time of what was taken away at a location; null where the regime sets none.</param>
/// <param name="Normalise">The clause of the authority's own time for restoring access once what it ordered is done; null where the regime knows none.</param>
public sealed record OrderRules(string Normal, string Urgent, IReadOnlyList<string> UrgentCategories, bool ClarifyingPauses, string ClarifyingNote, WarningRules? Warnings, string? Inform = null, string? Preserve = null, string? Normalise = null)
{
    /// <summary>Whether an order about <paramref name="category"/> is urgent, by its category or because the authority says so.</summary>
    public bool IsUrgent(string category, bool said) => said || UrgentCategories.Contains(category);

    /// <summary>The clause that follows.</summary>
    public string Clause(bool urgent) => urgent ? Urgent : Normal;
}

/// <summary>Warning letters that follow an order, one after another.</summary>
/// <param name="Normal">The clause whose clock each warning opens.</param>
/// <param name="Urgent">The same for an urgent order.</param>
/// <param name="Steps">In order; as many as there can be.</param>
/// <param name="Then">What follows after the last.</param>
/// <param name="PayFine">The clause of paying a fine that a warning named, or null where there are none.</param>
public sealed record WarningRules(string Normal, string Urgent, IReadOnlyList<WarningStep> Steps, Sentence Then, string? PayFine)
{
    /// <summary>The clause whose clock a warning opens.</summary>
    public string Clause(bool urgent) => urgent ? Urgent : Normal;
}

/// <summary>One warning letter: what it is called, and what it wants.</summary>
/// <param name="Name">E.g. <c>ST2</c>.</param>
public sealed record WarningStep(string Name, Sentence Wants);
