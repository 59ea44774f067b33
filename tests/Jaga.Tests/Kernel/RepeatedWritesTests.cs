using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.People;
using Jaga.Reports;
using Jaga.Tests.Banks;
using Jaga.Tests.Exchanges;
using Jaga.Tests.Items;
using Jaga.Tests.Reports;

namespace Jaga.Tests.Kernel;

/// <summary>A write that is repeated under its idempotency key is answered as the first time; only what is told once stays untold.</summary>
public sealed class RepeatedWritesTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_second_answer_is_the_first_but_for_what_is_told_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var admin = await jaga.As(Role.Administrator);
        using var lead = await jaga.As(Role.Lead);
        var agency = await Ok(await lead.PostAsJsonAsync("/api/v1/agencies", Orders.OrderScene.Ministry("Kementerian Contoh")));
        await Ok(await lead.PostAsJsonAsync($"/api/v1/agencies/{agency["id"]}/verification", new { how = "Met in person." }));
        var flagger = await Ok(await lead.PostAsJsonAsync("/api/v1/flaggers", new { name = "Bridges", kind = "trusted", statusBy = "A coordinator", territory = "EU" }));
        var bank = await jaga.Bank();
        await jaga.Keep("item", PdqHash.Parse(new string('0', 64)));
        var exchange = await jaga.AddFolder("none.csv");
        await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);

        await Twice(lead, HttpMethod.Post, "/api/v1/cases/next", new { });
        await Twice(admin, HttpMethod.Post, "/api/v1/banks", new { bank = new { name = "another" } });
        await Twice(admin, HttpMethod.Post, "/api/v1/people/keys", new { name = "Uploads", scopes = new[] { "checkItems" } }, "key");
        await Twice(admin, HttpMethod.Post, "/api/v1/people/staff", new { email = "sari@example.org", name = "Sari", roles = new[] { "reviewer" } }, "link");
        await Twice(admin, HttpMethod.Post, "/api/v1/receivers", new { name = "platform", receiver = new { url = "https://platform.example/in" } }, "secret");
        await Twice(lead, HttpMethod.Post, $"/api/v1/agencies/{agency["id"]}/keys", new { name = "Program" }, "key");
        await Twice(lead, HttpMethod.Post, $"/api/v1/agencies/{agency["id"]}/officers", new { email = "o@agency.example", name = "Officer" }, "link");
        await Twice(lead, HttpMethod.Post, $"/api/v1/flaggers/{flagger["id"]}/keys", new { name = "intake" }, "key");
        await Twice(lead, HttpMethod.Post, "/api/v1/me/totp", new { }, "text", "address");
        await Twice(lead, HttpMethod.Post, $"/api/v1/exchanges/{exchange.Id}/run", new { });
        var lookback = await Twice(lead, HttpMethod.Post, "/api/v1/lookbacks", new { bank = bank.Id });
        await Twice(lead, HttpMethod.Post, $"/api/v1/lookbacks/{lookback!["id"]}/pause", new { why = "a test" });
    }

    [Fact]
    public async Task To_look_again_is_a_look_of_its_own_and_written_down_again()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var receipt = await jaga.Ask<TakeReport, Receipt>(take => take.Run(TakeReportTests.Draft("group:812") with { Identity = new("Ibu Sari") }, Actor.System("test"), default));
        using var lead = await jaga.As(Role.Lead);
        lead.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("Ibu Sari", (string?)(await Ok(await lead.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/identity", new { reason = "the ministry asks" })))["name"]);
        }

        await jaga.Do(async db => Assert.Equal((2, 0), (await db.AuditLines.CountAsync(l => l.Action == "identity.opened"), await db.IdempotentAnswers.CountAsync())));
    }

    private static async Task<JsonNode?> Twice(HttpClient client, HttpMethod method, string path, object body, params string[] once)
    {
        var (key, answers) = (Guid.NewGuid().ToString(), new List<(HttpStatusCode Status, JsonNode? Body, bool Again)>());
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            request.Headers.Add(IdempotentWrites.Header, key);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
            answers.Add((answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), answer.Headers.Contains("Idempotency-Replayed")));
        }

        var (first, second) = (answers[0], answers[1]);
        Assert.Equal((path, first.Status, false, true), (path, second.Status, first.Again, second.Again));
        foreach (var name in once)
        {
            Assert.NotEmpty((string)first.Body![name]!);
            Assert.True(string.IsNullOrEmpty((string?)second.Body![name]), $"{path} told {name} twice");
            first.Body[name] = second.Body[name] = null;
        }

        Assert.True(JsonNode.DeepEquals(first.Body, second.Body), $"{path} answered {first.Body}, then {second.Body}");
        return first.Body;
    }

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
