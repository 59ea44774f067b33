using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// What an answer that was not hoped for leads to, in the transaction that keeps the call. Nothing is given up, nothing stops without somebody being told, and
/// nothing of what the report says is told: only where it stands and NCMEC's code.
/// </summary>
public sealed class JudgeAnswer(Db db, AuditLog audit, Notices notices, Lockout lockout, TimeProvider clock)
{
    /// <summary>Setbacks after which a person looks, before NCMEC is left with yet another report that nobody finishes.</summary>
    public const int MostSetbacks = 5;

    private const int TellAfter = 5;
    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>Moves the referral to where the answer leads: tried later, opened as new, locked out, or a person's.</summary>
    /// <param name="what">What did not happen, in English.</param>
    public Task Run(Referral referral, TipCall call, string what, CancellationToken ct)
    {
        var says = $"{what}: {call.Told}";
        return call.Answer.Outcome switch
        {
            TipOutcome.Expired => Reopen(referral, says, ct),
            TipOutcome.Later => Later(referral, says, ct),
            TipOutcome.Locked => lockout.Begin(referral, says, ct),
            _ => Halt(referral, says, says, ct),
        };
    }

    /// <summary>Tried again, later each time, without end; the fifth time in a row is told.</summary>
    public async Task Later(Referral referral, string says, CancellationToken ct)
    {
        referral.Failed(clock.GetUtcNow() + Backoff.After(referral.Failures + 1));
        audit.Record(Me, "referral.delayed", referral.Subject, says, new { referral.Failures, referral.DueAt });
        if (referral.Failures is TellAfter)
        {
            await Tell(referral, new($"A report does not get through to NCMEC. {says}", $"Sebuah laporan tidak sampai ke NCMEC. {says}"), urgent: false, ct);
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
    public async Task Reopen(Referral referral, string why, CancellationToken ct)
    {
        // Where its day there was simply over, nothing speaks against going on now.
        var isOver = referral.ExpiresAt <= clock.GetUtcNow();
        audit.Record(Me, "referral.expired", referral.Subject, why, new { referral.ReportId, referral.Generation });
        referral.Expired(clock.GetUtcNow());
        foreach (var file in await db.ReferralFiles.Where(f => f.Referral == referral.Id).ToListAsync(ct))
        {
            file.Forget();
        }

        await SetBack(referral, why, ct, atOnce: isOver);
    }

    /// <summary>What NCMEC had taken is lost or spoilt there: again, later each time, and from the fifth time on only when a person says so.</summary>
    public async Task SetBack(Referral referral, string why, CancellationToken ct, bool atOnce = false)
    {
        var now = clock.GetUtcNow();
        referral.SetBack(atOnce ? now : now + Backoff.After(referral.Setbacks + 1));
        audit.Record(Me, "referral.set-back", referral.Subject, why, new { referral.Setbacks, referral.DueAt });
        if (referral.Setbacks >= MostSetbacks)
        {
            await Halt(referral, $"NCMEC has lost or spoilt it {referral.Setbacks} times. {why}", $"NCMEC sudah {referral.Setbacks} kali kehilangan atau merusaknya. {why}", ct);
        }
    }

    /// <summary>What the leads were told about a report is over.</summary>
    public Task Over(Referral referral, CancellationToken ct) => notices.Over(referral.Subject, ct);

    /// <summary>Tells the leads something about a report.</summary>
    public Task<Notice> Tell(Referral referral, Sentence says, bool urgent, CancellationToken ct) => notices.Tell(Whom.Lead, "leads", null, referral.Subject, says, urgent, null, ct);
}
