using Jaga.Evidence;

namespace Jaga.Disclosure;

/// <summary>The requests for data that ask about an account, a group or an item: what was given of it, and the documents, are evidence about the request.</summary>
public sealed class Belongings(Db db) : IBelongings
{
    public async Task<IReadOnlyList<Subject>> Of(Subject whole, CancellationToken ct) =>
        [.. (await db.DataSubjects.AsNoTracking().Where(s => s.About.Kind == whole.Kind && s.About.Id == whole.Id).Select(s => s.Request).Distinct().ToListAsync(ct)).Select(r => Subject.Of("data-request", r))];
}
