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
        services.AddScoped<JudgeAnswer>().AddScoped<SendReferral>().AddSingleton<Sendings>();
        services.AddRecurring<SendReferrals>("referrals.send", TimeSpan.FromSeconds(2));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadReferrals.Map(api);
        EditReferral.Map(api);
        SignReferral.Map(api);
        SteerReferral.Map(api);
        SetTipAccount.Map(api);
    }
}
