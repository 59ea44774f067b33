using Jaga.Deliveries;
using Jaga.Enforcement;

namespace Jaga.Cases.Statements;

/// <summary>The statements that the platform has not confirmed, also those from before a receiver of its name was there.</summary>
internal sealed class AwaitedStatements(Db db, TimeProvider clock, EnforcementSettings platform, StatementLinks links) : IAwaitReceiver
{
    public string Receiver => platform.Receiver;

    public string Type => IssueStatements.Type;

    public async Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct)
    {
        var of = db.Statements.AsNoTracking().Where(s => s.State == StatementState.Waiting);
        if (Id<Statement>.TryParse(after, null, out var last))
        {
            of = of.Where(s => s.Id.CompareTo(last) > 0);
        }

        var statements = await of.OrderBy(s => s.Id).Take(most).ToListAsync(ct);
        var over = await Over(statements, ct);
        return statements.ConvertAll(s => new Awaiting(s.Subject, ReadStatements.Told(s, links), NotBefore: s.IssuedAt, Over: over.Contains(s.Decision)));
    }

    // Decisions of which nothing is in force any more.
    private async Task<HashSet<Id<Decision>>> Over(List<Statement> statements, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var decisions = statements.Select(s => s.Decision.ToString()).Distinct().ToList();
        var actions = (await db.Actions.AsNoTracking().Where(a => a.Because.Kind == "decision" && decisions.Contains(a.Because.Id)).Select(a => new { a.Because.Id, a.EndsAt }).ToListAsync(ct)).ToLookup(a => a.Id, a => a.EndsAt);
        return [.. statements.Select(s => s.Decision).Where(d => actions[d.ToString()].Any() && actions[d.ToString()].All(end => end <= now))];
    }
}
