using Jaga.People;
using Jaga.Server.Cli;
using Jaga.Server.Operate;

namespace Jaga.Tests.Cli;

/// <summary>Who on the machine may look into the data folder.</summary>
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Usual = Own | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_is_made_here_is_its_owners_alone_and_a_folder_that_was_there_stays_as_it_was(bool there)
    {
        var data = Path.Combine(_folder, "house");
        if (there)
        {
            Directory.CreateDirectory(data, Usual);
            File.SetUnixFileMode(data, Usual);
        }

        Assert.Equal(0, await Root.Build().Parse(["people", "link", "--data", data]).InvokeAsync());
        Assert.Equal(there ? Usual : Own, File.GetUnixFileMode(data));
        Assert.All(Directory.GetFiles(data, "jaga.db*"), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.True(File.Exists(Path.Combine(data, "jaga.db")));
    }

    [Fact]
    public async Task A_database_that_others_may_read_is_told_on_the_page_of_how_the_house_is()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var administrator = await jaga.As(Role.Administrator);
        var file = Path.Combine(jaga.Data, "jaga.db");
        var storage = jaga.Services.GetRequiredService<StorageSettings>();

        File.SetUnixFileMode(jaga.Data, Usual);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains($"chmod -R go= {jaga.Data}", await administrator.GetStringAsync("/status"), StringComparison.Ordinal);
        Assert.Equal(file, DataFolder.Readable(storage));

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Null(DataFolder.Readable(storage));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.SetUnixFileMode(jaga.Data, Own);
        Assert.Null(DataFolder.Readable(storage));
        Assert.DoesNotContain("chmod", await administrator.GetStringAsync("/status"), StringComparison.Ordinal);
    }
}
