using Jaga.Evidence;

namespace Jaga.Items;

/// <summary>What evidence is about that belongs to an account, a group or a case: the items that were posted, and the cases about them.</summary>
public sealed class Belongings(Db db) : IBelongings
{
    public async Task<IReadOnlyList<Subject>> Of(Subject whole, CancellationToken ct)
    {
        if (whole.Kind == "case")
        {
            return Guid.TryParse(whole.Id, out var id) && await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == new Id<Cases.Case>(id), ct) is { } one ? [one.About, .. one.Means is { } means ? [means] : (Subject[])[]] : [];
        }

        if (whole.Kind is not ("account" or "group" or "item"))
        {
            return [];
        }

        // Only what evidence was kept about: an account may have posted a million harmless things.
        var items = whole.Kind == "item" ? [whole.Id] : await db.VaultObjects.AsNoTracking()
            .Where(o => o.About.Kind == "item" && db.Items.Any(i => i.ExternalId == o.About.Id && (whole.Kind == "account" ? i.Account : i.Group) == whole.Id))
            .Select(o => o.About.Id).Distinct().ToListAsync(ct);
        var cases = new List<Subject>();
        foreach (var some in items.Chunk(200))
        {
            cases.AddRange((await db.Cases.AsNoTracking().Where(c => c.About.Kind == "item" && some.Contains(c.About.Id)).Select(c => c.Id).ToListAsync(ct)).Select(c => Subject.Of("case", c)));
        }

        cases.AddRange(whole.Kind == "item" ? [] : (await db.Cases.AsNoTracking().Where(c => c.About.Kind == whole.Kind && c.About.Id == whole.Id).Select(c => c.Id).ToListAsync(ct)).Select(c => Subject.Of("case", c)));

        // What somebody described in words and the desk found out to be this; the pictures that came with the words are about the place.
        foreach (var some in items.Select(i => new Subject("item", i)).Append(whole).Distinct().Chunk(200))
        {
            var meant = some.Select(object (s) => s.ToString()).ToArray();
#pragma warning disable EF1002 // Only the numbers of the parameters are put into the text: a list of converted values that may be null is more than the PostgreSQL provider can take as one.
            cases.AddRange((await db.Cases.FromSqlRaw($"SELECT * FROM cases WHERE means IN ({string.Join(", ", meant.Select((_, i) => $"{{{i}}}"))})", meant).AsNoTracking().ToListAsync(ct)).SelectMany(c => (Subject[])[c.Subject, c.About]));
#pragma warning restore EF1002
        }

        return [.. items.Select(i => new Subject("item", i)), .. cases];
    }
}
