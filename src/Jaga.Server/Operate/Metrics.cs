using System.Diagnostics.Metrics;
using Jaga.Kernel;
using Jaga.Obligations;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Jaga.Server.Operate;

/// <summary>Collects every meter of the house and answers <c>GET /metrics</c> in Prometheus' text format.</summary>
public sealed class Metrics : IDisposable
{
    private static readonly string[] Meters = ["Jaga.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql"];
    private readonly Meter _meter = new("Jaga.Desk");
    private readonly PrometheusText _text = new();
    private readonly MeterProvider _provider;
    private readonly SemaphoreSlim _one = new(1, 1);
    private IReadOnlyList<Counted> _numbers = [];

    public Metrics(IEnumerable<Count> counts)
    {
        foreach (var count in counts)
        {
            _meter.CreateObservableGauge($"jaga.{Db.SnakeCase(count.Word)}", () => _numbers.FirstOrDefault(n => n.Count == count)?.Number ?? 0, description: count.Means);
        }

        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddReader(new BaseExportingMetricReader(_text)).Build();
    }

    /// <summary>Counts, collects, and gives the text.</summary>
    public async Task<string> Collect(ReadNumbers read, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            _numbers = await read.Run(ct);
            _text.Collect!(10_000);
            return _text.Text;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
        _text.Dispose();
        _one.Dispose();
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/metrics", async (Metrics metrics, ReadNumbers read, CancellationToken ct) => TypedResults.Text(await metrics.Collect(read, ct), PrometheusText.ContentType))
        .Requires(Permission.ReadMetrics)
        .ExcludeFromDescription();
}
