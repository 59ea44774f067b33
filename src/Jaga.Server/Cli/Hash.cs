using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary><c>jaga hash</c>: the hashes of files and folders, one line each.</summary>
public static class Hash
{
    private enum Format
    {
        Csv,
        Json,
    }

    public static Command Build()
    {
        var paths = new Argument<string[]>("FILE|DIR") { Description = "Files; a folder stands for all in it and below.", Arity = ArgumentArity.OneOrMore };
        var algorithm = Banks.Algorithm("Default: pdq.");
        var format = new Option<Format>("--format") { Description = "csv, with a header, or json, one object a line." };
        var dihedral = new Option<bool>("--dihedral") { Description = "PDQ of the picture in all eight turns and mirrorings, a line each." };
        var command = new Command("hash", "Print file, algorithm, hash and quality of each file. What cannot be read is told on standard error. Exit 0: all. 1: not all.") { paths, algorithm, format, dihedral };
        command.SetAction(async (parsed, ct) =>
        {
            var troubles = 0;
            void Wrong(string file, string reason)
            {
                troubles++;
                Terminal.Remark($"{file}: {reason}");
            }

            var files = FilesOf.Paths(parsed.GetValue(paths)!, Wrong);
            var rows = parsed.GetValue(algorithm) is { } digest and not SignalType.Pdq ? Digests(files, digest, ct) : Pictures(files, parsed.GetValue(dihedral), ct);
            await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024) { NewLine = "\n" };
            var line = Line(parsed.GetValue(format), parsed.GetValue(dihedral));
            if (parsed.GetValue(format) is Format.Csv)
            {
                await output.WriteLineAsync(parsed.GetValue(dihedral) ? "file,algorithm,hash,quality,variant" : "file,algorithm,hash,quality");
            }

            return await Terminal.Progress($"Hashing {files.Count.ToString("N0", CultureInfo.InvariantCulture)} files", async done =>
            {
                var count = 0;
                await foreach (var (file, hashed, trouble) in rows)
                {
                    if (trouble.Length > 0)
                    {
                        Wrong(file, trouble);
                    }

                    foreach (var row in hashed)
                    {
                        await output.WriteLineAsync(line(row));
                    }

                    done((double)++count / files.Count);
                }

                return troubles == 0 ? Terminal.Done : Terminal.NotAll;
            });
        });
        return command;
    }

    private static async IAsyncEnumerable<(string File, IReadOnlyList<Row> Rows, string Trouble)> Pictures(List<string> files, bool dihedral, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (reader, settings) = FilesOf.Reader();
        using (reader)
        {
            await foreach (var read in FilesOf.Each(files, 2 * settings.Workers, async file => (file, await FilesOf.Read(reader, settings, file, ct))))
            {
                var (file, (reading, trouble)) = read;

                // A hash of a part of a picture would look like that of the whole.
                yield return trouble.Length > 0 || reading!.Pdq is not { } pdq ? (file, [], trouble.Length > 0 ? trouble : reading!.Reason)
                    : dihedral ? (file, [.. reading.Dihedral.Select((hash, turned) => new Row(file, "pdq", hash.ToString(), pdq.Quality, (Dihedral)turned))], "")
                    : (file, [new Row(file, "pdq", pdq.Hash.ToString(), pdq.Quality, null)], "");
            }
        }
    }

    private static IAsyncEnumerable<(string File, IReadOnlyList<Row> Rows, string Trouble)> Digests(List<string> files, SignalType type, CancellationToken ct) =>
        FilesOf.Each(files, Environment.ProcessorCount, async file =>
        {
            try
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
                var digest = (await Hashing.Digests.OfAsync(stream, ct))[Enum.Parse<DigestAlgorithm>(type.ToString())];
                return (file, (IReadOnlyList<Row>)[new Row(file, type.Word(), digest.ToString(), null, null)], "");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return (file, [], failure.Message);
            }
        });

    private static Func<Row, string> Line(Format format, bool variant) => format is Format.Json
        ? row => JsonSerializer.Serialize(row, Json.Options)
        : row => Terminal.Csv([row.File, row.Algorithm, row.Hash, row.Quality?.ToString(CultureInfo.InvariantCulture) ?? "", .. variant ? [JsonNamingPolicy.CamelCase.ConvertName(row.Variant.ToString() ?? "")] : Array.Empty<string>()]);

    private sealed record Row(string File, string Algorithm, string Hash, int? Quality, Dihedral? Variant);
}
