using Jaga.Deliveries;
using Jaga.Evidence;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>
/// What authorities are handed where there is no interface to report to: a bag of sealed evidence with its custody and a readable report, prepared by one person, released by another,
/// encrypted to the agency's key, taken at its door or handed over by hand, until its receipt is here.
/// </summary>
public sealed class PackagesRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<PackageSettings>(configuration, "Packages", s => s.Wrong());
        services.AddSingleton<PackageProfiles>().AddSingleton<OpenPgp>();
        services.AddScoped<PackageFolder>().AddScoped<PackagePapers>();
        services.AddScoped<AddEncryptionKey>().AddScoped<ConfirmEncryptionKey>().AddScoped<SetProfile>();
        services.AddScoped<PreparePackage>().AddScoped<ReleasePackage>().AddScoped<WithdrawPackage>().AddScoped<TakePackage>();
        services.AddScoped<IOnReturned, NewsReturned>();
        services.AddScoped<ReadPackages>().AddScoped<ReadOwnPackages>();
        services.AddScoped<IBelongings, Belongings>().AddCustody("package.prepared", "package.released", "package.sealed");
        services.AddJob<BuildPackage.Work, BuildPackage>("packages.build");
        services.AddCount(new("packages", "Packages for authorities that nobody has received", "/packages", Permission.ReadPackages, Gravity.Plain, inHead: false, (db, _) => db.Packages.Where(p => p.State != PackageState.Received && p.State != PackageState.Withdrawn)));
        services.AddDeliveries(Permission.ReadPackages, BuildPackage.Type);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        AddEncryptionKey.Map(api);
        ConfirmEncryptionKey.Map(api);
        SetProfile.Map(api);
        PreparePackage.Map(api);
        ReleasePackage.Map(api);
        WithdrawPackage.Map(api);
        TakePackage.Map(api);
        ReadPackages.Map(api);
        ReadOwnPackages.Map(api);
    }
}
