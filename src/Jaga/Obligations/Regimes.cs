using System.Collections.Frozen;
using System.Reflection;
using Jaga.People.Agencies;

namespace Jaga.Obligations;

/// <summary>
/// Every regime known to this installation: those that come with Jaga, and the operator's own from <see cref="ObligationSettings.Regimes"/>,
/// with the operator's shorter times.
/// </summary>
public sealed class Regimes : IRegimeNames
{
    /// <summary>The regime of the platform's own promises.</summary>
    public const string House = "house";

    private readonly FrozenDictionary<string, Clause> _clauses;

    /// <exception cref="WrongSetting">A file or a setting is wrong.</exception>
    public Regimes(ObligationSettings settings)
    {
        All = [.. Shipped().Concat(Own(settings.Regimes)).Select(r => Adjust(r, settings.Due)).OrderBy(r => r.Id, StringComparer.Ordinal)];
        if (All.GroupBy(r => r.Id).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw new WrongSetting($"The regime '{twice}' is described twice.");
        }

        _clauses = All.SelectMany(r => r.Clauses).ToFrozenDictionary(c => c.Name);
        if (settings.Due.Keys.FirstOrDefault(k => !_clauses.ContainsKey(k)) is { } stranger)
        {
            throw new WrongSetting($"Obligations:Due:{stranger} names no clause. Known: {string.Join(", ", _clauses.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>The regimes, in order of their ids.</summary>
    public IReadOnlyList<Regime> All { get; }

    /// <summary>Whether a regime with this id is loaded.</summary>
    public bool Has(string regime) => All.Any(r => r.Id == regime);

    /// <summary>The clause with this name, e.g. <c>house.confirm-action</c>.</summary>
    /// <exception cref="NotFound">No regime has it.</exception>
    public Clause Find(string clause) => _clauses.GetValueOrDefault(clause) ?? throw new NotFound($"clause '{clause}' in any regime");

    /// <summary>Whether a clause names this queue as the owner of what is owed under it.</summary>
    public bool HasQueue(string queue) => _clauses.Values.Any(c => c.Queue == queue);

    /// <summary>How orders are reckoned under the regime with this id; null where there is none, or it knows no orders.</summary>
    public OrderRules? OrdersUnder(string regime) => All.FirstOrDefault(r => r.Id == regime)?.Orders;

    /// <summary>The clause with this name, or null: a row may be older than the regimes of this start.</summary>
    public Clause? TryFind(string clause) => _clauses.GetValueOrDefault(clause);

    /// <summary>Whether the law names the time of this clause; so too where no regime of this start has it.</summary>
    public bool IsOfLaw(string clause) => TryFind(clause) is not { DueBy: DueBy.House };

    /// <summary>
    /// Whether a person may stop a clock under this clause: a time of the house's own, a holding time, or a deadline of the law whose regime lets it stand still while the authority is asked.
    /// </summary>
    public bool MayPause(string clause) => TryFind(clause) is { } found && (found is { DueBy: DueBy.House } or { Kind: ClauseKind.Hold } || OrdersUnder(clause[..clause.LastIndexOf('.')])?.ClarifyingPauses is true);

    private static IEnumerable<Regime> Shipped()
    {
        var house = Assembly.GetExecutingAssembly();
        foreach (var name in house.GetManifestResourceNames().Where(n => n.StartsWith("Regimes/", StringComparison.Ordinal)))
        {
            using var json = house.GetManifestResourceStream(name)!;
            yield return RegimeFile.Read(name, json);
        }
    }

    private static IEnumerable<Regime> Own(string folder)
    {
        foreach (var path in (folder.Length == 0 ? [] : Directory.GetFiles(folder, "*.json")).Order(StringComparer.Ordinal))
        {
            using var json = File.OpenRead(path);
            yield return RegimeFile.Read(Path.GetFileName(path), json);
        }
    }

    private static Regime Adjust(Regime regime, IReadOnlyDictionary<string, string> due) =>
        regime with { Clauses = [.. regime.Clauses.Select(c => due.TryGetValue(c.Name, out var own) ? Adjust(c, own) : c)] };

    private static Clause Adjust(Clause clause, string due) =>
        Wrong(clause, due) is { } wrong ? throw new WrongSetting($"Obligations:Due:{clause.Name}: {wrong}") : clause with { Due = LegalClock.Parse(due, clause.Due.Counted, clause.Due.Calendar) };

    /// <summary>What is wrong with <paramref name="due"/> as the operator's own time for a clause, as a sentence; null for nothing.</summary>
    public static string? Wrong(Clause clause, string due)
    {
        LegalClock own;
        try
        {
            own = LegalClock.Parse(due, clause.Due.Counted, clause.Due.Calendar);
        }
        catch (FormatException unreadable)
        {
            return unreadable.Message;
        }

        return clause.DueBy is DueBy.Law && Days.FirstOrDefault(d => clause.Kind is ClauseKind.Deadline ? own.After(d) > clause.Due.After(d) : own.After(d) < clause.Due.After(d)) is { Year: > 1 } day
            ? $"It is {due}, but the law says {clause.Due}, and from {day:yyyy-MM-dd} on that ends {(clause.Kind is ClauseKind.Deadline ? "earlier" : "later")}: a deadline of the law can only be made shorter, a holding time only longer."
            : null;
    }

    // Durations of different kinds have no order of their own: six months are 181 to 184 days. So they are compared from every day of four years.
    private static IEnumerable<DateTimeOffset> Days => Enumerable.Range(0, 1461).Select(n => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(n));
}
