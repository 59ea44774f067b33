namespace Jaga.Banks;

/// <summary>
/// Banks of signals: what is known to be illegal or unwanted, whose judgement that is, and what a match means. Signals come in by file, by call and by decision,
/// each with its provenance, and every change is numbered so that matchers keep in step.
/// </summary>
public sealed class BanksRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ChangeBell>();
        services.AddScoped<Changes>().AddScoped<SetAside>().AddScoped<SignalFeed>();
        services.AddScoped<CreateBank>().AddScoped<EditBank>().AddScoped<ReadBanks>().AddScoped<ReadBatches>();
        services.AddScoped<ReadSignals>().AddScoped<AddSignals>().AddScoped<RemoveSignal>().AddScoped<ImportSignals>().AddScoped<ExportSignals>();
        services.AddScoped<ReplaceSignals>().AddScoped<StandSignal>().AddScoped<GiveOpinion>().AddScoped<ReadOpinions>();
        services.AddRecurring<SweepImports>("banks.sweep-imports", TimeSpan.FromMinutes(1));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        CreateBank.Map(api);
        EditBank.Map(api);
        ReadBanks.Map(api);
        ReadBatches.Map(api);
        ReadSignals.Map(api);
        AddSignals.Map(api);
        RemoveSignal.Map(api);
        ImportSignals.Map(api);
        ExportSignals.Map(api);
        GiveOpinion.Map(api);
        ReadOpinions.Map(api);
    }
}
