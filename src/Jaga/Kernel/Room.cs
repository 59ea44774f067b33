namespace Jaga.Kernel;

/// <summary>A room of the house: what it adds to the container, and the endpoints that it answers.</summary>
public interface IRoom
{
    /// <summary>Registers the room's use cases, jobs and settings.</summary>
    static abstract void Add(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps the room's endpoints under <c>/api/v1</c>.</summary>
    static virtual void Map(IEndpointRouteBuilder api)
    {
    }
}
