using System.CommandLine;
using System.Globalization;
using Jaga.Hashing;
using Jaga.Media;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench robustness</c>: how much may be done to a picture before it is not known again, and how often pictures are taken for each other.</summary>
internal static class Robustness
{
    private const int Distance = 31, LeastQuality = 50;

    private static readonly Way Unlike = new("two different photographs", "", "");

    private sealed record Photograph(string Path, PdqHash Hash, IReadOnlyList<PdqHash> Dihedral);

    /// <summary>How far a copy is: as it is, and in the nearest of its eight turns and mirrorings; null where it has too little quality to be looked for.</summary>
    private sealed record Copy(Way Way, int? AsIs, int? Turned);

    public static Command Build()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Photographs, or Qt resource files that hold them; ./jaga bench robustness gives those of the demo." };
        var most = new Option<int>("--most") { Description = "Photographs that are taken at most.", DefaultValueFactory = _ => 1000 };
        var markdown = new Option<bool>("--markdown") { Description = "Write the table in Markdown." };
        var command = new Command("robustness", "Alter photographs in every way and print which share is still found, and how often unlike ones are.") { folder, most, markdown };
        command.SetAction((parsed, ct) => Run(parsed.GetValue(folder)!, parsed.GetValue(most), parsed.GetValue(markdown), ct));
        return command;
    }

    private static async Task<int> Run(DirectoryInfo from, int most, bool markdown, CancellationToken ct)
    {
        if (!from.Exists)
        {
            Terminal.Remark($"There is no folder {from.FullName}.");
            return Terminal.Failed;
        }

        var work = Directory.CreateTempSubdirectory("jaga-robustness-").FullName;
        try
        {
            var (reader, settings) = FilesOf.Reader();
            using (reader)
            {
                var photographs = await Photographs(reader, settings, from.FullName, work, most, ct);
                if (photographs.Count == 0)
                {
                    Terminal.Remark("No photographs of enough quality were found there.");
                    return Terminal.Failed;
                }

                var copies = await Terminal.Progress($"Altering {photographs.Count} photographs in {Way.All.Count} ways", done => Alter(reader, settings, photographs, work, done, ct));
                Print(copies, Pairs(photographs), photographs.Count, markdown);
                return Terminal.Done;
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<List<Photograph>> Photographs(MediaReader reader, MediaSettings settings, string from, string work, int most, CancellationToken ct)
    {
        var taken = Directory.CreateDirectory(Path.Combine(work, "photographs")).FullName;
        Pictures.Take(from, taken);
        var files = FilesOf.Paths([Directory.EnumerateFiles(taken).Any() ? taken : from], (_, why) => Terminal.Remark(why));
        var found = new List<Photograph>();
        var known = new HashSet<Digest>();
        await foreach (var (file, reading) in FilesOf.Each(files, settings.Workers + 1, async f => (f, (await FilesOf.Read(reader, settings, f, ct)).Reading)))
        {
            if (found.Count < most && reading is { Outcome: MediaOutcome.Read, Pdq: { Quality: >= LeastQuality } pdq } && reading.Frames.Count == 0 && known.Add(reading.Digests.Sha256))
            {
                found.Add(new(file, pdq.Hash, reading.Dihedral));
            }
        }

        return found;
    }

    private static async Task<List<Copy>> Alter(MediaReader reader, MediaSettings settings, List<Photograph> photographs, string work, Action<double> done, CancellationToken ct)
    {
        var copies = new List<Copy>();
        var finished = 0;
        await Parallel.ForAsync(0, photographs.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, async (i, stop) =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(work, i.ToString(CultureInfo.InvariantCulture))).FullName;
            var targets = Way.All.Select((way, n) => Path.Combine(folder, n.ToString(CultureInfo.InvariantCulture) + way.Ending)).ToList();
            var outputs = Way.All.Zip(targets).SelectMany(w => (string[])
            [
                "-vf", w.First.Ending == ".jpg" ? $"{w.First.Filter},format=yuvj420p" : w.First.Filter,
                .. w.First.Codec.Length > 0 ? w.First.Codec : w.First.Ending == ".jpg" ? ["-q:v", "4"] : [], "-frames:v", "1", w.Second,
            ]);
            var ended = await Child.Run(settings.Ffmpeg, ["-v", "error", "-nostdin", "-y", "-threads", "1", "-i", photographs[i].Path, .. outputs], stop);
            if (ended.Code != 0)
            {
                Terminal.Remark($"{photographs[i].Path} could not be altered: {ended.Errors}");
            }

            var original = photographs[i].Hash;
            for (var n = 0; n < targets.Count && ended.Code == 0; n++)
            {
                var (reading, _) = await FilesOf.Read(reader, settings, targets[n], stop);
                var isSeen = reading?.Pdq is { Quality: >= LeastQuality };
                var copy = new Copy(Way.All[n], isSeen ? reading!.Dihedral[0].DistanceTo(original) : null, isSeen ? reading!.Dihedral.Min(h => h.DistanceTo(original)) : null);
                lock (copies)
                {
                    copies.Add(copy);
                }
            }

            Directory.Delete(folder, recursive: true);
            done((double)Interlocked.Increment(ref finished) / photographs.Count);
        });
        return copies;
    }

    /// <summary>Every two different photographs, as two that have nothing to do with each other.</summary>
    private static List<Copy> Pairs(List<Photograph> photographs)
    {
        var pairs = new List<Copy>();
        for (var i = 0; i < photographs.Count; i++)
        {
            for (var j = i + 1; j < photographs.Count; j++)
            {
                var distance = photographs[i].Hash.DistanceTo(photographs[j].Hash);
                var turned = photographs[i].Dihedral.Min(h => h.DistanceTo(photographs[j].Hash));
                pairs.Add(new(Unlike, distance, turned));
                if (turned <= Distance)
                {
                    Terminal.Remark($"{photographs[i].Path} and {photographs[j].Path} are {turned} bits apart.");
                }
            }
        }

        return pairs;
    }

    private static void Print(List<Copy> copies, List<Copy> pairs, int photographs, bool markdown)
    {
        string[] header = ["alteration", "how much", "found", "found, turned and mirrored too", "median distance"];
        pairs.Sort((a, b) => a.Turned!.Value.CompareTo(b.Turned!.Value));
        var rows = copies.GroupBy(c => c.Way).OrderBy(g => Way.All.ToList().IndexOf(g.Key)).Select(g => (string[])
        [
            g.Key.Kind, g.Key.How, Share(g, c => c.AsIs), Share(g, c => c.Turned),
            g.Select(c => c.Turned ?? PdqHash.Bits).Order().ElementAt(g.Count() / 2).ToString(CultureInfo.InvariantCulture),
        ]).ToList();
        if (pairs.Count > 0)
        {
            rows.Add(["two different photographs", string.Create(CultureInfo.InvariantCulture, $"{pairs.Count:N0} pairs"), Share(pairs, c => c.AsIs), Share(pairs, c => c.Turned), string.Create(CultureInfo.InvariantCulture, $"{pairs[pairs.Count / 2].Turned}, least {pairs.Min(p => p.Turned)}")]);
        }

        if (markdown)
        {
            Console.WriteLine($"| {string.Join(" | ", header)} |\n|---|---|---|---|---|\n{string.Join('\n', rows.Select(r => $"| {string.Join(" | ", r)} |"))}");
        }
        else
        {
            Terminal.Table(header, rows);
        }

        Terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"{photographs} photographs, found at {Distance} bits or less, quality {LeastQuality} or more."));

        static string Share(IEnumerable<Copy> of, Func<Copy, int?> distance)
        {
            var all = of.ToList();
            return string.Create(CultureInfo.InvariantCulture, $"{100.0 * all.Count(c => distance(c) <= Distance) / all.Count:0.0} %");
        }
    }
}
