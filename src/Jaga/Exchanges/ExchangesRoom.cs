using Jaga.Deliveries;
using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>
/// Banks that are kept in step with somebody else's list: exchanges are read page by page, each page taken with the progress that belongs to it; what cannot be read is set
/// aside and the rest goes on; and what people here think of a signal, or want to share, is sent back as a delivery.
/// </summary>
public sealed class ExchangesRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ExchangeSettings>(configuration, "Exchanges", s => s.Wrong());
        services.AddSingleton(KnownExchanges.Load()).AddSingleton<AllProtocols>().AddSingleton<ExchangeMeter>().AddSingleton<Readings>();
        services.AddScoped<TakePage>().AddScoped<Sweep>().AddScoped<FetchExchange>();
        services.AddScoped<AddExchange>().AddScoped<EditExchange>().AddScoped<PauseExchange>().AddScoped<RunExchange>();
        services.AddScoped<ReadExchanges>().AddScoped<ReadSetAsideEntries>().AddScoped<RetrySetAsideEntry>().AddScoped<DismissSetAsideEntry>();
        services.AddScoped<SubmitHashes>().AddSingleton<ISend, SendToExchange>().AddScoped<IOnDelivered>(s => s.GetRequiredService<SendOpinions>());
        services.AddRecurring<SendOpinions>("exchanges.send-opinions", TimeSpan.FromMinutes(1));
        services.AddRecurring<FetchExchanges>("exchanges.fetch", TimeSpan.FromSeconds(5));
        services.AddRecurring<WatchLag>("exchanges.watch-lag", TimeSpan.FromMinutes(1));
        services.AddRecurring<ExpireClaims>("exchanges.expire", TimeSpan.FromMinutes(5));
        services.AddDeliveries(Permission.ReadBanks, SubmitHashes.Type, SendOpinions.Given);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        AddExchange.Map(api);
        EditExchange.Map(api);
        PauseExchange.Map(api);
        RunExchange.Map(api);
        ReadExchanges.Map(api);
        ReadSetAsideEntries.Map(api);
        RetrySetAsideEntry.Map(api);
        DismissSetAsideEntry.Map(api);
        SubmitHashes.Map(api);
    }
}
