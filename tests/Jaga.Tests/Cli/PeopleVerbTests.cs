using System.Net.Http.Json;
using Jaga.People;
using Jaga.Server.Operate;

namespace Jaga.Tests.Cli;

public sealed class PeopleVerbTests
{
    [Fact]
    public async Task The_machines_operator_adds_people_makes_links_and_keys_beside_the_running_server()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var address = jaga.Address.GetLeftPart(UriPartial.Authority);

        Task<JagaProcess.Result> People(params string[] verb) => JagaProcess.Run(Path.GetTempPath(), ["people", .. verb, "--data", jaga.Data]);

        var first = await People("link", "--address", address);
        Assert.StartsWith($"http://localhost:{jaga.Address.Port}/set-up?token=", first.Output);

        var added = await People("add", "--email", "dewi@example.org", "--name", "Dewi", "--role", "administrator", "--role", "lead", "--address", address);
        Assert.Equal((0, ""), (added.Exit, added.Errors));
        Assert.Contains("/invitation?token=", added.Output);

        // The server reckons by the test's clock, the process by the machine's; both are asked for what does not depend on it.
        Assert.Contains("dewi@example.org,Dewi,administrator lead,no,yes", (await People("list")).Output);
        // Without a word of it, links begin where the server said that it listens, or as the settings say that people reach it.
        DataFolder.Remember(jaga.Services.GetRequiredService<StorageSettings>(), address);
        Assert.StartsWith($"http://localhost:{jaga.Address.Port}/sign-in/link?token=", (await People("link")).Output);
        var settings = Path.Combine(jaga.Data, "settings.json");
        await File.WriteAllTextAsync(settings, """{ "Jaga": { "People": { "Address": "https://jaga.example.org/" } } }""");
        Assert.StartsWith("https://jaga.example.org/sign-in/link?token=", (await People("link", "--settings", settings)).Output);
        Assert.NotEqual(0, (await People("link", "--as", "nobody@example.org")).Exit);

        var key = (await People("key", "create", "--name", "uploads", "--platform", "pictures.example")).Lines.Single();
        using var program = jaga.Bearing(key);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(0, (await People("key", "revoke", key[..17])).Exit);
        jaga.Clock.Advance(KnownKeys.Fresh + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/me")).StatusCode);
    }
}
