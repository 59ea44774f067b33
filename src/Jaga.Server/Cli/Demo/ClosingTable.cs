using System.Globalization;
using Spectre.Console;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 12: the figures of this telling.</summary>
internal static class ClosingTable
{
    public static async Task Tell(Stage stage, Teller teller, Sending sending, Review review, int asked, CancellationToken ct)
    {
        teller.Begin(12, "The figures");
        var numbers = await stage.Numbers(ct);
        var figures = await stage.Figures(ct);
        var took = sending.All.Select(a => a.Sent.Answer.TookMilliseconds).Order().ToList();
        var waited = sending.All.Select(a => a.Sent.Milliseconds).Order().ToList();
        List<(string What, string Figure)> rows =
        [
            ("uploads", Number(sending.All.Count)),
            ("matched", Number(sending.All.Count(a => a.Sent.Answer.Matches!.Count > 0))),
            .. ByDistance(sending),
            ("unreadable, never allowed", Number(sending.All.Count(a => a.Sent.Answer.Verdict == "unreadable"))),
            ("cases opened", Number(sending.Hits.Count())),
            ("cases decided", Number(review.Decisions.Count)),
            ("cases left open", Number(numbers.OpenCases)),
            ("logged looks", Number(review.Looks)),
            ("actions confirmed", $"{figures.Effects.Count} of {asked}"),
            ("unsent", Number(numbers.Unsent)),
            ("overdue", Number(numbers.Overdue)),
            ("time of a check in Jaga, median", Milliseconds(At(took, 0.5))),
            ("time of a check in Jaga, p99", Milliseconds(At(took, 0.99))),
            ("as the platform saw it, median", Milliseconds(At(waited, 0.5))),
            ("as the platform saw it, p99", Milliseconds(At(waited, 0.99))),
        ];
        Show(rows);
        teller.Check(numbers is { Unsent: 0, Overdue: 0, DeadJobs: 0 } && figures.Effects.Count == asked, $"Nothing is unsent, nothing overdue, no job is dead");
    }

    private static IEnumerable<(string, string)> ByDistance(Sending sending)
    {
        var distances = sending.All.SelectMany(a => a.Sent.Answer.Matches!).Where(m => m.Algorithm == "pdq").Select(m => m.Distance).ToList();
        foreach (var (from, to) in new[] { (0, 4), (5, 10), (11, 20), (21, 31) })
        {
            yield return ($"  PDQ matches at {from} to {to} bits", Number(distances.Count(d => d >= from && d <= to)));
        }

        yield return ("  MD5 matches", Number(sending.All.SelectMany(a => a.Sent.Answer.Matches!).Count(m => m.Algorithm == "md5")));
    }

    private static void Show(List<(string What, string Figure)> rows)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var (what, figure) in rows)
            {
                Console.WriteLine($"   {what,-36} {figure,12}");
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("This telling").AddColumn(new TableColumn("").RightAligned());
        foreach (var (what, figure) in rows)
        {
            table.AddRow(Markup.Escape(what), Markup.Escape(figure));
        }

        AnsiConsole.Write(table);
    }

    private static double At(List<double> sorted, double part) => sorted[(int)Math.Ceiling(part * sorted.Count) - 1];

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double time) => time.ToString("N1", CultureInfo.InvariantCulture) + " ms";
}
