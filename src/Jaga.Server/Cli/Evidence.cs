using System.CommandLine;
using System.Globalization;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary><c>jaga evidence …</c>: what is done with evidence from the command line.</summary>
public static class Evidence
{
    private const int Whole = 0, Broken = 1, Unreadable = 2, Unproven = 3;

    public static Command Build() => new("evidence", "Evidence: verify bags, take certificates of destruction.") { Verify(), Certificates(), Rotate() };

    private static Command Verify()
    {
        var bag = new Argument<string>("bag") { Description = "The bag: a folder, a .tar or a .zip." };
        var publicKey = new Option<string[]>("--public-key", "--key") { Description = "The audit log's verifier key (name+id+base64) or a file of them, as you know it from elsewhere.", DefaultValueFactory = _ => [] };
        var command = new Command("verify", "Verify every file, every manifest, and the custody down to the audit log. Exit 0: whole. 1: broken, and where; with a key also: no custody in it. 2: could not be read. 3: the files fit their manifests, but there is no custody in it.") { bag, publicKey };
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

    private static Command Certificates()
    {
        var where = new OpenStore();
        var from = new Option<DateTimeOffset?>("--from") { Description = "Of what was destroyed at or after this time, e.g. 2026-01-01Z." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "And before this one." };
        var into = new Option<DirectoryInfo?>("--into") { Description = "A folder: each certificate is written there, to be read (.txt) and for machines (.json), both with their proof." };
        var command = new Command("certificates", "List certificates of destruction: a table on a terminal, CSV in a pipe.") { from, to, into };
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var read = parts.GetRequiredService<ReadCertificates>();
            var (all, after) = (new List<DestructionCertificate>(), (string?)null);
            do
            {
                var page = await read.Run(parsed.GetValue(from)?.ToUniversalTime(), parsed.GetValue(to)?.ToUniversalTime(), new(after, Page<object>.MaxSize), ct);
                all.AddRange(page.Rows);
                foreach (var paper in parsed.GetValue(into) is null ? [] : await read.Papers(page.Rows, ct))
                {
                    var path = Path.Combine(Directory.CreateDirectory(parsed.GetValue(into)!.FullName).FullName, $"certificate-{paper.Certificate.Id}");
                    await File.WriteAllTextAsync(path + ".txt", paper.ToText(), ct);
                    await File.WriteAllTextAsync(path + ".json", paper.ToJson(), ct);
                }

                after = page.Next;
            }
            while (after is not null);
            Terminal.Table(["id", "evidence", "sha256", "bytes", "keptAt", "dueAt", "destroyedAt", "erased"], all.Select(c => (IReadOnlyList<string>)
                [c.Id.ToString(), c.ObjectId.ToString(), c.Sha256, c.Length.ToString(CultureInfo.InvariantCulture), At(c.KeptAt), At(c.DueAt), At(c.DestroyedAt), c.BytesErased ? "yes" : "shared"]));
            return Terminal.Done;
        }, ct));
        return command;

        static string At(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
    }

    private static Command Rotate()
    {
        var where = new OpenStore();
        var command = new Command("rotate", "Give the vault another master key, or move it to the key command: every file's key is wrapped anew, no file is touched. Goes on where it stopped. Exit 1: some keys do not open.");
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var done = await Terminal.Progress("Rotate", progress => parts.GetRequiredService<RotateKeys>().Run(OpenStore.Operator, progress, ct));
            foreach (var unopened in done.Unopened)
            {
                Console.WriteLine(unopened);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.Rewrapped:N0} keys were wrapped anew; all that open are under {done.Envelope}. Older key files are needed only by older backups."));
            return done.Unopened.Count == 0 ? Terminal.Done : Terminal.NotAll;
        }, ct));
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

        if (report.Lines == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"NOT PROVEN: {report.Files:N0} files, {report.Bytes:N0} bytes fit their manifests, which anybody can write; there is no custody in the bag, or it was taken away."));
            return Unproven;
        }

        var signature = report.SignatureChecked ? "signature checked" : "signature NOT checked, for no public key was given";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WHOLE: {report.Files:N0} files, {report.Bytes:N0} bytes; {report.Lines} custody lines proven, {signature}."));
        return Whole;
    }
}
