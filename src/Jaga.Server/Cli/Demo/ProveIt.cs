using System.Formats.Tar;
using System.Net.Http.Json;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 7: evidence and audit log are verified without the server, and one altered byte in either is found and named.</summary>
internal static class ProveIt
{
    public static async Task Tell(Stage stage, Teller teller, Review review, CancellationToken ct)
    {
        teller.Begin(7, "Anybody can check the evidence and the audit log");
        var bag = await Export(stage, review.Decisions[0].ExhibitId!.Value, ct);
        var verifier = Path.Combine(stage.Data, "audit", "verifier");
        var whole = await Stage.Verb(ct, "evidence", "verify", bag, "--public-key", verifier);
        teller.Check(whole.Code == 0, $"jaga evidence verify: {Last(whole)}");
        var sums = await Child.Run("sha256sum", ["--check", "--quiet", "manifest-sha256.txt"], ct, bag);
        teller.Check(sums.Code == 0, $"sha256sum --check manifest-sha256.txt agrees");

        var picture = Directory.GetFiles(Path.Combine(bag, "data"), "*", SearchOption.AllDirectories).MaxBy(f => new FileInfo(f).Length)!;
        var name = Path.GetRelativePath(bag, picture);
        await Flip(picture, new FileInfo(picture).Length / 2, ct);
        var broken = await Stage.Verb(ct, "evidence", "verify", bag, "--public-key", verifier);
        var differs = await Child.Run("sha256sum", ["--check", "--quiet", "manifest-sha256.txt"], ct, bag);
        teller.Check(broken.Code == 1 && broken.Output.Contains(name, StringComparison.Ordinal) && differs.Code != 0 && differs.Output.Contains(name, StringComparison.Ordinal), $"One byte altered in {name}: both name it. {Last(broken)}");

        var log = Path.Combine(stage.Folder, "audit.jsonl");
        var verified = await Stage.Verb(ct, "audit", "verify", "--data", stage.Data);
        teller.Check(verified.Code == 0, $"jaga audit verify: {Last(verified)}");
        var exported = await Stage.Verb(ct, "audit", "export", "--data", stage.Data, "--to", log);
        var clean = await Stage.Verb(ct, "audit", "verify", "--log", log, "--public-key", verifier);
        teller.Check(exported.Code == 0 && clean.Code == 0, $"The log is exported, and verifies by itself");

        var lines = await File.ReadAllLinesAsync(log, ct);
        var line = lines.Length / 2;
        var at = lines.Take(line).Sum(l => System.Text.Encoding.UTF8.GetByteCount(l) + 1) + lines[line].IndexOf("system", StringComparison.Ordinal);
        var target = lines[line].Contains("system", StringComparison.Ordinal) ? at : lines.Take(line).Sum(l => System.Text.Encoding.UTF8.GetByteCount(l) + 1) + lines[line].IndexOf("staff", StringComparison.Ordinal);
        await Flip(log, target, ct);
        var altered = await Stage.Verb(ct, "audit", "verify", "--log", log, "--public-key", verifier);
        teller.Check(altered.Code == 1 && altered.Output.Contains($"line {line}", StringComparison.OrdinalIgnoreCase), $"One byte altered in line {line} of the export: {altered.Output.Split('\n')[0]}");
        teller.End();
    }

    private static async Task<string> Export(Stage stage, Guid exhibit, CancellationToken ct)
    {
        using var answer = await stage.Lead.PostAsJsonAsync($"/api/v1/evidence/exhibits/{exhibit}/bag", new { reason = "The demo shows it." }, ct);
        var folder = Directory.CreateDirectory(Path.Combine(stage.Folder, "bag")).FullName;
        await using var tar = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false, ct);
        return Directory.GetDirectories(folder).Single();
    }

    private static async Task Flip(string path, long at, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ 1));
        await file.FlushAsync(ct);
    }

    private static string Last(Ended ended) => ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? last : ended.Errors.Trim();
}
