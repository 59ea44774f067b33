using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// Reports to the authorities, NCMEC's CyberTipline first: drafted from a case, signed by a second person, and sent step by step until the receipt, every call kept.
/// </summary>
public sealed class ReferralsRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ReferralSettings>(configuration, "Referrals", s => s.Wrong());
        services.AddSingleton<TipClient>().AddScoped<TipLinks>().AddScoped<SetTipAccount>();
        services.AddScoped<DraftReferral>().AddScoped<EditReferral>().AddScoped<SignReferral>().AddScoped<SteerReferral>().AddScoped<ReadReferrals>();
        services.AddScoped<Lockout>().AddScoped<JudgeAnswer>().AddScoped<SendReferral>().AddSingleton<Sendings>();
        services.AddScoped<FollowUpReferral>().AddScoped<AcknowledgeSchema>().AddScoped<OpenReceipts>();
        services.AddScoped<IOnAnswered, LearnOfAccount>().AddScoped<INeedsEvidence, NeededFiles>();
        services.AddRecurring<SendReferrals>("referrals.send", TimeSpan.FromSeconds(2));
        services.AddRecurring<WatchSchema>("referrals.schema", TipLinks.Fresh);
        services.AddCount(new("stoppedReferrals", "Reports to NCMEC that wait for a person", "/referrals?state=stopped", Permission.ReadReferrals, Gravity.Bad, inHead: true, (db, _) => db.Referrals.Stopped()));
        services.AddCount(new("unsignedReferrals", "Reports to NCMEC that wait for their second signature", "/referrals?state=draft", Permission.ReadReferrals, Gravity.Warn, inHead: false,
            (db, _) => db.Referrals.Where(r => r.State == ReferralState.Draft)));
        services.AddCount(new("ncmecAlarms", "Accounts with NCMEC whose schema changed unseen, or which could not be asked", "/referrals", Permission.ReadReferrals, Gravity.Bad, inHead: true,
            (db, _) => db.TipAccounts.Where(a => a.SchemaChangedAt != null || a.Trouble != null || a.LockedAt != null)));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadReferrals.Map(api);
        EditReferral.Map(api);
        SignReferral.Map(api);
        SteerReferral.Map(api);
        SetTipAccount.Map(api);
        FollowUpReferral.Map(api);
        AcknowledgeSchema.Map(api);
        OpenReceipts.Map(api);
    }
}
