using Jaga.Evidence;

namespace Jaga.Referrals;

/// <summary>A file of a report that is not over yet is not destroyed, whatever its day: without it the report could never be finished.</summary>
public sealed class NeededFiles(Db db) : INeedsEvidence
{
    public Task<bool> Needs(Id<VaultObject> evidence, CancellationToken ct) => db.ReferralFiles.AnyAsync(
        f => f.Evidence == evidence && db.Referrals.Any(r => r.Id == f.Referral && (r.State == ReferralState.Draft || r.State == ReferralState.Countersigned || r.State == ReferralState.Opened)), ct);
}
