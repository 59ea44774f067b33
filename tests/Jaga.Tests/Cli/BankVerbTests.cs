using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Cli;

/// <summary><c>jaga bank …</c>, as a process, beside a running server.</summary>
public sealed class BankVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-cli-").FullName;

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_list_goes_in_and_out_beside_the_server_which_matches_it_without_a_restart(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var connection = jaga.Services.GetRequiredService<StorageSettings>().Connection;
        string[] where = store is Store.Sqlite ? ["--data", jaga.Data] : ["--data", jaga.Data, "--store", connection];
        File.WriteAllText(Path.Combine(_folder, "list.csv"), BankScene.Csv(3));

        var missing = await JagaProcess.Run(_folder, ["bank", "import", "list.csv", "--bank", "bridges", .. where]);
        Assert.Equal((2, ""), (missing.Exit, missing.Output));
        Assert.Contains("There is no bank called 'bridges'", missing.Errors);

        var made = await JagaProcess.Run(_folder, ["bank", "import", "list.csv", "--bank", "bridges", "--create", "--label", "other", "--on-match", "case", .. where]);
        Assert.Equal((0, ""), (made.Exit, made.Errors));
        Assert.StartsWith("bridges: 3 added, 0 there already, 0 bad left out. list.csv is sha256 ", made.Output);

        var listed = await JagaProcess.Run(_folder, ["bank", "list", .. where]);
        Assert.Equal("name,origin,onMatch,signals,maxDistance,minQuality,enabledRatio,enabled,labels\nbridges,own,case,3,31,50,1,yes,other\n", listed.Output);

        var set = await JagaProcess.Run(_folder, ["bank", "set", "--bank", "bridges", "--why", "the list's own terms", "--film-distance", "20", "--film-signal-percent", "12.5", "--text-distance", "9", "--vector-distance", "41", "--min-quality", "40", .. where]);
        Assert.Equal((0, ""), (set.Exit, set.Errors));
        Assert.Equal(
            "term,value\nonMatch,case\nlabels,other\nmaxDistance,31\nminQuality,40\ntextDistance,9\nfilmDistance,20\nfilmQuality,50\nfilmQueryPercent,80\nfilmSignalPercent,12.5\nvectorDistance,41\nenabledRatio,1\nenabled,yes\n",
            set.Output);
        var wrong = await JagaProcess.Run(_folder, ["bank", "set", "--bank", "bridges", "--why", "to see", "--film-distance", "32", .. where]);
        Assert.Equal(2, wrong.Exit);
        Assert.Contains("0 to 31", wrong.Errors);

        var exported = await JagaProcess.Run(_folder, ["bank", "export", "--bank", "Bridges", .. where]);
        Assert.Equal((0, "3 signals written.\n"), (exported.Exit, exported.Errors));
        Assert.Equal(["hash,algorithm,quality,labels,entry,member", .. Enumerable.Range(0, 3).Select(i => $"{BankScene.Pdq(i)},pdq,90,,,").Order()], exported.Lines);

        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await Poll.Until(() => Task.FromResult(matcher.Counts.Pdq == 3), "the running server follows");
        Assert.Single(matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(1)), 100) }));
        await jaga.Do(async db => Assert.Equal(
            ["bank.created", "bank.imported", "bank.edited", "bank.exported"],
            await db.AuditLines.Where(l => l.Actor == "system:command-line").OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));
    }

    [Fact]
    public async Task Bad_lines_are_listed_as_compilers_do_and_kept_out_only_on_request()
    {
        File.WriteAllText(Path.Combine(_folder, "list.csv"), BankScene.Csv(2) + "zz,pdq,1\n");

        var refused = await JagaProcess.Run(_folder, "bank", "import", "list.csv", "--bank", "b", "--create", "--data", "d");
        Assert.Equal((1, "b: nothing kept. Bad lines: 1. Good lines: 2 (--skip-bad keeps them).\n"), (refused.Exit, refused.Output));
        Assert.Equal("list.csv:4: hash: This is 2 characters; pdq is 64 hexadecimal digits.\n", refused.Errors);

        var kept = await JagaProcess.Run(_folder, "bank", "import", "list.csv", "--bank", "b", "--skip-bad", "--data", "d");
        Assert.Equal(0, kept.Exit);
        Assert.StartsWith("b: 2 added, 0 there already, 1 bad left out.", kept.Output);

        var nowhere = await JagaProcess.Run(_folder, "bank", "list", "--data", "nowhere");
        Assert.Equal((2, ""), (nowhere.Exit, nowhere.Output));
        Assert.Equal("There is no jaga.db in nowhere. Name the folder with --data, or the database with --store.\n", nowhere.Errors);
        Assert.False(Directory.Exists(Path.Combine(_folder, "nowhere")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
