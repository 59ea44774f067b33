using Jaga.Audit;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Disclosure;
using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Exchanges;
using Jaga.Items;
using Jaga.Letters;
using Jaga.Matching;
using Jaga.Media;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Packages;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Reports;
using Jaga.Witnesses;

namespace Jaga;

/// <summary>The rooms, from the ground up. A room may use only those that stand before it in this list; a test keeps it so.</summary>
public static class House
{
    private static readonly (string Name, Action<IServiceCollection, IConfiguration> Add, Action<IEndpointRouteBuilder> Map)[] Rooms =
    [
        Room<KernelRoom>(),
        Room<AuditRoom>(),
        Room<PeopleRoom>(),
        Room<ObligationsRoom>(),
        Room<DeliveriesRoom>(),
        Room<WitnessesRoom>(),
        Room<EvidenceRoom>(),
        Room<MediaRoom>(),
        Room<BanksRoom>(),
        Room<ExchangesRoom>(),
        Room<MatchingRoom>(),
        Room<EnforcementRoom>(),
        Room<LettersRoom>(),
        Room<PackagesRoom>(),
        Room<ReferralsRoom>(),
        Room<CasesRoom>(),
        Room<DisclosureRoom>(),
        Room<ItemsRoom>(),
        Room<ReportsRoom>(),
        Room<OrdersRoom>(),
    ];

    /// <summary>The rooms' names, from the ground up.</summary>
    public static IReadOnlyList<string> FromTheGround { get; } = [.. Rooms.Select(r => r.Name)];

    /// <summary>Adds every room.</summary>
    /// <exception cref="WrongSetting">A setting is wrong.</exception>
    public static IServiceCollection AddJaga(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var room in Rooms)
        {
            room.Add(services, configuration);
        }

        return services;
    }

    /// <summary>Maps every room's endpoints under <c>/api/v1</c>, each write bearing an idempotency key if the caller gives one.</summary>
    public static IEndpointRouteBuilder MapJaga(this IEndpointRouteBuilder routes)
    {
        // The gate of People refuses other sites' writes, so forms posted to the interface need no token of their own.
        var api = routes.MapGroup("/api/v1").AddEndpointFilter(new IdempotentWrites()).DisableAntiforgery();
        foreach (var room in Rooms)
        {
            room.Map(api.MapGroup("").WithTags(room.Name));
        }

        return routes;
    }

    private static (string, Action<IServiceCollection, IConfiguration>, Action<IEndpointRouteBuilder>) Room<T>()
        where T : IRoom => (typeof(T).Name.Replace("Room", "", StringComparison.Ordinal), T.Add, T.Map);
}
