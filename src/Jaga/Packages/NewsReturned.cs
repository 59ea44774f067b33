using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>The mail by which an agency hears that a package lies ready came back. The package stays owed until its receipt; the leads are told that nobody there knows of it.</summary>
public sealed class NewsReturned(Db db, Notices notices) : IOnReturned
{
    public IReadOnlyList<string> Types { get; } = [BuildPackage.Type];

    public async Task Returned(Delivery delivery, string why, CancellationToken ct)
    {
        var id = Id<Package>.Parse(delivery.About.Id, null);
        var package = await db.Packages.AsNoTracking().SingleAsync(p => p.Id == id, ct);
        var agency = await db.Agencies.Where(a => a.Id == package.Agency).Select(a => a.Name).SingleAsync(ct);
        await notices.Tell(
            Whom.Lead, "leads", null, delivery.About,
            new($"The mail which tells {agency} that package {package.Number} lies ready came back: {why}", $"Surel yang memberi tahu {agency} bahwa paket {package.Number} sudah siap kembali: {why}"), urgent: true, null, ct);
    }
}
