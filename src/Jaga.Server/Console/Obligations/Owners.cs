using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Server.Pages.Obligations;

/// <summary>Who may own what is owed: the queues that the loaded clauses name, and the members of staff whose accounts are open.</summary>
public sealed record Owners(IReadOnlyList<string> Queues, IReadOnlyList<(string Id, string Name)> People)
{
    private const int Most = 500;

    public static async Task<Owners> Read(Db db, Regimes regimes, CancellationToken ct) => new(
        [.. regimes.All.SelectMany(r => r.Clauses).Select(c => c.Queue).Distinct().Order(StringComparer.Ordinal)],
        [.. (await db.Staff.Where(s => s.DisabledAt == null).OrderBy(s => s.Name).Take(Most).Select(s => new { s.Id, s.Name }).ToListAsync(ct)).Select(s => (s.Id.ToString(), s.Name))]);
}
