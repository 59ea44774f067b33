using Jaga.Audit;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The second signature: a person who did not write the report has read it and lets it go.</summary>
public sealed class SignReferral(Db db, MasterKey master, AuditLog audit, ReferralSettings settings, TimeProvider clock)
{
    /// <summary>The law's clause: report, and finish the report.</summary>
    public const string Clause = "us-2258a.report";

    /// <summary>The law's clause: keep what was reported for a year.</summary>
    public const string Preserve = "us-2258a.preserve";

    /// <param name="Version">The version that was read.</param>
    public sealed record Request(int Version);

    /// <exception cref="RuleBroken">The signer wrote it, it is no draft, it changed since it was read, or NCMEC would refuse it.</exception>
    public async Task Run(Id<Referral> id, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var referral = await Referral.Hold(db, id, ct);
        var (says, seen) = (referral.Says(master), request.Version);
        if (settings.Reporter.On(says) is var whole && whole != says && referral.State is ReferralState.Draft && referral.Version == seen)
        {
            // As it was shown: who reports was set after it was drafted.
            referral.Learn(whole, master);
            (says, seen) = (whole, referral.Version);
            audit.Record(Actor.System("referrals"), "referral.learned", referral.Subject, "Who reports, from the settings.");
        }

        referral.Sign(seen, settings.Production, actor, now);
        var faults = TipRules.Wrong(says, now).ToList();
        foreach (var file in await db.ReferralFiles.Where(f => f.Referral == id).OrderBy(f => f.Number).ToListAsync(ct))
        {
            faults.AddRange(TipRules.Wrong(file.Details(master), now).Select(f => f with { Field = $"files[{file.Number}].{f.Field}" }));
        }

        if (faults.Count > 0)
        {
            throw new RuleBroken($"NCMEC would refuse this: {string.Join(" ", faults.Take(5).Select(f => $"{f.Field}: {f.Reason}"))}");
        }

        audit.Record(actor, "referral.signed", referral.Subject, details: new { referral.Production, request.Version });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/referrals/{id}/signature", async (Id<Referral> id, Request request, SignReferral sign, Actor actor, CancellationToken ct) =>
        {
            await sign.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.SignReferrals)
        .WithSummary("Sign a report").WithDescription("By a second person. From here on it is sent by itself, step by step, until NCMEC has finished it.");
}
