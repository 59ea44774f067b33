using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Referrals;

/// <summary>
/// NCMEC lets nobody in: credentials or rights that a person has to mend there or here. It is told once for the account, however many reports wait. One of them
/// knocks every <see cref="Every"/>, for most such locks are opened at the other end; the others wait for what it finds.
/// </summary>
public sealed class Lockout(Db db, AuditLog audit, Notices notices, TimeProvider clock)
{
    /// <summary>Between two knocks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>Until when the reports of this account wait; null where they need not, or where the caller is the one who knocks. Called outside a transaction.</summary>
    public async Task<DateTimeOffset?> Until(bool production, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.TipAccounts.AsNoTracking().SingleAsync(a => a.Production == production, ct) is not { LockedAt: not null, ProbeAt: { } probe })
        {
            return null;
        }

        if (probe > now)
        {
            return probe;
        }

        using var turn = await db.WriteAlone(ct);
        return await db.TipAccounts.Where(a => a.Production == production && a.ProbeAt == probe).ExecuteUpdateAsync(set => set.SetProperty(a => a.ProbeAt, now + Every), ct) == 1 ? null : now + Every;
    }

    /// <summary>Somebody wants it tried now: the next report that is due knocks.</summary>
    public static Task<int> Knock(Db db, bool production, DateTimeOffset now, CancellationToken ct) =>
        db.TipAccounts.Where(a => a.Production == production && a.ProbeAt > now).ExecuteUpdateAsync(set => set.SetProperty(a => a.ProbeAt, now), ct);

    /// <summary>NCMEC refused the caller as such. In the transaction that keeps the call.</summary>
    public async Task Begin(Referral referral, string says, CancellationToken ct)
    {
        var next = clock.GetUtcNow() + Every;
        referral.Halt(says, next);
        audit.Record(Me, "referral.locked-out", referral.Subject, says);
        var (those, now) = (db.TipAccounts.Where(a => a.Production == referral.Production), clock.GetUtcNow());
        if (await those.Where(a => a.LockedAt == null).ExecuteUpdateAsync(set => set.SetProperty(a => a.LockedAt, now).SetProperty(a => a.ProbeAt, next), ct) == 0)
        {
            return;
        }

        var account = await those.AsNoTracking().SingleAsync(ct);
        audit.Record(Me, "tip-account.locked-out", account.Subject, says);
        if (account.Trouble != TipLinks.Refused)
        {
            // Where not even the schema was given, that was told already.
            await notices.Tell(Whom.Lead, "leads", null, account.Subject, new($"NCMEC does not let Jaga in; no report gets through. {says}", $"NCMEC menolak akses Jaga; tidak ada laporan yang sampai. {says}"), urgent: true, null, ct);
        }
    }

    /// <summary>NCMEC answered the caller as one who may call. In the transaction that keeps the call.</summary>
    public async Task End(bool production, CancellationToken ct)
    {
        if (await db.TipAccounts.Where(a => a.Production == production && a.LockedAt != null).ExecuteUpdateAsync(set => set.SetProperty(a => a.LockedAt, (DateTimeOffset?)null).SetProperty(a => a.ProbeAt, (DateTimeOffset?)null), ct) == 1)
        {
            audit.Record(Me, "tip-account.let-in", TipAccount.SubjectOf(production));
            if (!await db.TipAccounts.AnyAsync(a => a.Production == production && a.SchemaChangedAt != null, ct))
            {
                await notices.Over(TipAccount.SubjectOf(production), ct);
            }
        }
    }
}
