using Jaga.Obligations;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Jaga.Deliveries;

/// <summary>
/// The only way out of the house: messages written with the decision that caused them, sent until the other side has them,
/// with a receipt kept for each, and a circuit that calls for somebody when a receiver is gone.
/// </summary>
public sealed class DeliveriesRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DeliverySettings>(configuration, "Deliveries", s => s.Wrong());
        services.AddSettings<MailSettings>(configuration, "Mail", s => s.Wrong());
        services.TryAddSingleton<IResolver, SystemResolver>();
        services.AddSingleton<Wire>().AddSingleton<DeliveryMeter>();
        services.AddSingleton<ISend, SendWebhook>().AddSingleton<ISend, SendMail>();
        services.AddScoped<Outbox>().AddScoped<INotify, NotifyOutside>();
        services.AddScoped<LeaseDeliveries>().AddScoped<RecordTries>().AddScoped<CircuitBreaker>();
        services.AddScoped<ReadOutbox>().AddScoped<ReadDeliveries>().AddScoped<RetryDelivery>().AddScoped<CancelDelivery>();
        services.AddScoped<ReadReceivers>().AddScoped<AddReceiver>().AddScoped<ChangeReceiver>().AddScoped<DeadJobs>();
        services.AddRecurring<TellOfDeadJobs>("deliveries.tell-of-dead-jobs", TimeSpan.FromMinutes(1));
        services.AddSingleton<Sender>().AddHostedService(s => s.GetRequiredService<Sender>());
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadDeliveries.Map(api);
        RetryDelivery.Map(api);
        CancelDelivery.Map(api);
        ReadReceivers.Map(api);
        AddReceiver.Map(api);
        ChangeReceiver.Map(api);
        DeadJobs.Map(api);
    }
}
