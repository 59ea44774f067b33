using Jaga.Tests.Banks;

namespace Jaga.Tests.Cli;

/// <summary><c>jaga exchange …</c>, as a process, without a server.</summary>
public sealed class ExchangeVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-cli-").FullName;

    [Fact]
    public async Task An_exchange_is_set_up_read_and_listed()
    {
        var list = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "d", "lists")).FullName, "list.csv");
        File.WriteAllText(list, BankScene.Csv(5));
        File.WriteAllText(Path.Combine(_folder, "own.csv"), BankScene.Csv(1, first: 50));
        Assert.Equal(0, (await JagaProcess.Run(_folder, "bank", "import", "own.csv", "--bank", "own", "--create", "--data", "d")).Exit);

        var wrong = await JagaProcess.Run(_folder, "exchange", "add", "--kind", "folder", "--name", "A file", "--address", "../list.csv", "--data", "d");
        Assert.Equal((2, ""), (wrong.Exit, wrong.Output));
        var added = await JagaProcess.Run(_folder, "exchange", "add", "--kind", "folder", "--name", "A file", "--address", "list.csv", "--on-match", "watch", "--data", "d");
        Assert.Equal((0, ""), (added.Exit, added.Errors));
        Assert.StartsWith("A file: list.csv, bank ", added.Output);
        Assert.StartsWith("A file,folder,new,0,", (await JagaProcess.Run(_folder, "exchange", "list", "--data", "d")).Lines[1]);

        var run = await JagaProcess.Run(_folder, "exchange", "run", "a FILE", "--data", "d");
        Assert.Equal((0, "A file: 5 signals, 5 added, 0 removed, 0 set aside. inStep\n"), (run.Exit, run.Output));

        File.AppendAllText(list, "zz,pdq,1\n");
        var again = await JagaProcess.Run(_folder, "exchange", "run", "A file", "--from-start", "--data", "d");
        Assert.Equal((1, "A file: 5 signals, 0 added, 0 removed, 1 set aside. inStep\n"), (again.Exit, again.Output));

        var nobody = await JagaProcess.Run(_folder, "exchange", "run", "nobody", "--data", "d");
        Assert.Equal((2, "", "There is no exchange called 'nobody'.\n"), (nobody.Exit, nobody.Output, nobody.Errors));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
