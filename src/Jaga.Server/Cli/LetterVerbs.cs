using System.CommandLine;
using System.Globalization;
using Jaga.Kernel;
using Jaga.Letters;

namespace Jaga.Server.Cli;

/// <summary><c>jaga letters …</c>: the register, and the door for what mail servers tell of letters.</summary>
public static class LetterVerbs
{
    // What a mail server's pipe takes as "try again later" (sysexits.h, EX_TEMPFAIL).
    private const int Later = 75;

    public static Command Build() => new("letters", "The register of letters, in and out.") { List(), Bounce() };

    private static Command List()
    {
        var where = new OpenStore();
        var unsent = new Option<bool>("--unsent") { Description = "Only what is written and not with everyone." };
        var due = new Option<bool>("--due") { Description = "Only what somebody waits for, soonest first." };
        var words = new Option<string?>("--words") { Description = "Words in the subject, the reference or a name." };
        var command = With(new Command("list", "List letters: a table on a terminal, CSV in a pipe. At most 200.") { unsent, due, words }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var page = await parts.GetRequiredService<ReadLetters>().Run(new(null, parsed.GetValue(unsent) ? true : null, parsed.GetValue(due) ? true : null, parsed.GetValue(words)), new(null, Page<ReadLetters.Card>.MaxSize), ct);
            Terminal.Table(
                ["id", "direction", "state", "due", "parties", "receipts", "bounced", "reference", "title"],
                page.Rows.Select(l => (IReadOnlyList<string>)
                [
                    l.Id.ToString(), Words.Of(l.Direction), Words.Of(l.State), l.DueAt?.ToString("u", CultureInfo.InvariantCulture) ?? "", l.Recipients > 1 ? $"{l.Parties} (+{l.Recipients - 1})" : l.Parties, Number(l.Receipts), Number(l.Bounced), l.Reference, l.Title,
                ]));
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Bounce()
    {
        var where = new OpenStore();
        var command = With(new Command("bounce", "Take in one mail from standard input that a mail server sent about a letter (for its pipe). Exit 0: taken, or set aside for a person. 75: not now, try again."), where);
        command.SetAction(async (parsed, ct) =>
        {
            var mail = await Read(ct);
            var code = await where.Do(parsed, async parts =>
            {
                var row = await parts.GetRequiredService<TakeNotification>().Run(mail, ct);
                Terminal.Remark(row.State is NotificationState.Taken ? $"{row.Action} {row.Status}: {row.Says}" : $"Set aside: {row.Says}");
                return Terminal.Done;
            }, ct);
            return code == Terminal.Done ? code : Later;
        });
        return command;
    }

    // One byte more than is read: enough to see that it is too large. The rest is read and dropped, so that the pipe does not break.
    private static async Task<byte[]> Read(CancellationToken ct)
    {
        await using var input = Console.OpenStandardInput();
        var bytes = new byte[StatusReport.MaxBytes + 1];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        await input.CopyToAsync(Stream.Null, ct);
        return bytes[..length];
    }

    private static Command With(Command command, OpenStore where)
    {
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        return command;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
