using Jaga.Deliveries;

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
        services.AddScoped<ConfirmAction>().AddScoped<IOnDelivered>(s => s.GetRequiredService<ConfirmAction>());
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadActions.Map(api);
        ConfirmAction.Map(api);
    }
}
