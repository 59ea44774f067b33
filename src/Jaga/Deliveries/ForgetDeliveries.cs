using System.Security.Cryptography;
using System.Text;
using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>
/// Forgets what old deliveries said: a while after they are over, message and receipt are emptied and the tries dropped. That it left, to whom, about what and when stays,
/// with the digest of what it said.
/// </summary>
public sealed class ForgetDeliveries(Db db, AuditLog audit, DeliverySettings settings, TimeProvider clock) : IRecurring
{
    /// <summary>How often it is looked for.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    // A message has up to 2 MiB.
    private const int Batch = 25;
    private static readonly Actor Me = Actor.System("deliveries");

    public async Task<bool> Run(CancellationToken ct)
    {
        if (settings.Keep == TimeSpan.Zero)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var before = now - settings.Keep;
        var old = db.Deliveries.AsNoTracking().Where(d => d.ForgottenAt == null && d.State != DeliveryState.Waiting && d.CreatedAt < before && (d.ConfirmedAt == null || d.ConfirmedAt < before));
        if (!await old.AnyAsync(ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var due = await old.OrderBy(d => d.CreatedAt).Take(Batch).Select(d => new { d.Id, d.Body }).ToListAsync(ct);
        foreach (var one in due)
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(one.Body)));
            await db.Deliveries.Where(d => d.Id == one.Id).ExecuteUpdateAsync(
                set => set.SetProperty(d => d.Body, "").SetProperty(d => d.Receipt, (string?)null).SetProperty(d => d.BodySha256, sha256).SetProperty(d => d.ForgottenAt, now), ct);
            await db.Attempts.Where(a => a.Delivery == one.Id).ExecuteDeleteAsync(ct);
        }

        audit.Record(Me, "deliveries.forgotten", new("deliveries", "old"), "", new { deliveries = due.Select(d => d.Id), before });
        await transaction.Commit(ct);
        return due.Count == Batch;
    }
}
