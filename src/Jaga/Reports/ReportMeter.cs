using System.Diagnostics.Metrics;

namespace Jaga.Reports;

/// <summary>Counts what comes in, by the meter <c>Jaga.Reports</c>, and how fast: the flood defence rises with it. In this process's memory, and of nobody.</summary>
public sealed class ReportMeter(TimeProvider clock)
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Jaga.Reports";

    private const int MostSubjects = 10_000;
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Taken = Meter.CreateCounter<long>("jaga.reports.taken", description: "Reports taken in, by the door they came by.");
    private readonly Lock _lock = new();
    private readonly Dictionary<Subject, int> _bySubject = [];
    private (DateTimeOffset Since, int Count) _minute;
    private (DateTimeOffset Since, int Count) _before;
    private DateTimeOffset _hour;

    /// <summary>Reports by the public in the last minute or so on this node.</summary>
    public int PerMinute
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return Math.Max(_minute.Count, _before.Count);
            }
        }
    }

    /// <summary>Reports by the public about <paramref name="subject"/> in this hour on this node.</summary>
    public int Of(Subject subject)
    {
        lock (_lock)
        {
            Turn();
            return _bySubject.GetValueOrDefault(subject);
        }
    }

    internal void Took(Report report)
    {
        Taken.Add(1, new KeyValuePair<string, object?>("via", report.Via.ToString()));
        if (report.Via is not ReportVia.Public)
        {
            return;
        }

        lock (_lock)
        {
            Turn();
            _minute.Count++;
            if (_bySubject.Count < MostSubjects || _bySubject.ContainsKey(report.About))
            {
                _bySubject[report.About] = _bySubject.GetValueOrDefault(report.About) + 1;
            }
        }
    }

    private void Turn()
    {
        var now = clock.GetUtcNow();
        if (now - _minute.Since >= TimeSpan.FromMinutes(1))
        {
            _before = now - _minute.Since < TimeSpan.FromMinutes(2) ? _minute : default;
            _minute = (now, 0);
        }

        if (now - _hour >= TimeSpan.FromHours(1))
        {
            _hour = now;
            _bySubject.Clear();
        }
    }
}
