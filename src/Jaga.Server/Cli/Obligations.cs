using System.CommandLine;
using System.Globalization;
using System.Text;
using Jaga.Kernel;
using Jaga.Obligations;

namespace Jaga.Server.Cli;

/// <summary><c>jaga obligations …</c>: proves for a period what became of everything that was owed, beside a running server or without one.</summary>
public static class Obligations
{
    public static Command Build() => new("obligations", "What is owed to whom by when.") { Report() };

    private static Command Report()
    {
        var where = new OpenStore();
        var from = new Option<DateOnly>("--from") { Description = "The first day, e.g. 2026-01-01.", Required = true };
        var to = new Option<DateOnly>("--to") { Description = "The last day.", Required = true };
        var zone = new Option<string>("--zone") { Description = "Whose days, e.g. Asia/Jakarta.", DefaultValueFactory = _ => "UTC" };
        var csv = new Option<FileInfo?>("--csv") { Description = "Also writes every obligation of the period to this file, one a line." };
        var command = new Command("report", "What became of everything that was owed in a period, by clause. Exit 0: all kept or cancelled in time, or still open. 1: something was broken, kept late, or cancelled after its time. 2: it could not be read.") { from, to, zone, csv };
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var period = new ReadReport.Request(parsed.GetValue(from), parsed.GetValue(to), ReadCalendar.Zone(parsed.GetValue(zone)));
            var read = parts.GetRequiredService<ReadReport>();
            var report = await read.Run(period, ct);
            Terminal.Table(
                ["clause", "broughtIn", "opened", "kept", "keptLate", "broken", "cancelled", "cancelledLate", "open", "paused"],
                report.Regimes.SelectMany(r => r.Clauses).Append(report.Sum with { Clause = "all" }).Select(l => (IReadOnlyList<string>)[l.Clause, .. new[] { l.BroughtIn, l.Opened, l.Kept, l.KeptLate, l.Broken, l.Cancelled, l.CancelledLate, l.Open, l.Paused }.Select(n => n.ToString(CultureInfo.InvariantCulture))]));
            if (parsed.GetValue(csv) is { } file)
            {
                await using var text = new StreamWriter(file.FullName, append: false, new UTF8Encoding(false));
                var lines = await ReportCsv.Write(read.All(period, ct), text, ct);
                Terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} obligations written to {file.FullName}."));
            }

            return report.Sum.AllKept ? Terminal.Done : Terminal.NotAll;
        }, ct));
        return command;
    }
}
