using System.Diagnostics.Metrics;

namespace Jaga.Items;

/// <summary>Measures of the hot path: checks by verdict, and how long they took.</summary>
public sealed class CheckMeter : IDisposable
{
    private readonly Meter _meter = new("Jaga.Items");
    private readonly Counter<long> _checks;
    private readonly Histogram<double> _took;

    public CheckMeter()
    {
        _checks = _meter.CreateCounter<long>("jaga.checks", description: "Items checked, by verdict");
        _took = _meter.CreateHistogram("jaga.check.duration", "s", "Time to check an item", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });
    }

    public void Checked(CheckVerdict verdict, TimeSpan took)
    {
        _checks.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString().ToLowerInvariant()));
        _took.Record(took.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
