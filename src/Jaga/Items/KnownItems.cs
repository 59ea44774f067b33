using System.Linq.Expressions;
using Jaga.Cases;

namespace Jaga.Items;

/// <summary>What the platform sent about an item, for the case page and for the record that is sealed with a decision.</summary>
public sealed class KnownItems(Db db) : IKnowsSubject
{
    private const int Most = 20;

    public async Task<IReadOnlyList<object>> About(Subject about, CancellationToken ct) =>
        [.. (await Of(about, ct)).Select(i => (object)new
        {
            item = i.Id, externalId = i.ExternalId, i.Kind, i.Account, i.Group, i.Url, i.Name, i.Surface, i.Visibility, i.Region, i.UploadedAt, i.PubliclyAvailable, i.ReceivedAt,
            i.Outcome, i.Format, i.Width, i.Height, i.Size, md5 = Hex(i.Md5), sha1 = Hex(i.Sha1), sha256 = Hex(i.Sha256), pdq = Hex(i.Pdq), i.Quality, i.SentBy,
        })];

    public async Task<IReadOnlyList<KnownFact>> Facts(Subject about, CancellationToken ct)
    {
        var told = await Of(about, ct);
        if (told.LastOrDefault() is not { } item)
        {
            return [];
        }

        var facts = new List<KnownFact> { new("item", item.ExternalId), new("kind", item.Kind.ToString()) };
        var sender = await Ever(about, told, i => i.Account, i => i.Account != null, ct);
        Add("account", sender);
        Add("group", await Ever(about, told, i => i.Group, i => i.Group != null, ct));
        Add("url", Last(told, i => i.Url));
        Add("name", Last(told, i => i.Name));
        Add("surface", Last(told, i => i.Surface));
        Add("region", Last(told, i => i.Region));
        Add("received", item.ReceivedAt.ToString("u"));
        Add("size", item.Size > 0 ? $"{item.Width} × {item.Height}, {item.Size:N0} B {item.Format}" : null);
        Add("outcome", item.Outcome == "read" ? null : $"{item.Outcome}: {item.Reason}");
        if (sender is { } account)
        {
            // Not all of its items: harmless ones, a million perhaps, have no place by their account.
            Add("accountItems", (await db.Items.CountAsync(i => i.Account == account && i.Case != null, ct)).ToString("N0"));
            Add("accountCases", (await db.Items.Where(i => i.Account == account && i.Case != null).Select(i => i.Case).Distinct().CountAsync(ct)).ToString("N0"));
        }

        return facts;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                facts.Add(new(name, value));
            }
        }
    }

    public async Task<KnownUpload?> Upload(Subject about, CancellationToken ct) => await Of(about, ct) is { Count: > 0 } told
        ? new(
            await Ever(about, told, i => i.Account, i => i.Account != null, ct), await Ever(about, told, i => i.Group, i => i.Group != null, ct),
            Last(told, i => i.Url), Last(told, i => i.Name), told.FindLast(i => i.UploadedAt is not null)?.UploadedAt, told.FindLast(i => i.PubliclyAvailable is not null)?.PubliclyAvailable, told[^1].ReceivedAt)
        : null;

    // A check that says less takes nothing of what an earlier one said.
    private static string? Last(List<Item> told, Func<Item, string?> fact) => told.Select(fact).LastOrDefault(f => f is not null);

    // Whom a decision can touch hangs on it: however often the item was checked since.
    private async Task<string?> Ever(Subject about, List<Item> told, Func<Item, string?> fact, Expression<Func<Item, bool>> said, CancellationToken ct) =>
        Last(told, fact) ?? (told.Count < Most ? null
            : await db.Items.AsNoTracking().Where(i => i.ExternalId == about.Id).Where(said).OrderByDescending(i => i.ReceivedAt).ThenByDescending(i => i.Id).FirstOrDefaultAsync(ct) is { } item ? fact(item) : null);

    private async Task<List<Item>> Of(Subject about, CancellationToken ct) => about.Kind != "item" ? [] :
        await db.Items.AsNoTracking().Where(i => i.ExternalId == about.Id).OrderByDescending(i => i.ReceivedAt).ThenByDescending(i => i.Id).Take(Most).OrderBy(i => i.ReceivedAt).ThenBy(i => i.Id).ToListAsync(ct);

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
