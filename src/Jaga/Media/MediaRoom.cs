using Microsoft.Extensions.Hosting;

namespace Jaga.Media;

/// <summary>
/// Decodes and fingerprints what strangers send, in child processes that hold no right worth stealing. Other rooms get fingerprints and
/// small derivatives, never a decoder.
/// </summary>
public sealed class MediaRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<MediaSettings>(configuration, "Media", s => s.Wrong());
        services.AddSingleton<MediaReader>();
        if (settings.Warm)
        {
            services.AddHostedService<Opening>();
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        // Files arrive through Items; this room answers nothing by itself.
    }

    /// <summary>Makes the pool with the house, not with its first file.</summary>
    private sealed class Opening(MediaReader reader, ILogger<Opening> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            logger.LogInformation("Media decodes in {Children} children", reader.Lanes.Count);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
