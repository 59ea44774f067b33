using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Kernel;
using Jaga.Matching;

namespace Jaga.Server.Cli;

/// <summary><c>jaga match</c>: looks files and hashes up in a list, without a database or a server.</summary>
public static class Match
{
    public static Command Build()
    {
        var items = new Argument<string[]>("FILES-OR-HASHES") { Description = "Pictures, films, folders of them, hashes in hexadecimal, links, or named hashes as name:hexadecimal.", Arity = ArgumentArity.ZeroOrMore };
        var bank = new Option<FileInfo>("--bank") { Description = "The list: CSV or JSON Lines, as 'bank import' takes it.", Required = true };
        var distance = new Option<int>("--max-distance") { Description = "Bits by which PDQ hashes may differ, 0 to 63.", DefaultValueFactory = _ => Bank.DefaultMaxDistance };
        var quality = new Option<int>("--min-quality") { Description = "PDQ quality below which a hash says too little, 0 to 100.", DefaultValueFactory = _ => Bank.DefaultMinQuality };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Use the good lines of a list that has bad ones." };
        var algorithm = Banks.Algorithm("What a line of the list is that does not name its algorithm.");
        var text = new Option<string[]>("--text") { Description = "A text to look up, and the links in it.", DefaultValueFactory = _ => [] };
        bank.AcceptExistingOnly();
        var command = new Command("match", "Look files and hashes up in a list, offline; a line for each match. Exit 0: something matches. 1: nothing does. 2: something could not be read.") { items, bank, distance, quality, skipBad, algorithm, text };
        command.SetAction(async (parsed, ct) =>
        {
            var list = parsed.GetValue(bank)!;
            await using var file = list.OpenRead();
            ListMatcher matcher;
            try
            {
                (matcher, var report) = ListMatcher.Read(file, list.Name, parsed.GetValue(algorithm), new() { MaxDistance = parsed.GetValue(distance), MinQuality = parsed.GetValue(quality) });
                Banks.Tell(list.Name, report);
                if (report.Bad > 0 && !parsed.GetValue(skipBad))
                {
                    Terminal.Remark($"{list.Name} has lines that cannot be read. --skip-bad goes on without them.");
                    return Terminal.Failed;
                }
            }
            catch (BadInput wrong)
            {
                Terminal.Remark(wrong.Message);
                return Terminal.Failed;
            }

            return await Look(matcher, parsed.GetValue(items)!, parsed.GetValue(text)!, ct);
        });
        return command;
    }

    private static async Task<int> Look(ListMatcher matcher, string[] items, string[] texts, CancellationToken ct)
    {
        var (troubles, found) = (0, 0);
        void Wrong(string item, string reason)
        {
            troubles++;
            Terminal.Remark($"{item}: {reason}");
        }

        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024) { NewLine = "\n" };
        await output.WriteLineAsync("item,algorithm,distance,variant,frame,line,labels,entry,queryPercent,signalPercent");
        var hashes = items.Where(i => !Path.Exists(i) && Query(i) is not null).ToList();
        foreach (var hash in hashes)
        {
            Tell(hash, matcher.Find(Query(hash)!));
        }

        foreach (var text in texts)
        {
            Tell(text.Length > 40 ? text[..40] : text, matcher.Find(new MatchQuery().With(text)));
        }

        var files = FilesOf.Paths(items.Except(hashes), Wrong);
        if (files.Count > 0)
        {
            var (reader, settings) = FilesOf.Reader();
            using (reader)
            {
                await Terminal.Progress($"Looking up {files.Count.ToString("N0", CultureInfo.InvariantCulture)} files", async done =>
                {
                    var count = 0;
                    await foreach (var (name, (reading, trouble)) in FilesOf.Each(files, 2 * settings.Workers, async f => (f, await FilesOf.Read(reader, settings, f, ct))))
                    {
                        if (trouble.Length > 0)
                        {
                            Wrong(name, trouble);
                        }

                        // Even of a broken file there are digests, and perhaps the hash of a part: what they match is told, and that it is broken too.
                        Tell(name, reading is null ? [] : matcher.Find(MatchQuery.Of(reading)));
                        done((double)++count / files.Count);
                    }

                    return true;
                });
            }
        }

        return troubles > 0 ? Terminal.Failed : found > 0 ? Terminal.Done : Terminal.NotAll;

        void Tell(string item, IReadOnlyList<Matching.Match> matches)
        {
            found += matches.Count;
            foreach (var match in matches)
            {
                output.WriteLine(Terminal.Csv(
                [
                    item, match.Type.Word(), Number(match.Distance), JsonNamingPolicy.CamelCase.ConvertName(match.Variant.ToString()), match.Frame is { } frame ? Number(frame) : "",
                    Number(match.Signal), string.Join(' ', match.Labels), match.Entry, Percent(match.Film?.QueryPercent), Percent(match.Film?.TargetPercent),
                ]));
            }
        }
    }

    // 64 digits may be PDQ or SHA-256, and are looked up as both. What is neither hash nor link is a file.
    private static MatchQuery? Query(string text) => text.Contains("://", StringComparison.Ordinal) ? CanonicalUrl.TryRead(text, out var url) ? new() { Links = [url] } : null
        : ExternalHash.TryRead(text, out var named) ? new() { Others = [named] }
        : text.All(char.IsAsciiHexDigit) ? text.Length switch
    {
        32 => new() { Digests = [Digest.Parse(DigestAlgorithm.Md5, text)] },
        40 => new() { Digests = [Digest.Parse(DigestAlgorithm.Sha1, text)] },
        64 => new() { Pdq = new(PdqHash.Parse(text), 100), Digests = [Digest.Parse(DigestAlgorithm.Sha256, text)] },
        2 * SignalTypes.VectorBytes => new() { Vectors = [Convert.FromHexString(text)] },
        _ => null,
    } : null;

    private static string Percent(double? value) => value?.ToString("0.#", CultureInfo.InvariantCulture) ?? "";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
