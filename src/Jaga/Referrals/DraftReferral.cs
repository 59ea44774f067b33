using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>A file to be sent along, and what is told about it.</summary>
public sealed record FileToRefer(Id<VaultObject> Evidence, TipFile Details);

/// <summary>Writes the draft of a report, in the transaction of the decision that makes it due. Called by the desk, which knows the case.</summary>
public sealed class DraftReferral(Db db, MasterKey master, AuditLog audit, Duties duties, TimeProvider clock)
{
    /// <param name="about">The case.</param>
    /// <param name="account">The platform's own id of whoever is reported, so that later reports can name this one; null where nobody is known.</param>
    /// <param name="files">In the order in which they are sent; none for a case without files, which is a report too.</param>
    /// <param name="follows">The one that it follows up, or takes the place of.</param>
    /// <param name="notBefore">Signed or not, nothing is sent before; null for at once.</param>
    /// <exception cref="NotFound">One of the objects is not in the vault.</exception>
    public async Task<Referral> Run(Subject about, string? account, TipReport says, IReadOnlyList<FileToRefer> files, Actor actor, CancellationToken ct, Id<Referral>? follows = null, DateTimeOffset? notBefore = null)
    {
        var now = clock.GetUtcNow();
        var referral = Referral.New(about, account, "ncmec", says, actor, master, now, follows, notBefore);
        db.Add(referral);
        foreach (var (file, index) in files.Select((f, i) => (f, i)))
        {
            var kept = await db.VaultObjects.FindAsync([file.Evidence], ct) ?? throw new NotFound("such evidence");
            db.Add(ReferralFile.Of(referral, index + 1, kept, file.Details, master, now));
        }

        duties.Open(SignReferral.Clause, referral.Subject, "NCMEC", actor, now);
        audit.Record(actor, "referral.drafted", referral.Subject, details: new { about, referral.Authority, files = files.Count, follows });
        return referral;
    }
}
