using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Reports;

/// <summary>What a reporter is told of the decision: what, why, what was asked of the platform, and how to complain. In their language.</summary>
public sealed record ReportAnswer(DateTimeOffset At, Verdict Verdict, string Decided, string Policy, string Reason, IReadOnlyList<string> Done, string Complain)
{
    /// <summary>The three parts of the reason, as mail and page tell them.</summary>
    public IEnumerable<string> Because(ReportWords words)
    {
        if (Policy.Length > 0)
        {
            yield return words["policy", Policy];
        }

        if (Reason.Length > 0)
        {
            yield return words["why", Reason];
        }

        if (Done.Count > 0)
        {
            yield return words["done", string.Join(", ", Done)];
        }
    }
}

/// <summary>Reads what may be told of a decision: nothing before it cannot be taken back any more.</summary>
public sealed class ReadAnswer(Db db, TimeProvider clock, ReportSettings settings)
{
    /// <summary>The answer in a language, or null while there is none to tell.</summary>
    public async Task<ReportAnswer?> Run(Id<Decision>? id, string language, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (id is null || await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.UndoneAt == null && d.UndoUntil <= now, ct) is not { } decision)
        {
            return null;
        }

        var (because, words) = (decision.Subject, ReportWords.Of(language));
        var verbs = await db.Actions.AsNoTracking().Where(a => a.Because.Kind == because.Kind && a.Because.Id == because.Id && a.Reverses == null && a.State != ActionState.Cancelled)
            .OrderBy(a => a.Id).Select(a => a.Verb).Take(50).ToListAsync(ct);
        return new(
            decision.UndoUntil, decision.Verdict, words[$"verdict.{Words.Of(decision.Verdict)}"], decision.Policy, decision.Reason, [.. verbs.Distinct().Select(v => words[$"verb.{Words.Of(v)}"])],
            settings.Complaint.GetValueOrDefault(language) is { Length: > 0 } own ? $"{words["complain"]} {own}" : words["complain"]);
    }
}
