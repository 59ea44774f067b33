using System.Text;
using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.People;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Console;

public sealed class DecidedPageTests
{
    [Fact]
    public async Task The_page_as_the_reviewer_had_it_is_sealed_with_the_decision()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<OpenCase>().Run(new("item", "photo-1"), [new(new("checked", "1"), "pdq", "bridges", "1", 3, "asSent", "banked", "test")], [], false, Actor.System("test"), default);
            return await transaction.Commit(true, default);
        });
        var reviewer = await jaga.As(Role.Reviewer);
        var @case = JsonNode.Parse(await (await reviewer.PostAsync("/api/v1/cases/next", null)).Content.ReadAsStringAsync())!;
        var decided = await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case["id"]}/decision", new { verdict = "illegal", policy = "House rule 1", reason = "a banked bridge", actions = Array.Empty<object>(), version = (int)@case["version"]! });
        Assert.True(decided.IsSuccessStatusCode, await decided.Content.ReadAsStringAsync());

        var page = await jaga.Ask<Db, Id<Jaga.Evidence.VaultObject>>(db => db.VaultObjects.Where(o => o.MediaType == "text/html").Select(o => o.Id).SingleAsync());
        var html = Encoding.UTF8.GetString(await jaga.Read(page));
        Assert.Contains("photo-1", html, StringComparison.Ordinal);
        Assert.Contains("bridges", html, StringComparison.Ordinal);
        await jaga.Do(async db => Assert.Contains(page, (await db.Exhibits.SingleAsync()).Read().Files.Select(f => f.Evidence)));
    }
}
