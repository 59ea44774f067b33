using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Server.Pages;

/// <summary>
/// What cases and actions are about, so that a list of them tells one from another: of a case its subject and how grave it is, of an action what was asked. Parts of a page are made at the
/// same time, so it has a database connection of its own.
/// </summary>
public sealed class ReadSubjects(IServiceScopeFactory scopes, Viewer viewer, Text words)
{
    /// <summary>The words for each subject that has any, for a reader who may see them.</summary>
    /// <param name="subjects">A page of them.</param>
    public async Task<IReadOnlyDictionary<Subject, string>> Run(IEnumerable<Subject> subjects, CancellationToken ct)
    {
        var told = new Dictionary<Subject, string>();
        if (!viewer.May(Permission.ReadCases))
        {
            return told;
        }

        var all = subjects.Distinct().ToList();
        var cases = all.Where(s => s.Kind == "case").Select(s => Id<Case>.TryParse(s.Id, null, out var id) ? id : default).Where(i => i != default).ToList();
        var actions = all.Where(s => s.Kind == "action").Select(s => Id<EnforcementAction>.TryParse(s.Id, null, out var id) ? id : default).Where(i => i != default).ToList();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        foreach (var one in cases.Count == 0 ? [] : await db.Cases.AsNoTracking().Where(c => cases.Contains(c.Id)).Select(c => new { c.Id, c.About, c.Severity }).ToListAsync(ct))
        {
            told[Subject.Of("case", one.Id)] = $"{words.Known($"subject.{one.About.Kind}") ?? one.About.Kind} {one.About.Id} · {words.Of(one.Severity)}";
        }

        foreach (var one in actions.Count == 0 ? [] : await db.Actions.AsNoTracking().Where(a => actions.Contains(a.Id)).Select(a => new { a.Id, a.Verb, a.Target }).ToListAsync(ct))
        {
            told[Subject.Of("action", one.Id)] = words.Act(one.Verb, one.Target);
        }

        return told;
    }
}
