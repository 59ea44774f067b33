using Jaga.Cases;

namespace Jaga.Orders;

/// <summary>Tells the desk which authority stands behind an order.</summary>
public sealed class KnownOrders(Db db) : IKnowsSubject
{
    public Task<IReadOnlyList<object>> About(Subject about, CancellationToken ct) => Task.FromResult<IReadOnlyList<object>>([]);

    public Task<IReadOnlyList<KnownFact>> Facts(Subject about, CancellationToken ct) => Task.FromResult<IReadOnlyList<KnownFact>>([]);

    public async Task<KnownAuthority?> Authority(Subject source, CancellationToken ct)
    {
        if (source.Kind != "order" || !Id<Order>.TryParse(source.Id, null, out var id) || await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) is not { } order)
        {
            return null;
        }

        var agency = await db.Agencies.AsNoTracking().SingleAsync(a => a.Id == order.Agency, ct);
        return new(order.Authority ?? agency.Name, order.Reference ?? order.Number, agency.Country is "EU" ? null : agency.Country);
    }
}
