using System.Diagnostics.Metrics;

namespace Jaga.Deliveries;

/// <summary>The meter <c>Jaga.Deliveries</c>: tries by outcome, and how long they took.</summary>
public sealed class DeliveryMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Jaga.Deliveries";

    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _took;

    public DeliveryMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _sent = meter.CreateCounter<long>("jaga.deliveries.sent", description: "Deliveries that their receiver confirmed");
        _failed = meter.CreateCounter<long>("jaga.deliveries.failed", description: "Tries that came to nothing, by outcome");
        _took = meter.CreateHistogram<double>("jaga.deliveries.duration", "s", "How long a try took");
    }

    /// <summary>Counts one try.</summary>
    public void Tried(Outcome outcome, TimeSpan took)
    {
        if (outcome is Outcome.Confirmed)
        {
            _sent.Add(1);
        }
        else
        {
            _failed.Add(1, KeyValuePair.Create("outcome", (object?)outcome.ToString()));
        }

        _took.Record(took.TotalSeconds);
    }
}
