using System.Text.Json;
using Jaga.Server.Cli;
using Jaga.Server.Operate;

namespace Jaga.Tests.Cli;

/// <summary>A verb works on the house that the server works on.</summary>
public sealed class SettingsOfVerbsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-verbs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Verbs_read_the_servers_file_of_settings_and_work_on_its_store_under_its_key()
    {
        var key = Convert.ToBase64String(new byte[32]);
        await using var jaga = await JagaHost.Start(Store.Postgres, null, ("Secrets:MasterKey", key));
        var settings = Path.Combine(_folder, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new { Jaga = new { Storage = new { Data = Path.Combine(_folder, "data"), jaga.Services.GetRequiredService<StorageSettings>().Connection }, Secrets = new { MasterKey = key } } }));

        Assert.Equal(0, await Root.Build().Parse(["people", "key", "create", "--name", "uploads", "--settings", settings]).InvokeAsync());
        Assert.Equal(0, await Root.Build().Parse(["people", "list", "--settings", settings]).InvokeAsync());
        Assert.Equal(0, await Root.Build().Parse(["audit", "verify", "--settings", settings]).InvokeAsync());
        await jaga.Do(async db => Assert.Equal("uploads", (await db.ApiKeys.SingleAsync()).Name));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories), f => Path.GetFileName(f) is "jaga.db" or "master.key");

        // With a key that is not the store's nothing is sealed; what the verb itself says wins.
        Assert.Equal(2, await Root.Build().Parse(["people", "key", "create", "--name", "other", "--data", Path.Combine(_folder, "data"), "--store", jaga.Services.GetRequiredService<StorageSettings>().Connection]).InvokeAsync());
        await jaga.Do(async db => Assert.Equal(1, await db.ApiKeys.CountAsync()));
        Assert.Equal(2, await Root.Build().Parse(["people", "list", "--data", Path.Combine(_folder, "nothing")]).InvokeAsync());
    }

    [Fact]
    public async Task The_server_takes_its_folder_and_address_from_the_environment_where_no_flag_says_otherwise()
    {
        var data = Path.Combine(_folder, "house");
        await using var server = await ServerProcess.Start(null, ("Storage:Data", data), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Worker:Enabled", "false"), ("Media:Warm", "false"));
        using var client = server.Client();
        Assert.Equal("live", await client.GetStringAsync("/health/live"));
        Assert.True(File.Exists(Path.Combine(data, "jaga.db")));
        Assert.NotEqual(5280, server.Address.Port);
        Assert.Equal(server.Address, new Uri(DataFolder.Address(new() { Data = data })!));
    }

    [Fact]
    public async Task A_key_that_is_missing_beside_its_database_is_no_matter_of_the_first_start()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        File.Move(Path.Combine(jaga.Data, "keys", "master.key"), Path.Combine(_folder, "copy"));
        var doctor = await JagaProcess.Run(_folder, "doctor", "--data", jaga.Data);
        Assert.Contains("is missing, and the database was written under it", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(2, await Root.Build().Parse(["people", "link", "--data", jaga.Data]).InvokeAsync());
        Assert.False(File.Exists(Path.Combine(jaga.Data, "keys", "master.key")));
    }
}
