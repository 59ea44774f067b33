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
        services.AddScoped<Outbox>().AddScoped<WayToAgency>().AddScoped<INotify, NotifyOutside>();
        services.AddScoped<LeaseDeliveries>().AddScoped<RecordTries>().AddScoped<CircuitBreaker>();
        services.AddDeliveries(Permission.ReadObligations, MailMessage.Type, NotifyOutside.Type);
        services.AddScoped<ReadDeliveries>().AddScoped<RetryDelivery>().AddScoped<CancelDelivery>();
        services.AddScoped<ReadReceivers>().AddScoped<AddReceiver>().AddScoped<ChangeReceiver>().AddScoped<DeadJobs>();
        services.AddCount(new("unsent", "Deliveries that nobody has confirmed to have received, of those whose time has come", "/deliveries?state=unsent", Permission.ReadDeliveries, Gravity.Warn, inHead: true,
            (db, now) => db.Deliveries.Where(d => d.State == DeliveryState.Waiting && (d.DueAt <= now || d.Attempts > 0))));
        services.AddCount(new("deadJobs", "Jobs that failed so often that a person must look", "/status", Permission.ReadMetrics, Gravity.Bad, inHead: false, (db, _) => db.Jobs.Where(j => j.State == JobState.Dead)));
        services.AddSingleton(parts => new Count("stoppedTurns", "Recurring work that fails at every turn, or whose turn nobody takes", "/status", Permission.ReadMetrics, Gravity.Bad, InHead: true,
            (db, now, ct) => StoppedTurns.Count(db, parts.GetServices<RecurringKind>(), now, ct)));
        services.AddRecurring<StoppedTurns>("deliveries.tell-of-stopped-turns", TimeSpan.FromMinutes(1));
        services.AddRecurring<TellOfDeadJobs>("deliveries.tell-of-dead-jobs", TimeSpan.FromMinutes(1));
        services.AddSingleton<AwaitedTurns>();
        services.AddRecurring<SendAwaited>("deliveries.send-awaited", TimeSpan.FromMinutes(1));
        services.AddRecurring<ForgetDeliveries>("deliveries.forget", ForgetDeliveries.Every);
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
