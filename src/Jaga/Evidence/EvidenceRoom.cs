namespace Jaga.Evidence;

/// <summary>The vault: bytes and records kept under seal for as long as the law says, given out only for a recorded reason, and provably what they were.</summary>
public sealed class EvidenceRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<EvidenceSettings>(configuration, "Evidence", s => s.Wrong());
        services.AddSingleton<IKeyEnvelope, MasterKeyEnvelope>().AddSingleton<VaultFiles>();
        services.AddScoped<Vault>().AddScoped<Exhibits>().AddScoped<ExportBag>().AddScoped<PlaceHold>().AddScoped<LiftHold>();
        services.AddRecurring<ScrubVault>("evidence.scrub", ScrubVault.Every);
        services.AddRecurring<SweepOrphans>("evidence.sweep", SweepOrphans.Every);
        services.AddRecurring<DestroyExpired>("evidence.destroy", DestroyExpired.Every);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadExhibits.Map(api);
        ExportBag.Map(api);
        ReadHolds.Map(api);
        PlaceHold.Map(api);
        LiftHold.Map(api);
    }
}

/// <summary>How evidence is kept. <c>Jaga__Evidence__…</c></summary>
public sealed record EvidenceSettings
{
    /// <summary>The longest single piece of evidence, in bytes: 4 GiB unless changed, at least 1 MiB.</summary>
    public long MaxObjectBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How often every file is read again: from an hour to a year, weekly unless changed.</summary>
    public TimeSpan ScrubEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The organisation that a bag names as its source.</summary>
    public string Organization { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (MaxObjectBytes < 1024 * 1024)
        {
            yield return $"Evidence:MaxObjectBytes is {MaxObjectBytes}. It takes at least 1048576 (1 MiB).";
        }

        if (ScrubEvery < TimeSpan.FromHours(1) || ScrubEvery > TimeSpan.FromDays(366))
        {
            yield return $"Evidence:ScrubEvery is {ScrubEvery}. It takes an hour to a year.";
        }

        if (Organization.Any(char.IsControl))
        {
            yield return "Evidence:Organization holds a control character.";
        }
    }
}
