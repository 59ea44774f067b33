using Jaga.Banks;
using Jaga.Cases;
using Jaga.Items.Fingerprints;
using Jaga.Items.Lookbacks;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>
/// What the platform sends to be checked. The hot path: bytes to fingerprints in the limited child, fingerprints to matches in memory, one grouped commit;
/// only a hit costs more.
/// </summary>
public sealed class ItemsRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ItemSettings>(configuration, "Items", s => s.Wrong());
        services.AddSingleton<CheckMeter>().AddSingleton<ItemWriter>();
        services.AddRecurring<PackFingerprints>("items.pack-fingerprints", TimeSpan.FromSeconds(10));
        services.AddScoped<CheckItem>().AddScoped<RecordHit>().AddScoped<ReadItem>().AddScoped<HashFiles>();
        services.AddJob<OpenKept.Work, OpenKept>("items.open-kept").AddScoped<IOnReleased>(s => s.GetRequiredService<OpenKept>());
        services.AddJob<SearchSignal.Work, SearchSignal>("items.search-signal").AddScoped<IOnReleased>(s => s.GetRequiredService<SearchSignal>());
        services.AddRecurring<DropFingerprints>("items.drop-fingerprints", TimeSpan.FromHours(1));
        var lookback = services.AddSettings<LookbackSettings>(configuration, "Lookback", s => s.Wrong());
        services.AddRecurring<BeginLookback>("items.begin-lookback", lookback.Every);
        services.AddSingleton<LookbackMeter>().AddSingleton<RecordLookback>().AddScoped<CheckTail>();
        services.AddScoped<StartLookback>().AddScoped<SteerLookback>().AddScoped<ReadLookbacks>();
        services.AddSingleton<LookbackRunner>().AddHostedService(s => s.GetRequiredService<LookbackRunner>());
        services.AddScoped<IKnowsSubject, KnownItems>().AddScoped<Evidence.IBelongings, Belongings>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        CheckItem.Map(api);
        ReadItem.Map(api);
        HashFiles.Map(api);
        StartLookback.Map(api);
        SteerLookback.Map(api);
        ReadLookbacks.Map(api);
    }
}
