using Jaga.Cases;
using Jaga.Items.Fingerprints;

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
        services.AddScoped<CheckItem>().AddScoped<RecordHit>().AddScoped<ReadItem>();
        services.AddRecurring<PackFingerprints>("items.pack-fingerprints", TimeSpan.FromSeconds(10));
        services.AddScoped<IKnowsSubject, KnownItems>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        CheckItem.Map(api);
        ReadItem.Map(api);
    }
}
