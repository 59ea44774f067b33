using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Jaga.Server.Cli.Demo;

/// <summary><c>jaga demo</c>: the main job from an upload to a receipt and a proof, told in twelve steps, each of them checked.</summary>
public static class Story
{
    public static Command Build()
    {
        var exit = new Option<bool>("--exit") { Description = "Stop after the story. Exit 0: every step did what it says. 1: the step that is named did not." };
        var photographs = new Option<DirectoryInfo?>("--photographs") { Description = "A folder of photographs or Qt resource files; ./jaga demo gives one. Without it, all pictures are drawn." };
        var keep = new Option<bool>("--keep") { Description = "Leave the folder of this telling where it is." };
        var command = new Command("demo", "Tell and check the main job, from an upload to a receipt and a proof.") { exit, photographs, keep };
        command.SetAction((parsed, ct) => Tell(parsed.GetValue(photographs), parsed.GetValue(exit), parsed.GetValue(keep), ct));
        return command;
    }

    private static async Task<int> Tell(DirectoryInfo? photographs, bool exit, bool keep, CancellationToken ct)
    {
        var teller = new Teller();
        var began = Stopwatch.GetTimestamp();
        await using var stage = new Stage(Directory.CreateTempSubdirectory("jaga-demo-").FullName, keep);
        try
        {
            var banked = await ImportBanks.Tell(stage, teller, photographs?.FullName, ct);
            var sent = await UploadPictures.Tell(stage, teller, banked, ct);
            await OpenedCases.Tell(stage, teller, sent, ct);
            var review = await ReviewCases.Tell(stage, teller, sent, ct);
            await Consequences.Tell(stage, teller, review, ct);
            await DeliverActions.Tell(stage, teller, review, ct);
            await ProveIt.Tell(stage, teller, review, ct);
            var asked = review.Asked.Count + await OneGroup.Tell(stage, teller, ct);
            await AnswerSixty.Tell(stage, teller, ct);
            await ReportToNcmec.Tell(stage, teller, ct);
            await PolicePackage.Tell(stage, teller, ct);
            await ClosingTable.Tell(stage, teller, sent, review, asked, ct);
            Console.WriteLine();
            Console.WriteLine($"Every step did what it says: {teller.Held} claims held ({Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s).");
            return exit ? 0 : await Stay(stage, ct);
        }
        catch (Exception failed) when (failed is StepFailed or HttpRequestException or JsonException or IOException or KeyNotFoundException or InvalidOperationException)
        {
            await Console.Out.FlushAsync(CancellationToken.None);
            await Console.Error.WriteLineAsync($" ✗ {failed.Message}\nStep {teller.Step} did not do what it says.");
            return 1;
        }
    }

    private static async Task<int> Stay(Stage stage, CancellationToken ct)
    {
        Console.WriteLine($"""

            Jaga is at {stage.Address} with some cases left for you. This link signs you in once, within ten minutes:
              {await stage.VisitorLink(ct)}
            Its interface is described at {stage.Address}openapi/v1.json. Ctrl+C ends it{(stage.LeaveFolder ? "" : " and removes its data")}.
            """);
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }

        return 0;
    }
}
