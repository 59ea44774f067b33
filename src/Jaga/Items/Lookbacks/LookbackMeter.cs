using System.Diagnostics.Metrics;

namespace Jaga.Items.Lookbacks;

/// <summary>Measures of look-back: what this node searched and found, and how far all that is running has come.</summary>
public sealed class LookbackMeter : IDisposable
{
    private readonly Meter _meter = new("Jaga.Lookback");
    private readonly Counter<long> _searched;
    private readonly Counter<long> _found;
    private (long Total, long Done, long Found) _now;

    public LookbackMeter()
    {
        _searched = _meter.CreateCounter<long>("jaga.lookback.searched", description: "Kept checks that this node searched for new signals");
        _found = _meter.CreateCounter<long>("jaga.lookback.found", description: "Findings that this node's look-backs brought to the desk");
        _meter.CreateObservableGauge("jaga.lookback.running.total", () => _now.Total, description: "Kept checks that running and paused look-backs search");
        _meter.CreateObservableGauge("jaga.lookback.running.done", () => _now.Done, description: "Of these, searched");
        _meter.CreateObservableGauge("jaga.lookback.running.found", () => _now.Found, description: "What they found");
    }

    internal void Searched(long checks) => _searched.Add(checks);

    internal void Found(long findings) => _found.Add(findings);

    internal void Standing(long total, long done, long found) => _now = (total, done, found);

    public void Dispose() => _meter.Dispose();
}
