using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Enforcement;

/// <summary>
/// What the platform is asked to do: verbs with scope, duration and reversal; each asked for once, told until received, and chased until confirmed.
/// </summary>
public sealed class EnforcementRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<EnforcementSettings>(configuration, "Enforcement", s => s.Wrong());
        services.AddScoped<RequestAction>().AddScoped<CancelAction>().AddScoped<ReadActions>();
        services.AddScoped<IAwaitReceiver, AwaitedActions>();
        services.AddScoped<ConfirmAction>().AddScoped<IOnDelivered>(s => s.GetRequiredService<ConfirmAction>());
        services.AddCount(new("unconfirmed", "Actions that the platform has been asked for and has not said to be done", "/actions", Permission.ReadCases, Gravity.Warn, inHead: true,
            (db, now) => db.Actions.Where(a => a.State == ActionState.Requested && a.StartsAt <= now)));
        services.AddCount(new("refused", "Actions that the platform refused: a person must look", "/actions?state=refused", Permission.ReadCases, Gravity.Bad, inHead: false, (db, _) => db.Actions.Where(a => a.State == ActionState.Refused)));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadActions.Map(api);
        ConfirmAction.Map(api);
    }
}
