using System.CommandLine;
using System.Globalization;
using Jaga.Kernel;
using Jaga.Referrals;
using Jaga.Server.Sandbox;

namespace Jaga.Server.Cli;

/// <summary><c>jaga referral …</c>: the register of reports to NCMEC, the account with it, and a sandbox that speaks its protocol.</summary>
public static class Referrals
{
    public static Command Build() => new("referral", "Reports to NCMEC's CyberTipline.") { List(), Account(), OpenSandbox() };

    private static Command List()
    {
        var where = new OpenStore();
        var command = With(new Command("list", "List the newest referrals: a table on a terminal, CSV in a pipe."), where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            Terminal.Table(
                ["id", "about", "state", "production", "reportId", "draftedAt", "finishedAt", "halted"],
                (await parts.GetRequiredService<ReadReferrals>().Run(null, false, null, new(null, 200), ct)).Rows.Select(r => (IReadOnlyList<string>)
                [
                    r.Id.ToString(), r.About.ToString(), Words.Of(r.State), r.Production ? "yes" : "no", r.ReportId?.ToString(CultureInfo.InvariantCulture) ?? "",
                    r.DraftedAt.ToString("u", CultureInfo.InvariantCulture), r.FinishedAt?.ToString("u", CultureInfo.InvariantCulture) ?? "", r.Halted ?? "",
                ]));
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Account()
    {
        var where = new OpenStore();
        var user = new Option<string>("--user") { Description = "The user name that NCMEC issued.", Required = true };
        var password = new Option<FileInfo>("--password") { Description = "A file that holds the password and nothing else. It is sealed; remove the file afterwards.", Required = true };
        var production = new Option<bool>("--production") { Description = "The account for real reports. Without it: for trials." };
        var address = new Option<string?>("--address") { Description = "For trials: another base address than NCMEC's, e.g. of a sandbox." };
        var command = With(new Command("account", "Keep the account with NCMEC.") { user, password, production, address }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var secret = (await File.ReadAllTextAsync(parsed.GetValue(password)!.FullName, ct)).Trim();
            await parts.GetRequiredService<SetTipAccount>().Run(new(parsed.GetValue(production), parsed.GetValue(user)!, secret, parsed.GetValue(address)), OpenStore.Operator, ct);
            Console.WriteLine($"Kept. The password is sealed; {parsed.GetValue(password)!.Name} can go.");
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command OpenSandbox()
    {
        var port = new Option<int>("--port") { Description = "The port on this machine; 0 for a free one.", DefaultValueFactory = _ => 8600 };
        var xsd = new Option<FileInfo?>("--xsd") { Description = "NCMEC's schema, to hold reports against. Without it, only the outlines are checked." };
        var command = new Command("sandbox", "Answer as NCMEC's service does, on this machine, for trying things out. Nothing that is sent to it is a report.") { port, xsd };
        command.SetAction(async (parsed, ct) =>
        {
            await using var sandbox = await CyberTipSandbox.Start(TimeProvider.System, parsed.GetValue(xsd) is { } file ? await File.ReadAllBytesAsync(file.FullName, ct) : null, parsed.GetValue(port));
            Console.WriteLine($"""
                The sandbox answers at {sandbox.Address}, user "sandbox", password "sandbox". Have Jaga use it with
                  jaga referral account --user sandbox --password FILE --address {sandbox.Address}
                Ctrl+C ends it, and with it everything it was sent.
                """);
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            catch (OperationCanceledException)
            {
                // Told to stop.
            }

            return Terminal.Done;
        });
        return command;
    }

    private static Command With(Command command, OpenStore where)
    {
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        return command;
    }
}
