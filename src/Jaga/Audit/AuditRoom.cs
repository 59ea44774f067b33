namespace Jaga.Audit;

/// <summary>The log of every act, which cannot be changed unseen, and its proofs.</summary>
public sealed class AuditRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AuditSettings>(configuration, "Audit", s => s.Wrong());
        services.ConfigureDbContext<Db>(options => options.AddInterceptors(new Storable()), ServiceLifetime.Singleton);
        services.AddScoped<AuditLog>().AddScoped<AuditTree>().AddScoped<ReadProof>();
        services.AddSingleton<ICheckpointSigner, MasterKeySigner>();
        services.AddRecurring<SignCheckpoint>("audit.checkpoint", SignCheckpoint.Every);
        services.AddHostedService<SignAtShutdown>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadLines.Map(api);
        ReadProof.Map(api);
        ReadCheckpoint.Map(api);
        SignCheckpoint.Map(api);
    }
}
