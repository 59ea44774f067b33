using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Jaga.Server.Operate;

/// <summary>
/// The last collection of metrics as Prometheus' text exposition format 0.0.4. Own code, for the exporter package is not to be had everywhere (see the ADR).
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public Func<int, bool>? Collect { get; set; }

    /// <summary>What was collected last.</summary>
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder(16 * 1024);
        var told = new HashSet<string>();
        foreach (var metric in batch)
        {
            var name = NameOf(metric);
            if (told.Add(name))
            {
                Head(text, name, metric);
            }

            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Point(text, name, metric.MetricType, point);
            }
        }

        Text = text.ToString();
        return ExportResult.Success;
    }

    private static void Head(StringBuilder text, string name, Metric metric)
    {
        if (metric.Description.Length > 0)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(metric.MetricType switch
        {
            MetricType.Histogram => "histogram",
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            _ => "gauge",
        }).Append('\n');
    }

    private static void Point(StringBuilder text, string name, MetricType type, in MetricPoint point)
    {
        var labels = new StringBuilder();
        foreach (var tag in point.Tags)
        {
            labels.Append(labels.Length > 0 ? "," : "").Append(Safe(tag.Key)).Append("=\"").Append(Escaped(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        var of = labels.ToString();
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Line(text, name, of, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Line(text, name, of, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Line(text, name, of, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Line(text, name, of, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                Buckets(text, name, of, point);
                break;
            default:
                break;
        }
    }

    private static void Buckets(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        var soFar = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            soFar += bucket.BucketCount;
            Line(text, name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{Number(bucket.ExplicitBound)}\"", soFar);
        }

        Line(text, name + "_sum", labels, point.GetHistogramSum());
        Line(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string NameOf(Metric metric)
    {
        var name = Safe(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "1" => "_ratio", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return metric.MetricType is MetricType.LongSum or MetricType.DoubleSum && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escaped(string value) => value.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "\\\"");

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
