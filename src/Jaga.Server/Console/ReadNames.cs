using System.Collections.Concurrent;
using Jaga.People;

namespace Jaga.Server.Pages;

/// <summary>
/// The names behind the record's ids, each looked up once a page. Parts of a page are made at the same time,
/// and a database connection serves one at a time, so every look-up has its own.
/// </summary>
public sealed class ReadNames(IServiceScopeFactory scopes, Text words)
{
    private readonly ConcurrentDictionary<string, Task<string>> _known = [];

    /// <summary>The name of an actor as the audit log writes it (<c>staff:ID</c>, <c>apikey:ID</c>, <c>system:part</c>), or of a member of staff by bare id; what is not known stays as it is.</summary>
    public Task<string> Of(string actor) => _known.GetOrAdd(actor, async a => await Find(a) ?? a);

    private async Task<string?> Find(string actor)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        return actor.Split(':', 2) switch
        {
            ["staff", var id] when Id<StaffMember>.TryParse(id, null, out var staff) => await db.Staff.Where(s => s.Id == staff).Select(s => s.Name).SingleOrDefaultAsync(),
            ["apikey", var id] when Id<ApiKey>.TryParse(id, null, out var key) => await db.ApiKeys.Where(k => k.Id == key).Select(k => k.Name).SingleOrDefaultAsync() is { } name ? words["who.key", name] : null,
            ["system", var part] => words["who.jaga", part],
            [var id] when Id<StaffMember>.TryParse(id, null, out var staff) => await db.Staff.Where(s => s.Id == staff).Select(s => s.Name).SingleOrDefaultAsync(),
            _ => null,
        };
    }
}
