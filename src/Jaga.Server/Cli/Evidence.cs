using System.CommandLine;
using System.Globalization;
using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Server.Cli;

/// <summary><c>jaga evidence …</c>: verifies a bag of evidence with nothing but the bag.</summary>
public static class Evidence
{
    private const int Whole = 0, Broken = 1, Unreadable = 2;

    public static Command Build() => new("evidence", "Verify bags of evidence, without server and database.") { Verify() };

    private static Command Verify()
    {
        var bag = new Argument<string>("bag") { Description = "The bag: a folder, a .tar or a .zip." };
        var publicKey = new Option<string[]>("--public-key") { Description = "The audit log's verifier key (name+id+base64) or a file of them, as you know it from elsewhere.", DefaultValueFactory = _ => [] };
        var command = new Command("verify", "Verify every file, every manifest, and the custody down to the audit log. Exit 0: whole. 1: broken, and where. 2: could not be read.") { bag, publicKey };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                return Tell(await VerifyBag.Run(parsed.GetValue(bag)!, await Audit.Keys(parsed.GetValue(publicKey)!, null, ct), ct));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
            {
                await Console.Error.WriteLineAsync($"Could not be read: {failure.Message}");
                return Unreadable;
            }
        });
        return command;
    }

    private static int Tell(BagReport report)
    {
        if (report.Fault is { } fault)
        {
            Console.WriteLine(fault.Sentence);
            Console.WriteLine($"BROKEN at {fault.Path}{(fault.Offset is { } at ? string.Create(CultureInfo.InvariantCulture, $", byte {at}") : "")}.");
            return Broken;
        }

        var custody = report.Lines == 0 ? "no custody in it" : $"{report.Lines} custody lines proven, {(report.SignatureChecked ? "signature checked" : "signature NOT checked, for no public key was given")}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WHOLE: {report.Files:N0} files, {report.Bytes:N0} bytes; {custody}."));
        return Whole;
    }
}
