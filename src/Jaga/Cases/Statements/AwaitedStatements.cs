using Jaga.Deliveries;
using Jaga.Enforcement;

namespace Jaga.Cases.Statements;

/// <summary>The statements that the platform has not confirmed, also those from before a receiver of its name was there.</summary>
internal sealed class AwaitedStatements(Db db, EnforcementSettings platform, StatementLinks links) : IAwaitReceiver
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
        return statements.ConvertAll(s => new Awaiting(s.Subject, ReadStatements.Told(s, links), NotBefore: s.IssuedAt));
    }
}
