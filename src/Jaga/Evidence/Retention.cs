using Jaga.Obligations;

namespace Jaga.Evidence;

/// <summary>How long the evidence of a decision is kept: the longest holding time that any regime here has for its category (<see cref="Clause.Keeps"/>). All of it is data.</summary>
public sealed class Retention(Regimes regimes)
{
    /// <summary>The clause by which evidence of <paramref name="category"/> that was sealed at <paramref name="from"/> is kept longest, and until when.</summary>
    /// <exception cref="WrongSetting">No regime keeps evidence of this category: the house's own must.</exception>
    public (Clause Clause, DateTimeOffset Until) Of(string category, DateTimeOffset from) => regimes.All
        .SelectMany(r => r.Clauses).Where(c => c.Keeps.Contains("*") || c.Keeps.Contains(category))
        .Select(c => (Clause: c, Until: c.Due.After(from)))
        .OrderByDescending(c => c.Until).ThenBy(c => c.Clause.Name, StringComparer.Ordinal).FirstOrDefault() is { Clause: not null } longest
            ? longest
            : throw new WrongSetting($"No clause of any regime keeps evidence of the category '{category}'. The house's own, house.keep-evidence, keeps all.");
}
