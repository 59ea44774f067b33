using System.CommandLine;
using System.Globalization;
using Jaga.Audit;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary><c>jaga audit …</c>: verifies and exports the audit log without a running server.</summary>
public static class Audit
{
    private const int Whole = 0, Broken = 1, Unreadable = 2;

    public static Command Build() => new("audit", "Verify and export the audit log, and check receipts, without the server.") { Verify(), Export(), Proof() };

    private static Command Verify()
    {
        var where = new OpenStore();
        var log = new Option<FileInfo?>("--log") { Description = "An exported log, instead of a database." };
        var checkpoint = new Option<FileInfo[]>("--checkpoint") { Description = "A checkpoint that you kept yourself (a signed note); may be given more than once.", DefaultValueFactory = _ => [] };
        var publicKey = new Option<string[]>("--public-key") { Description = "A verifier key (name+id+base64) or a file of them. Default: audit/verifier in the data folder.", DefaultValueFactory = _ => [] };
        var command = new Command("verify", "Verify every line, the tree, the checkpoints and their signatures. Exit 0: whole. 1: broken, and where. 2: could not be read.") { log, checkpoint, publicKey };
        where.Options.ToList().ForEach(command.Add);
        command.SetAction((parsed, ct) => Reading(async () =>
        {
            var folder = where.Where(parsed).Data;
            var keys = await Keys(parsed.GetValue(publicKey)!, parsed.GetValue(log) is null ? folder : null, ct);
            var witnessed = new List<string>();
            var published = Path.Combine(folder, "audit", "checkpoint");
            foreach (var file in parsed.GetValue(checkpoint)!.Select(f => f.FullName).Concat(parsed.GetValue(log) is null && File.Exists(published) ? [published] : []))
            {
                witnessed.Add(await File.ReadAllTextAsync(file, ct));
            }

            if (parsed.GetValue(log) is { } exported)
            {
                await using var file = exported.OpenRead();
                return Tell(await VerifyAudit.Run(AuditEntries.In(file, ct), witnessed, keys, ct));
            }

            await using var db = await AuditEntries.Open(where.Existing(parsed), ct);
            return Tell(await VerifyAudit.Run(AuditEntries.In(db, ct), witnessed, keys, ct));
        }));
        return command;
    }

    private static Command Export()
    {
        var where = new OpenStore();
        var to = new Option<FileInfo?>("--to") { Description = "The file to write. Default: standard output." };
        var command = new Command("export", "Write the log as JSON Lines, to be kept elsewhere and verified with --log.") { to };
        where.Options.ToList().ForEach(command.Add);
        command.SetAction((parsed, ct) => Reading(async () =>
        {
            await using var db = await AuditEntries.Open(where.Existing(parsed), ct);
            await using var target = parsed.GetValue(to) is { } file ? new BufferedStream(file.Create(), 1 << 16) : new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            var lines = await ExportAudit.Run(db, target, ct);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines written."));
            return Whole;
        }));
        return command;
    }

    private static Command Proof()
    {
        var receipt = new Argument<FileInfo>("file") { Description = "A receipt, or a certificate that ends in one: a line of the log with its proof (C2SP tlog-proof)." };
        var line = new Option<FileInfo?>("--line") { Description = "The line's canonical text, for a proof file that does not hold it." };
        var key = new Option<string[]>("--key") { Description = "The log's verifier key (name+id+base64) or a file of them, as you know it from elsewhere.", DefaultValueFactory = _ => [] };
        var witness = new Option<string[]>("--witness") { Description = "The key of a witness (name+id+base64, kind 0x04) that must have cosigned; may be given more than once.", DefaultValueFactory = _ => [] };
        var command = new Command("proof", "Check that a line is in the log, with nothing but its receipt. Exit 0: it is. 1: it is not, or the signature is wrong. 2: could not be read.") { receipt, line, key, witness };
        command.SetAction((parsed, ct) => Reading(async () =>
        {
            var (file, keys) = (await File.ReadAllTextAsync(parsed.GetValue(receipt)!.FullName, ct), await Keys(parsed.GetValue(key)!, null, ct));
            file = file.StartsWith('{') ? ReceiptIn(file) : file;
            var proof = parsed.GetValue(line) is { } text ? InclusionProof.FromFile(file, (await File.ReadAllTextAsync(text.FullName, ct)).TrimEnd('\n')) : InclusionProof.FromReceipt(file);
            Console.WriteLine(proof.Line);
            return Tell(proof, keys, [.. parsed.GetValue(witness)!.Select(WitnessKey.Parse)]);
        }));
        return command;
    }

    private static string ReceiptIn(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("receipt", out var receipt) && receipt.GetString() is { } text ? text : throw new FormatException("There is no member \"receipt\" in this JSON.");
    }

    private static int Tell(InclusionProof proof, IReadOnlyList<VerifierKey> keys, IReadOnlyList<WitnessKey> witnesses)
    {
        var note = SignedNote.Parse(proof.Checkpoint);
        var verdicts = keys.Select(note.SignedBy).ToList();
        if (!proof.Holds())
        {
            Console.WriteLine($"BROKEN: this line is not line {proof.Seq} of the log of the checkpoint. The line, its proof or the checkpoint was altered.");
            return Broken;
        }

        if (verdicts.Contains(false) || (keys.Count > 0 && !verdicts.Contains(true)))
        {
            Console.WriteLine("BROKEN: the checkpoint is not rightly signed by a key that was given.");
            return Broken;
        }

        foreach (var witness in witnesses)
        {
            if (witness.Saw(note) is not { } at)
            {
                Console.WriteLine($"BROKEN: {witness.Name} did not cosign this checkpoint, or its cosignature is wrong.");
                return Broken;
            }

            Console.WriteLine($"{witness.Name} saw this checkpoint at {at:u}.");
        }

        var checkpoint = Jaga.Audit.Checkpoint.Parse(note.Text);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"HOLDS: it is line {proof.Seq} of {checkpoint.Size:N0} of the log {checkpoint.Origin} ({(keys.Count > 0 ? "signature checked" : "signature NOT checked, for no key was given")})."));
        return Whole;
    }

    internal static async Task<IReadOnlyList<VerifierKey>> Keys(string[] given, string? folder, CancellationToken ct)
    {
        var beside = folder is null ? null : Path.Combine(folder, "audit", "verifier");
        var sources = given.Length > 0 ? given : beside is not null && File.Exists(beside) ? [beside] : [];
        var keys = new List<VerifierKey>();
        foreach (var source in sources)
        {
            var text = File.Exists(source) ? await File.ReadAllTextAsync(source, ct) : source;
            keys.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(VerifierKey.Parse));
        }

        return keys;
    }

    private static int Tell(AuditReport report)
    {
        if (report.Fault is { } fault)
        {
            Console.WriteLine(fault.Sentence);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BROKEN at line {fault.Seq} ({fault.Kind}). {report.Lines:N0} lines before it are in order; {report.Checkpoints:N0} checkpoints agree."));
            return Broken;
        }

        var signatures = report.SignaturesChecked ? "signatures checked" : "signatures NOT checked, for no public key was given";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WHOLE: {report.Lines:N0} lines, root {Convert.ToBase64String(report.Root)}; {report.Checkpoints:N0} checkpoints agree, up to line {report.SignedFor:N0} ({signatures})."));
        return Whole;
    }

    private static async Task<int> Reading(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or FormatException or System.Text.Json.JsonException or System.Data.Common.DbException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"Could not be read: {failure.Message}");
            return Unreadable;
        }
    }
}
