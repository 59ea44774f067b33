using Jaga.People.Agencies;

namespace Jaga.Obligations;

/// <summary>
/// What is owed to whom by when. Regimes are data; every duty is a row with a clock, an owner and a ladder of warnings,
/// and is over only when a delivery was confirmed, a decision recorded, or a person cancelled it with a reason.
/// </summary>
public sealed class ObligationsRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<ObligationSettings>(configuration, "Obligations", s => s.Wrong());
        var regimes = new Regimes(settings);
        services.AddSingleton(regimes).AddSingleton<IRegimeNames>(regimes);
        services.AddScoped<Duties>().AddScoped<Notices>().AddScoped<OnCall>();
        services.AddScoped<ReadObligations>().AddScoped<ReadDuties>().AddScoped<ReadCalendar>().AddScoped<ReadWorkload>().AddScoped<Ladders>().AddScoped<ReadLadders>().AddScoped<SetLadder>().AddScoped<ReadNotices>().AddScoped<CancelObligation>().AddScoped<AssignObligation>().AddScoped<PauseObligation>().AddScoped<MarkNoticeRead>();
        services.AddScoped<SetRota>().AddScoped<CoverShift>().AddScoped<RecordAbsence>().AddScoped<ReadOnCall>().AddScoped<TakeNotice>();
        services.AddScoped<ReadReport>().AddScoped<ExplainObligation>();
        services.AddCount(new("untaken", "Urgent notices that are repeated because nobody has taken them", "/obligations/on-call", Permission.ReadObligations, Gravity.Bad, inHead: false, (db, _) => db.Notices.Where(n => n.NextCallAt != null)));
        services.AddCount(new("overdue", "Obligations past their due time and still owed", "/obligations?state=overdue", Permission.ReadObligations, Gravity.Bad, inHead: true, (db, now) => db.Obligations.Overdue(now)));
        services.AddRecurring<CallAgain>("obligations.call-again", TimeSpan.FromSeconds(5));
        services.AddRecurring<ForgetNotices>("obligations.forget-notices", ForgetNotices.Every);
        services.AddRecurring<TellOfPauses>("obligations.tell-of-pauses", TimeSpan.FromMinutes(10));
        services.AddRecurring<WalkLadder>("obligations.walk-ladder", TimeSpan.FromSeconds(1));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadRegimes.Map(api);
        ReadObligations.Map(api);
        ReadCalendar.Map(api);
        ReadWorkload.Map(api);
        ReadLadders.Map(api);
        SetLadder.Map(api);
        SetRota.Map(api);
        CoverShift.Map(api);
        RecordAbsence.Map(api);
        ReadOnCall.Map(api);
        TakeNotice.Map(api);
        ReadReport.Map(api);
        ExplainObligation.Map(api);
        CancelObligation.Map(api);
        AssignObligation.Map(api);
        PauseObligation.Map(api);
        ReadNotices.Map(api);
        MarkNoticeRead.Map(api);
    }
}
