using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>What an answer that was not hoped for leads to, in the transaction that keeps the call. Nothing is given up, and nothing stops without somebody being told.</summary>
public sealed class JudgeAnswer(Db db, AuditLog audit, Notices notices, TimeProvider clock)
{
    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>Moves the referral to where the answer leads: tried later, opened as new, locked out, or a person's.</summary>
    /// <param name="what">What did not happen, in English.</param>
    public async Task Run(Referral referral, TipCall call, string what, CancellationToken ct)
    {
        var (now, says) = (clock.GetUtcNow(), $"{what}: {call.Answer.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? $"HTTP {call.Status}"} {call.Answer.Says}");
        switch (call.Answer.Outcome)
        {
            case TipOutcome.Expired:
                await Reopen(referral, says);
                break;
            case TipOutcome.Later:
                referral.Failed(now + Backoff.After(referral.Failures + 1));
                audit.Record(Me, "referral.delayed", referral.Subject, says, new { referral.Failures, referral.DueAt });
                if (referral.Failures is 5)
                {
                    await Tell(referral, new($"A report does not get through to NCMEC. {says}", $"Sebuah laporan tidak sampai ke NCMEC. {says}"), urgent: false, ct);
                }

                break;
            case TipOutcome.Locked:
                // It is tried again now and then: most such locks are opened at the other end.
                referral.Halt(says, now + TimeSpan.FromMinutes(15));
                audit.Record(Me, "referral.locked-out", referral.Subject, says);
                await Tell(referral, new($"NCMEC does not let Jaga in. {says}", $"NCMEC menolak akses Jaga. {says}"), urgent: true, ct);
                break;
            default:
                await Halt(referral, says, says, ct);
                break;
        }
    }

    /// <summary>Stops it until a person acts, and tells the leads.</summary>
    public async Task Halt(Referral referral, string en, string id, CancellationToken ct)
    {
        referral.Halt(en, null);
        audit.Record(Me, "referral.halted", referral.Subject, en);
        await Tell(referral, new($"A report to NCMEC needs a person. {en}", $"Sebuah laporan ke NCMEC memerlukan tindakan. {id}"), urgent: true, ct);
    }

    /// <summary>NCMEC has forgotten the report, or holds a spoilt one: everything is sent anew.</summary>
    public async Task Reopen(Referral referral, string why)
    {
        audit.Record(Me, "referral.expired", referral.Subject, why, new { referral.ReportId, referral.Generation });
        referral.Expired(clock.GetUtcNow());
        foreach (var file in await db.ReferralFiles.Where(f => f.Referral == referral.Id).ToListAsync())
        {
            file.Forget();
        }
    }

    private Task<Notice> Tell(Referral referral, Sentence says, bool urgent, CancellationToken ct) => notices.Tell(Whom.Lead, "leads", null, referral.Subject, says, urgent, null, ct);
}
