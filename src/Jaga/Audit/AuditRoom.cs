namespace Jaga.Audit;

/// <summary>The log of every act, which cannot be changed unseen, and its proofs.</summary>
public sealed class AuditRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration) => services.AddScoped<AuditLog>();

    public static void Map(IEndpointRouteBuilder api)
    {
    }
}
