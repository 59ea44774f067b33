using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Reports.Flaggers;

namespace Jaga.Reports;

/// <summary>
/// Listening: what the public, the platform's users and flaggers tell us. Each report is safe before its reporter is answered, comes to the one case of its subject,
/// and is answered three times: received, decided with the reason, how to complain. Nobody has to say who they are.
/// </summary>
public sealed class ReportsRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var regimes = (Regimes)services.Single(s => s.ServiceType == typeof(Regimes)).ImplementationInstance!;
        services.AddSettings<ReportSettings>(configuration, "Reports", s => s.Wrong(regimes));
        services.AddSingleton<ReceiptKey>().AddSingleton<ReceiptLimits>().AddSingleton<ReportMeter>().AddSingleton<Puzzle>();
        services.AddScoped<TakeReport>().AddScoped<AddScreenshot>().AddScoped<BringToDesk>().AddScoped<ReportMail>();
        services.AddRecurring<SortReports>("reports.sort", TimeSpan.FromSeconds(1));
        services.AddScoped<IOnDelivered, GiveUpMail>().AddRecurring<GiveUpMail>("reports.give-up-mail", TimeSpan.FromHours(1));
        services.AddRecurring<MissScreenshots>("reports.miss-screenshots", TimeSpan.FromMinutes(10));
        services.AddScoped<IOnDecided, AnswerOnDecision>().AddScoped<ReadAnswer>().AddJob<TellReporters.Work, TellReporters>("reports.tell").AddJob<AnswerFlaggers.Work, AnswerFlaggers>("reports.answer-flaggers");
        services.AddScoped<FollowRemovals>().AddScoped<IOnAnswered>(s => s.GetRequiredService<FollowRemovals>());
        services.AddScoped<ReplyDuty>().AddScoped<OpenReceipt>().AddScoped<AnswerReport>().AddScoped<OpenIdentity>().AddScoped<ReadReports>();
        services.AddScoped<AddFlagger>().AddScoped<ChangeFlagger>().AddScoped<EndFlagger>().AddScoped<CreateFlaggerKey>().AddScoped<RevokeFlaggerKey>().AddScoped<PassOnReports>().AddScoped<ReadFlaggerReports>().AddScoped<ReadFlaggers>().AddScoped<FlaggerWeight>();
        services.AddScoped<WarnReporter>().AddScoped<SuspendReporter>().AddScoped<LiftSuspension>().AddScoped<ReadMisuse>().AddScoped<TellMisuse>().AddScoped<IOnDelivered>(s => s.GetRequiredService<TellMisuse>());
        services.AddCount(new("askingReporters", "Reporters who wrote and have no answer yet", "/reports?asked=true", Permission.ReadReports, Gravity.Warn, inHead: false, (db, _) => db.Reports.Where(r => r.AskedAt != null)));
        services.AddDeliveries(Permission.ReadReports, ReportMail.Type, AnswerFlaggers.Type, TellMisuse.Message);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadReports.Map(api);
        AnswerReport.Map(api);
        OpenIdentity.Map(api);
        AddFlagger.Map(api);
        ChangeFlagger.Map(api);
        EndFlagger.Map(api);
        CreateFlaggerKey.Map(api);
        RevokeFlaggerKey.Map(api);
        PassOnReports.Map(api);
        ReadFlaggerReports.Map(api);
        ReadFlaggers.Map(api);
        WarnReporter.Map(api);
        SuspendReporter.Map(api);
        LiftSuspension.Map(api);
        TellMisuse.Map(api);
        ReadMisuse.Map(api);
    }
}
