using Jaga.Audit;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The way to NCMEC: address and credentials of the trial service or of production, and the schema in force there, fetched anew every hour.</summary>
public sealed class TipLinks(Db db, TipClient client, MasterKey master, AuditLog audit, Notices notices, TimeProvider clock)
{
    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>How old a schema may be before it is asked for again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>What stands on the account while its credentials are refused.</summary>
    internal const string Refused = "It refuses the user name or password.";

    /// <summary>The link; null where no account was set.</summary>
    public async Task<TipLink?> Of(bool production, CancellationToken ct) => await db.TipAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Production == production, ct) is { } account
        ? new(account.Address ?? (production ? ReferralSettings.NcmecProduction : ReferralSettings.NcmecTest), account.UserName, account.Password(master), account.Address is not null)
        : null;

    /// <summary>
    /// The schema in force, and the call where one was made. That it is another than before, or cannot be had, is told to the leads and stands on the first screen. Where it cannot be fetched, the last one serves; null where there is none.
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
        await using var transaction = await db.Begin(ct);
        var account = await db.TipAccounts.SingleAsync(a => a.Production == production, ct);
        if (schema is not null)
        {
            if (account is { Trouble: not null, SchemaChangedAt: null })
            {
                await notices.Over(account.Subject, ct);
            }

            var changed = account.Keep(xsd!, schema, now);
            audit.Record(Me, changed ? "tip-account.schema-changed" : "tip-account.schema-read", account.Subject, account.SchemaChange ?? "", new { schema.Sha256 });
            if (changed)
            {
                await Tell(
                    account, $"NCMEC's schema has changed; drafts are held against the new one from now on. {account.SchemaChange}",
                    $"Skema NCMEC berubah; mulai sekarang draf diperiksa dengan skema yang baru. {account.SchemaChange}", ct);
            }
        }
        else
        {
            var why = xsd is not null ? "What it gives as its schema is none." : call.Status is 401 or 403 ? Refused : call.Status > 0 ? $"HTTP {call.Status}." : call.Answer.Told;
            audit.Record(Me, "tip-account.trouble", account.Subject, why);
            if (account.Fell(why) && (xsd is not null || call.Status is 401 or 403))
            {
                // What passes by itself is on the first screen; what a person must mend is told besides.
                await Tell(account, $"NCMEC's service could not be asked for its schema. {why}", $"Skema NCMEC tidak dapat diminta. {why}", ct);
            }
        }

        await transaction.Commit(ct);
        return (schema ?? (kept.Schema is { } old ? TipSchema.Read(old) : null), call);
    }

    private Task<Notice> Tell(TipAccount account, string en, string id, CancellationToken ct) => notices.Tell(Whom.Lead, "leads", null, account.Subject, new(en, id), urgent: true, null, ct);

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
