using System.CommandLine;
using System.Globalization;
using Jaga.Banks;
using Jaga.Banks.Files;
using Jaga.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli;

/// <summary><c>jaga bank …</c>: lists banks, and takes files of signals in and out, beside a running server or without one.</summary>
public static class Banks
{
    public static Command Build() => new("bank", "List banks, set their terms; import and export their signals.") { List(), Set(), Import(), Export() };

    private static Command List()
    {
        var where = new OpenStore();
        var command = With(new Command("list", "List the banks: a table on a terminal, CSV in a pipe."), where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var banks = new List<BankAnswer>();
            string? after = null;
            do
            {
                var page = await parts.GetRequiredService<ReadBanks>().Run(new(after, Page<BankAnswer>.MaxSize), ct);
                banks.AddRange(page.Rows);
                after = page.Next;
            }
            while (after is not null);
            Terminal.Table(
                ["name", "origin", "onMatch", "signals", "maxDistance", "minQuality", "enabledRatio", "enabled", "labels"],
                banks.Select(b => (IReadOnlyList<string>)
                [
                    b.Name, Word(b.Origin), Word(b.OnMatch), Number(b.Signals), Number(b.MaxDistance), Number(b.MinQuality),
                    b.EnabledRatio.ToString(CultureInfo.InvariantCulture), b.Enabled ? "yes" : "no", string.Join(' ', b.Labels),
                ]));
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Set()
    {
        var where = new OpenStore();
        var name = new Option<string>("--bank") { Description = "The bank's name.", Required = true };
        var why = new Option<string>("--why") { Description = "The reason, for the audit log.", Required = true };
        var onMatch = new Option<OnMatch?>("--on-match") { Description = "What a match asks for." };
        var labels = new Option<string[]>("--label") { Description = "What the bank is about; all its labels.", DefaultValueFactory = _ => [] };
        var maxDistance = new Option<int?>("--max-distance") { Description = "PDQ: bits, 0 to 63." };
        var minQuality = new Option<int?>("--min-quality") { Description = "PDQ: 0 to 100." };
        var textDistance = new Option<int?>("--text-distance") { Description = "Texts: bits, 0 to 63." };
        var filmDistance = new Option<int?>("--film-distance") { Description = "vPDQ: bits by which two frames may differ, 0 to 31." };
        var filmQuality = new Option<int?>("--film-quality") { Description = "vPDQ: the least quality of a frame, 0 to 100." };
        var filmQuery = new Option<double?>("--film-query-percent") { Description = "vPDQ: the least share of the item's frames, 0 to 100." };
        var filmSignal = new Option<double?>("--film-signal-percent") { Description = "vPDQ: the least share of the banked film's frames, 0 to 100." };
        var vectorDistance = new Option<double?>("--vector-distance") { Description = "Vectors of 144 bytes: Euclidean, 0 to 3060." };
        var ratio = new Option<double?>("--enabled-ratio") { Description = "The share of its signals that take part, 0 to 1." };
        var enabled = new Option<bool?>("--enabled") { Description = "Whether it takes part: true or false." };
        var command = With(new Command("set", "Change what a match in a bank means and how near it must be. What is not named stays as it is.")
        {
            name, why, onMatch, labels, maxDistance, minQuality, textDistance, filmDistance, filmQuality, filmQuery, filmSignal, vectorDistance, ratio, enabled,
        }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var bank = await Find(parts, parsed.GetValue(name)!, ct) ?? throw new NotFound($"bank called '{parsed.GetValue(name)}'");
            var wish = new BankWish
            {
                OnMatch = parsed.GetValue(onMatch), Labels = parsed.GetValue(labels) is { Length: > 0 } some ? some : null, MaxDistance = parsed.GetValue(maxDistance), MinQuality = parsed.GetValue(minQuality),
                TextDistance = parsed.GetValue(textDistance), FilmDistance = parsed.GetValue(filmDistance), FilmQuality = parsed.GetValue(filmQuality),
                FilmQueryPercent = parsed.GetValue(filmQuery), FilmSignalPercent = parsed.GetValue(filmSignal), VectorDistance = parsed.GetValue(vectorDistance),
                EnabledRatio = parsed.GetValue(ratio), Enabled = parsed.GetValue(enabled),
            };
            var now = await parts.GetRequiredService<EditBank>().Run(bank, new(wish, parsed.GetValue(why)!), OpenStore.Operator, ct);
            Terminal.Table(["term", "value"],
            [
                ["onMatch", Word(now.OnMatch)], ["labels", string.Join(' ', now.Labels)], ["maxDistance", Number(now.MaxDistance)], ["minQuality", Number(now.MinQuality)],
                ["textDistance", Number(now.TextDistance)], ["filmDistance", Number(now.FilmDistance)], ["filmQuality", Number(now.FilmQuality)],
                ["filmQueryPercent", Number(now.FilmQueryPercent)], ["filmSignalPercent", Number(now.FilmSignalPercent)], ["vectorDistance", Number(now.VectorDistance)],
                ["enabledRatio", Number(now.EnabledRatio)], ["enabled", now.Enabled ? "yes" : "no"],
            ]);
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Import()
    {
        var where = new OpenStore();
        var file = new Argument<FileInfo>("FILE") { Description = "CSV or JSON Lines, one signal a line." };
        var name = new Option<string>("--bank") { Description = "The bank's name.", Required = true };
        var create = new Option<bool>("--create") { Description = "Make the bank, and the database, if there is none." };
        var labels = new Option<string[]>("--label") { Description = "With --create: what the bank is about, e.g. terrorism.", DefaultValueFactory = _ => [] };
        var onMatch = new Option<OnMatch>("--on-match") { Description = "With --create: what a match asks for." };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Keep the good lines of a file that has bad ones. Otherwise it is all or nothing." };
        var algorithm = Algorithm("What a line is that does not name its algorithm.");
        file.AcceptExistingOnly();
        var command = With(new Command("import", "Import a file of signals. Bad lines are listed on standard error. Exit 0: kept. 1: bad lines, and nothing was kept. 2: refused.") { file, name, create, labels, onMatch, skipBad, algorithm }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var path = parsed.GetValue(file)!;
            var bank = await Find(parts, parsed.GetValue(name)!, ct);
            if (bank is null && !parsed.GetValue(create))
            {
                throw new NotFound($"bank called '{parsed.GetValue(name)}'; --create makes it");
            }

            bank ??= (await parts.GetRequiredService<CreateBank>().Run(
                new(new() { Name = parsed.GetValue(name), Labels = parsed.GetValue(labels), OnMatch = parsed.GetValue(onMatch) }), OpenStore.Operator, ct)).Id;
            await using var stream = path.OpenRead();
            var report = await Terminal.Progress($"Importing {path.Name}", done => parts.GetRequiredService<ImportSignals>().Run(
                bank.Value, stream, path.Name, parsed.GetValue(algorithm), parsed.GetValue(skipBad), OpenStore.Operator, ct, new Half(done)));
            Tell(path.Name, report);
            Console.WriteLine(report.Kept
                ? string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(name)}: {report.Added:N0} added, {report.Duplicates:N0} there already, {report.Bad:N0} bad left out. {path.Name} is sha256 {report.Digest}.")
                : string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(name)}: nothing kept. Bad lines: {report.Bad:N0}. Good lines: {report.Good:N0}{(report.Good > 0 ? " (--skip-bad keeps them)" : "")}."));
            return report.Kept ? Terminal.Done : Terminal.NotAll;
        }, ct, mayMake: parsed.GetValue(create)));
        return command;
    }

    private static Command Export()
    {
        var where = new OpenStore();
        var name = new Option<string>("--bank") { Description = "The bank's name.", Required = true };
        var format = new Option<SignalFormat>("--format") { Description = "csv or jsonl." };
        var to = new Option<FileInfo?>("--to") { Description = "The file to write. Default: standard output." };
        var command = With(new Command("export", "Write a bank's signals as a file that import reads back. That it was done goes into the audit log.") { name, format, to }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var bank = await Find(parts, parsed.GetValue(name)!, ct) ?? throw new NotFound($"bank called '{parsed.GetValue(name)}'");
            await using var target = parsed.GetValue(to) is { } file ? Private(file) : Console.OpenStandardOutput();
            var written = await parts.GetRequiredService<ExportSignals>().Run(bank, parsed.GetValue(format), target, OpenStore.Operator, ct);
            Terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"{written:N0} signals written."));
            return Terminal.Done;
        }, ct));
        return command;
    }

    /// <summary>The option that names an algorithm.</summary>
    internal static Option<SignalType?> Algorithm(string description)
    {
        var option = new Option<SignalType?>("--algorithm")
        {
            Description = description,
            HelpName = "pdq|md5|sha1|sha256|vpdq|text|url|photodna|external",
            CustomParser = given =>
            {
                if (SignalTypes.TryRead(given.Tokens[0].Value, out var type))
                {
                    return type;
                }

                given.AddError($"'{given.Tokens[0].Value}' is not an algorithm known here: {SignalTypes.All}.");
                return null;
            },
        };
        return option;
    }

    /// <summary>Lists bad lines as compilers do: file, line, field, reason.</summary>
    internal static void Tell(string file, ImportReport report)
    {
        foreach (var problem in report.Problems)
        {
            Terminal.Remark($"{file}:{problem.Line}: {problem.Field}: {problem.Reason}");
        }

        if (report.Bad > report.Problems.Count)
        {
            Terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"… and {report.Bad - report.Problems.Count:N0} more."));
        }

        if (report.Ignored.Count > 0)
        {
            Terminal.Remark($"{file}: not used: {string.Join(", ", report.Ignored)}");
        }
    }

    private static async Task<Id<Bank>?> Find(IServiceProvider parts, string name, CancellationToken ct)
    {
        var banks = await parts.GetRequiredService<Db>().Banks.AsNoTracking().Select(b => new { b.Id, b.Name }).ToListAsync(ct);
        return banks.SingleOrDefault(b => b.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))?.Id;
    }

    // A list is nobody's business but the operator's.
    private static FileStream Private(FileInfo file) => new(file.FullName, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static Command With(Command command, OpenStore where)
    {
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        return command;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Two passes over the file make one bar.</summary>
    private sealed class Half(Action<double> done) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => done(((value.Writing ? 1 : 0) + ((double)value.Done / Math.Max(1, value.Total))) / 2);
    }
}
