using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench</c>: measures on this machine what the documentation claims, and prints a table. Nothing in it is estimated.</summary>
public static class BenchVerb
{
    private const string All = "all";

    private static readonly ISubject[] Subjects = [new HashingSubject(), new IndexSubject()];

    public static Command Build()
    {
        var subject = new Argument<string>("SUBJECT") { Description = string.Join(" · ", Subjects.Select(s => $"{s.Name}: {s.What}")) + $" · {All}.", DefaultValueFactory = _ => All };
        subject.AcceptOnlyFromAmong([.. Subjects.Select(s => s.Name), All]);
        var sizes = new Option<string>("--size") { Description = "Hashes in the index, with commas: 1m,10m,50m. What the memory does not hold is left out.", DefaultValueFactory = _ => "1m,10m" };
        var quick = new Option<bool>("--quick") { Description = "Fewer rounds, and an index of 1m: to see that it works." };
        var photograph = new Option<FileInfo>("--photograph") { Description = "A JPEG to hash, instead of a drawn one of 1024 × 712 pixels." };
        photograph.AcceptExistingOnly();
        var command = new Command("bench", "Measure hashing and matching on this machine. A table on standard output (CSV to a pipe), progress on standard error.")
        {
            subject, sizes, quick, photograph, MediaSpeed.Build(), CheckSpeed.Build(), StartSpeed.Build(), Robustness.Build(), LookbackBench.Build(), DeliverySpeed.Build(), DeskSpeed.Build(), EvidenceSpeed.Build(), ReportSpeed.Build(),
        };
        command.SetAction(async (parsed, ct) =>
        {
            if (Plan.ReadSizes(parsed.GetValue(quick) ? "1m" : parsed.GetValue(sizes)!) is not { } counts)
            {
                Terminal.Remark($"--size takes numbers such as 1m,10m, up to {Plan.LargestSize}, not {parsed.GetValue(sizes)}.");
                return Terminal.Failed;
            }

            var plan = new Plan(counts, parsed.GetValue(quick), parsed.GetValue(photograph)?.FullName);
            var results = new List<Result>(Machine.Describe());
            var began = Stopwatch.GetTimestamp();
            try
            {
                foreach (var one in Subjects.Where(s => parsed.GetValue(subject) is var wanted && (wanted == All || wanted == s.Name)))
                {
                    await foreach (var result in one.Measure(plan, doing => Terminal.Remark($"{Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("N0", CultureInfo.InvariantCulture),5} s  {doing} …"), ct))
                    {
                        results.Add(result);
                    }
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                Terminal.Remark("Ended early; what was measured until then:");
            }

            results.AddRange(Machine.HowQuiet());
            Terminal.Table(["what", "measured", "beside it"], results.Select(r => (string[])[r.What, r.Measured, r.Beside]));
            return ct.IsCancellationRequested ? Terminal.Failed : Terminal.Done;
        });
        return command;
    }
}
