using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>
/// Orders of authorities: received with a number at once, each under its regime's clock, each location a case of its own at the desk,
/// answered with what the platform confirmed or with a ground, and served until the authority has the answer.
/// </summary>
public sealed class OrdersRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<ReceiveOrder>().AddScoped<SendOrder>().AddScoped<TellAgency>().AddScoped<PublishAnswer>();
        services.AddScoped<EnterOrder>().AddScoped<AcknowledgeOrder>().AddScoped<CheckOrder>().AddScoped<AnswerOrder>().AddScoped<AskClarification>().AddScoped<ClarifyOrder>().AddScoped<AskNormalisation>().AddScoped<AnswerNormalisation>().AddScoped<RecordServed>().AddScoped<ResendAnswer>();
        services.AddScoped<RegisterWarning>().AddScoped<AnswerObjection>().AddScoped<AttachFile>().AddScoped<OpenFile>();
        services.AddScoped<ReplyToWarning>().AddScoped<IOnDelivered>(s => s.GetRequiredService<ReplyToWarning>());
        services.AddScoped<ReadOwed>().AddScoped<ReadOwnOrders>().AddScoped<ReadOrders>();
        services.AddScoped<FollowCases>().AddScoped<IOnDecided>(s => s.GetRequiredService<FollowCases>()).AddScoped<IOnAnswered>(s => s.GetRequiredService<FollowCases>());
        services.AddScoped<IOnDelivered, Served>().AddScoped<IOnReturned, CameBack>().AddScoped<IKnowsSubject, KnownOrders>();
        services.AddCount(new("unacknowledged", "Orders of authorities that nobody has taken yet", "/orders?state=unacknowledged", Permission.ReadOrders, Gravity.Bad, inHead: true,
            (db, _) => db.Orders.Where(o => o.TakenAt == null && o.State != OrderState.Answered)));
        services.AddDeliveries(Permission.ReadOrders, TellAgency.ReceivedType, TellAgency.AnsweredType, TellAgency.RepliedType);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        SendOrder.Map(api);
        ReadOwnOrders.Map(api);
        EnterOrder.Map(api);
        ReadOrders.Map(api);
        AcknowledgeOrder.Map(api);
        CheckOrder.Map(api);
        AnswerOrder.Map(api);
        AskClarification.Map(api);
        ClarifyOrder.Map(api);
        AskNormalisation.Map(api);
        AnswerNormalisation.Map(api);
        RecordServed.Map(api);
        ResendAnswer.Map(api);
        RegisterWarning.Map(api);
        ReplyToWarning.Map(api);
        AnswerObjection.Map(api);
        AttachFile.Map(api);
        OpenFile.Map(api);
    }
}
