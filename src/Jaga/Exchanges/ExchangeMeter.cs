using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>The meter <c>Jaga.Exchanges</c>: pages and entries that came, what could not be read, and how far each bank lags behind.</summary>
public sealed class ExchangeMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Jaga.Exchanges";

    private readonly Counter<long> _pages;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _setAside;
    private readonly Counter<long> _failures;
    private readonly ConcurrentDictionary<string, double> _lag = new(StringComparer.Ordinal);

    public ExchangeMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _pages = meter.CreateCounter<long>("jaga.exchanges.pages", description: "Pages taken, by exchange");
        _entries = meter.CreateCounter<long>("jaga.exchanges.entries", description: "Entries told of, by exchange");
        _setAside = meter.CreateCounter<long>("jaga.exchanges.set_aside", description: "Entries and pages that could not be read, by exchange");
        _failures = meter.CreateCounter<long>("jaga.exchanges.failures", description: "Tries that came to nothing, by exchange and kind");
        meter.CreateObservableGauge("jaga.exchanges.lag", () => _lag.Select(l => new Measurement<double>(l.Value, By(l.Key))), "s", "How far each exchange's bank lags behind it");
    }

    /// <summary>Notes how far each exchange lags, and forgets those that are no more.</summary>
    public void Lags(IReadOnlyDictionary<string, TimeSpan> lags)
    {
        foreach (var gone in _lag.Keys.Where(k => !lags.ContainsKey(k)))
        {
            _lag.TryRemove(gone, out _);
        }

        foreach (var (name, lag) in lags)
        {
            _lag[name] = lag.TotalSeconds;
        }
    }

    internal void Page(string exchange, ExchangePage page)
    {
        _pages.Add(1, By(exchange));
        _entries.Add(page.Entries.Count, By(exchange));
        _setAside.Add(page.Unreadable.Count + (page.Lost is null ? 0 : 1), By(exchange));
    }

    internal void Failed(string exchange, FailureKind kind) => _failures.Add(1, By(exchange), KeyValuePair.Create("kind", (object?)kind.ToString()));

    private static KeyValuePair<string, object?> By(string exchange) => KeyValuePair.Create("exchange", (object?)exchange);
}
