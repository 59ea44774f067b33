using System.Formats.Tar;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

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

        var seq = await Alter(log, ct);
        var altered = await Stage.Verb(ct, "audit", "verify", "--log", log, "--public-key", verifier);
        teller.Check(altered.Code == 1 && altered.Output.Contains($"Line {seq} ", StringComparison.Ordinal), $"One byte altered in line {seq} of the export: {altered.Output.Split('\n')[0]}");
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

    // Makes somebody else of the actor in a line from the middle, and says which line it is.
    private static async Task<long> Alter(string log, CancellationToken ct)
    {
        const string actor = "\"actor\":\"";
        var text = await File.ReadAllTextAsync(log, ct);
        var at = text.IndexOf(actor, text.Length / 2, StringComparison.Ordinal) + actor.Length;
        var line = text[(text.LastIndexOf('\n', at) + 1)..text.IndexOf('\n', at)];
        await Flip(log, Encoding.UTF8.GetByteCount(text.AsSpan(0, at)), ct);
        using var told = JsonDocument.Parse(line);
        return told.RootElement.GetProperty("line").GetProperty("seq").GetInt64();
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
