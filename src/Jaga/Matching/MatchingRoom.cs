namespace Jaga.Matching;

/// <summary>Finds known signals: an index in memory over all banks, kept in step with them, exact, and never in anybody's way.</summary>
public sealed class MatchingRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<MatchingSettings>(configuration, "Matching", s => s.Wrong());
        services.AddSettings<FloodSettings>(configuration, "Flood", s => s.Wrong());
        services.AddSettings<AskSettings>(configuration, "Ask", s => s.Wrong());
        services.AddSingleton<AskLimits>().AddScoped<AskKnown>().AddScoped<ReadAskUsage>();
        services.AddScoped<JudgeFlood>().AddScoped<DecideQuarantine>().AddScoped<ReadQuarantine>();
        services.AddSingleton<Matcher>().AddHostedService(s => s.GetRequiredService<Matcher>());
        services.AddSingleton<FindMatches>().AddSingleton<ReadMatchStatus>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        FindMatches.Map(api);
        ReadMatchStatus.Map(api);
        ReadQuarantine.Map(api);
        AskKnown.Map(api);
        ReadAskUsage.Map(api);
        DecideQuarantine.Map(api);
    }
}
