using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The way to NCMEC: address and credentials of the trial service or of production, and the schema in force there, fetched anew every hour.</summary>
public sealed class TipLinks(Db db, TipClient client, MasterKey master, AuditLog audit, Notices notices, TimeProvider clock)
{
    /// <summary>How old a schema may be before it is asked for again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>The link; null where no account was set.</summary>
    public async Task<TipLink?> Of(bool production, CancellationToken ct) => await db.TipAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Production == production, ct) is { } account
        ? new(account.Address ?? (production ? ReferralSettings.NcmecProduction : ReferralSettings.NcmecTest), account.UserName, account.Password(master), account.Address is not null)
        : null;

    /// <summary>
    /// The schema in force, and the call where one was made. That it is another than before is told to the leads. Where it cannot be fetched, the last one serves; null where there is none.
    /// </summary>
    public async Task<(TipSchema? Schema, TipCall? Call)> Schema(bool production, TipLink link, CancellationToken ct)
    {
        var (now, kept) = (clock.GetUtcNow(), await db.TipAccounts.AsNoTracking().SingleAsync(a => a.Production == production, ct));
        if (kept is { Schema: { } fresh, SchemaAt: { } at } && now - at < Fresh)
        {
            return (TipSchema.Read(fresh), null);
        }

        var (call, xsd) = await client.Xsd(link, ct);
        var schema = xsd is null ? null : TryRead(xsd);
        if (schema is null)
        {
            return (kept.Schema is { } old ? TipSchema.Read(old) : null, call);
        }

        await using var transaction = await db.Begin(ct);
        var account = await db.TipAccounts.SingleAsync(a => a.Production == production, ct);
        var changed = account.Keep(xsd!, schema.Sha256, now);
        audit.Record(Actor.System("referrals"), changed ? "tip-account.schema-changed" : "tip-account.schema-read", account.Subject, details: new { schema.Sha256 });
        if (changed)
        {
            await notices.Tell(
                Whom.Lead, "leads", null, account.Subject,
                new("NCMEC's schema has changed; drafts are held against the new one from now on.", "Skema NCMEC berubah; mulai sekarang draf diperiksa dengan skema yang baru."), urgent: true, null, ct);
        }

        await transaction.Commit(ct);
        return (schema, call);
    }

    private static TipSchema? TryRead(byte[] xsd)
    {
        try
        {
            return TipSchema.Read(xsd);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
