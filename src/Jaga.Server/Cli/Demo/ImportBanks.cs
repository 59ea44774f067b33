using System.Globalization;

namespace Jaga.Server.Cli.Demo;

/// <summary>What was banked, and what was not.</summary>
/// <param name="Copies">Banked by PDQ: altered copies of these are to be found.</param>
/// <param name="Exact">Banked by MD5: found as long as not a byte is changed. The first is also one of <paramref name="Copies"/>.</param>
/// <param name="Unknown">In no bank: nothing is to be found.</param>
internal sealed record Banked(IReadOnlyList<Picture> Copies, IReadOnlyList<Picture> Exact, IReadOnlyList<Picture> Unknown);

/// <summary>Step 1: a list with bad lines is refused with their numbers, and taken without them only if the operator says so.</summary>
internal static class ImportBanks
{
    private const int CopiesBanked = 40, ExactBanked = 10;

    public static async Task<Banked> Tell(Stage stage, Teller teller, string? photographs, CancellationToken ct)
    {
        teller.Begin(1, "Banks are imported");
        Teller.Say($"Some hundreds of pictures are hashed (jaga hash) …");
        var (taken, drawn, leftOut) = await Pictures.Gather(photographs, stage.Folder, ct);
        Teller.Say($"{taken.Count} photographs, {drawn.Count} drawings; {leftOut} flat or alike ones left out. \"Banked\" here is a label on a picture of a bridge.");
        if (taken.Count == 0)
        {
            Teller.Say($"There are no photographs here: every picture is one that Jaga drew.");
        }

        var all = Choose([.. taken, .. drawn]);
        var bad = await WritePdq(Path.Combine(stage.Folder, "known-pictures.csv"), all.Copies, ct);
        await RefuseAndTake(stage, teller, all, bad, ct);

        var files = all.Exact.Select(p => p.Path).ToArray();
        var hashed = await Stage.Verb(ct, ["hash", .. files, "--algorithm", "md5", "--format", "csv"]);
        var list = Path.Combine(stage.Folder, "known-files.csv");
        await File.WriteAllTextAsync(list, "md5\n" + string.Concat(hashed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[2] + "\n")), ct);
        var exact = await Stage.Verb(ct, "bank", "import", list, "--bank", "known files", "--create", "--on-match", "case", "--label", "copyright", "--data", stage.Data);
        teller.Check(exact.Code == 0 && exact.Output.Contains($"{ExactBanked} added", StringComparison.Ordinal), $"A second bank takes {ExactBanked} MD5 digests: {exact.Output.Trim()}");
        teller.End();
        return all;
    }

    // Every third or so, so that photographs and drawings both are in the banks and outside.
    private static Banked Choose(IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count < (CopiesBanked + ExactBanked) * 11 / 10)
        {
            throw new StepFailed($"there are pictures enough: {pictures.Count}");
        }

        var step = Math.Max(1, pictures.Count / (CopiesBanked + ExactBanked));
        var chosen = pictures.Where((_, i) => i % step == 0).Take(CopiesBanked + ExactBanked - 1).ToList();
        var copies = chosen.Take(CopiesBanked).ToList();
        return new(copies, [copies[0], .. chosen.Skip(CopiesBanked)], [.. pictures.Except(chosen)]);
    }

    // The list as an organisation might send it, with four lines that went wrong on the way.
    private static async Task<int[]> WritePdq(string path, IReadOnlyList<Picture> pictures, CancellationToken ct)
    {
        var lines = pictures.Select(p => $"{p.Hash},100").ToList();
        lines.Insert(4, "not-a-hash,100");
        lines.Insert(11, $"{pictures[0].Hash.ToString()[..63]},100");
        lines.Insert(18, $"{pictures[0].Hash},120");
        lines.Insert(25, $"{pictures[0].Hash.ToString()[..^1]}g,100");
        await File.WriteAllLinesAsync(path, ["pdq,quality", .. lines], ct);
        return [6, 13, 20, 27];
    }

    private static async Task RefuseAndTake(Stage stage, Teller teller, Banked all, int[] bad, CancellationToken ct)
    {
        string[] import = ["bank", "import", Path.Combine(stage.Folder, "known-pictures.csv"), "--bank", "known pictures", "--create", "--on-match", "hold", "--label", "terrorism", "--data", stage.Data];
        var refused = await Stage.Verb(ct, import);
        var named = refused.Errors.Split('\n').Select(l => l.Split(':')).Where(p => p.Length > 2 && int.TryParse(p[1], out _)).Select(p => int.Parse(p[1], CultureInfo.InvariantCulture)).ToArray();
        foreach (var line in refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains(".csv:", StringComparison.Ordinal)))
        {
            Teller.Say($"{line}");
        }

        teller.Check(refused.Code == 1 && named.SequenceEqual(bad), $"The import is refused; bad are lines {string.Join(", ", named)}");
        var kept = await Stage.Verb(ct, "bank", "list", "--data", stage.Data);
        teller.Check(kept.Code == 0 && kept.Output.Split('\n').Select(l => l.Split(',')).All(c => c[0] != "known pictures" || c[3] == "0"), $"Nothing of it was kept");
        var taken = await Stage.Verb(ct, [.. import, "--skip-bad"]);
        teller.Check(taken.Code == 0 && taken.Output.Contains($"{all.Copies.Count} added", StringComparison.Ordinal), $"With --skip-bad: {taken.Output.Trim()}");
    }

}
