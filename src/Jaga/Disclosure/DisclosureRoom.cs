using Jaga.Deliveries;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Disclosure;

/// <summary>
/// Authorities ask for data: four classes, each with the document that it needs, a clock, and two persons who release. What the rules do not allow is not asked of the platform,
/// and what was not asked is not taken from it. Every look is written down.
/// </summary>
public sealed class DisclosureRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DisclosureSettings>(configuration, "Disclosure", s => s.Wrong());
        services.AddSingleton<DataWords>().AddSingleton<AllDataRules>();
        services.AddScoped<RequestFolder>().AddScoped<SendDataRequest>().AddScoped<AddDocument>().AddScoped<CheckDocument>().AddScoped<JudgeEmergency>();
        services.AddScoped<TakeRequest>().AddScoped<AskClarification>().AddScoped<AnswerClarification>();
        services.AddScoped<TellAgency>().AddScoped<ServeAgency>().AddScoped<RecordServed>().AddScoped<ResendAnswer>().AddScoped<IOnReturned, CameBack>();
        services.AddScoped<IOnDelivered>(s => new TakenOutside(TellAgency.AnsweredType, s.GetRequiredService<Db>(), s.GetRequiredService<ServeAgency>()));
        services.AddScoped<IOnDelivered>(s => new TakenOutside(TellAgency.QuestionedType, s.GetRequiredService<Db>(), s.GetRequiredService<ServeAgency>()));
        services.AddScoped<ProposeAnswer>().AddScoped<RejectProposal>().AddScoped<ReleaseAnswer>().AddScoped<WithdrawRelease>();
        services.AddScoped<IAwaitReceiver, AwaitedData>().AddScoped<ReadAskedData>().AddScoped<GiveData>().AddScoped<OpenData>();
        services.AddScoped<IPackageSource, PackData>().AddScoped<IBelongings, Belongings>();
        services.AddCustody(
            "data-request.received", "data-request.document-added", "data-request.document-accepted", "data-request.emergency-accepted", "data-request.answer-proposed", "data-request.answer-released", "data-request.release-withdrawn",
            "data-request.data-asked", "data-request.data-given");
        services.AddScoped<ReadDataRequests>().AddScoped<ReadOwnDataRequests>();
        services.AddCount(new("dataRequests", "Requests for data that are not answered", "/disclosures", Permission.ReadDisclosures, Gravity.Plain, inHead: false, (db, _) => db.DataRequests.Where(r => r.State != DataRequestState.Answered)));
        services.AddDeliveries(Permission.ReadDisclosures, ReleaseAnswer.Type, WithdrawRelease.Type, TellAgency.ReceivedType, TellAgency.AnsweredType, TellAgency.QuestionedType);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        SendDataRequest.Map(api);
        AddDocument.Map(api);
        CheckDocument.Map(api);
        JudgeEmergency.Map(api);
        TakeRequest.Map(api);
        AskClarification.Map(api);
        AnswerClarification.Map(api);
        ProposeAnswer.Map(api);
        RejectProposal.Map(api);
        ReleaseAnswer.Map(api);
        RecordServed.Map(api);
        ResendAnswer.Map(api);
        ReadAskedData.Map(api);
        GiveData.Map(api);
        OpenData.Map(api);
        ReadDataRequests.Map(api);
        ReadOwnDataRequests.Map(api);
    }
}
