using System.Diagnostics;
using System.Net.Http.Json;
using Jaga.Kernel;

namespace Jaga.Server.Cli.Demo;

/// <summary>What was sent, and what Jaga said.</summary>
internal sealed record Sending(IReadOnlyList<(Upload Upload, Sent Sent)> All, TimeSpan Took)
{
    /// <summary>The items for which a person is needed.</summary>
    public IEnumerable<(Upload Upload, Sent Sent)> Hits => All.Where(a => a.Sent.Answer.CaseId is not null);
}

/// <summary>Step 2: the platform sends everything; known pictures are found however they were altered, unknown ones pass, hostile ones never count as harmless.</summary>
internal static class UploadPictures
{
    // What the story promises of each kind of copy: PDQ forgives compression and size, and less so what moves or covers a part.
    private static readonly Dictionary<string, double> Promised = new() { ["recompressed"] = 0.95, ["resized"] = 0.9, ["watermarked"] = 0.75, ["cropped"] = 0.75 };

    public static async Task<Sending> Tell(Stage stage, Teller teller, Banked banked, CancellationToken ct)
    {
        teller.Begin(2, "A platform sends what its users upload");
        Teller.Say($"{banked.Copies.Count} of the banked pictures are altered in {Alterations.Names.Count()} ways each (ffmpeg) …");
        var copies = await Alterations.Make(banked.Copies, Path.Combine(stage.Folder, "altered"), ct);
        var hostile = HostileFiles.Make(await Whole(banked, stage, ct), Path.Combine(stage.Folder, "hostile"));
        await stage.StartServer(ct);
        await stage.StartPlatform(ct);

        List<Upload> uploads = [.. copies.Select(c => c.Path).Concat(banked.Exact.Select(p => p.Path)).Concat(banked.Unknown.Select(p => p.Path)).Concat(hostile)
            .Select((path, i) => new Upload($"{Path.GetFileNameWithoutExtension(path)}-{i}", path, $"user-{i % 97}", $"group-{i % 13}"))];
        Teller.Say($"samples/Platform, a process of its own, sends {uploads.Count} files to {stage.Address} …");
        var began = Stopwatch.GetTimestamp();
        using var answered = await stage.Platform.PostAsJsonAsync("/uploads", new { files = uploads.Select(u => new { u.Id, u.Path, u.Account, u.Group }), parallel = 4 }, ct);
        var sent = (await answered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<IReadOnlyList<Sent>>(Json.Options, ct))!;
        var all = new Sending([.. uploads.Zip(sent)], Stopwatch.GetElapsedTime(began));

        Check(teller, all, copies, banked, hostile);
        teller.End();
        return all;
    }

    private static void Check(Teller teller, Sending sending, IReadOnlyList<Altered> copies, Banked banked, IReadOnlyList<string> hostile)
    {
        var of = sending.All.ToDictionary(a => a.Upload.Path, a => a.Sent);
        var failed = sending.All.Where(a => a.Sent.Status != 200).ToList();
        teller.Check(failed.Count == 0, $"{sending.All.Count} uploads, every one answered (in {sending.Took.TotalSeconds:N1} s, four at a time)");

        foreach (var way in copies.GroupBy(c => c.How))
        {
            var distances = way.Select(c => Nearest(of[c.Path])).ToList();
            var found = distances.OfType<int>().ToList();
            teller.Check(found.Count >= distances.Count * Promised[way.Key] && way.All(c => Nearest(of[c.Path]) is null || of[c.Path].Answer.Verdict == "hold"),
                $"{way.Key}: {found.Count} of {distances.Count} found and held, at a distance of {found.DefaultIfEmpty(-1).Average():N1} bits on average, {found.DefaultIfEmpty(-1).Max()} at most");
        }

        teller.Check(banked.Exact.All(p => of[p.Path].Answer.Matches!.Any(m => m.Algorithm == "md5" && m.Distance == 0)), $"{banked.Exact.Count} files found by their MD5, byte for byte");
        var wrong = banked.Unknown.Where(p => of[p.Path].Answer is not { Verdict: "allow", Matches.Count: 0 }).ToList();
        teller.Check(wrong.Count == 0, $"{banked.Unknown.Count} pictures that nobody banked: all allowed, none matched");

        foreach (var file in hostile)
        {
            var answer = of[file].Answer;
            teller.Check(answer.Verdict == "unreadable", $"{Path.GetFileName(file)}: {answer.Verdict}, {answer.Fingerprints!.Outcome}{(answer.Held ? ", held as the policy says" : "")}");
        }
    }

    private static int? Nearest(Sent sent) => sent.Answer.Matches!.Where(m => m.Algorithm == "pdq").Select(m => (int?)m.Distance).Min();

    // A JPEG that nobody banked, for the files that are cut and damaged.
    private static async Task<string> Whole(Banked banked, Stage stage, CancellationToken ct) =>
        (await Alterations.Make([banked.Unknown[^1]], Path.Combine(stage.Folder, "to-damage"), ct))[0].Path;
}
