using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Banks.Files;
using Jaga.People;

namespace Jaga.Tests.Banks;

/// <summary>Banks over HTTP: what a curator's program sends and gets.</summary>
public sealed class BankEndpointTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_bank_is_made_filled_read_and_taken_out_over_http(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var curator = await jaga.As(Role.Lead);

        using var created = await curator.PostAsJsonAsync("/api/v1/banks", new { bank = new { name = "bridges", labels = new[] { "other" }, onMatch = "case" }, origin = "thirdParty" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var bank = (await created.Content.ReadFromJsonAsync<BankAnswer>(Json.Options))!;
        Assert.Equal($"/api/v1/banks/{bank.Id}", created.Headers.Location!.OriginalString);
        Assert.Equal((BankOrigin.ThirdParty, OnMatch.Case), (bank.Origin, bank.OnMatch));

        using var imported = await Import(curator, bank, BankScene.Csv(3), "text/csv", "?source=hotline.csv");
        Assert.Equal(HttpStatusCode.OK, imported.StatusCode);
        Assert.Equal(3, (await imported.Content.ReadFromJsonAsync<ImportReport>(Json.Options))!.Added);

        using var lines = await Import(curator, bank, $"{{\"hash\":\"{BankScene.Md5(1)}\",\"algorithm\":\"md5\"}}\n", "application/x-ndjson");
        Assert.Equal(HttpStatusCode.OK, lines.StatusCode);

        var read = (await curator.GetFromJsonAsync<BankAnswer>($"/api/v1/banks/{bank.Id}", Json.Options))!;
        Assert.Equal(4, read.Signals);
        var signals = (await curator.GetFromJsonAsync<Page<ReadSignals.Row>>($"/api/v1/banks/{bank.Id}/signals?size=2", Json.Options))!;
        Assert.Equal((2, true), (signals.Rows.Count, signals.Next is not null));
        var found = (await curator.GetFromJsonAsync<List<ReadSignals.Row>>($"/api/v1/banks/{bank.Id}/signals/find?hash={BankScene.Pdq(2)}", Json.Options))!;
        Assert.Equal((SignalType.Pdq, 90), (Assert.Single(found).Algorithm, found[0].Quality));
        var batches = (await curator.GetFromJsonAsync<Page<ReadBatches.Row>>($"/api/v1/banks/{bank.Id}/batches", Json.Options))!;
        Assert.Equal(["upload", "hotline.csv"], batches.Rows.Select(b => b.Source));

        using var removal = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/banks/{bank.Id}/signals/{signals.Rows[0].Id}") { Content = JsonContent.Create(new { why = "withdrawn" }) };
        using var removed = await curator.SendAsync(removal);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);

        using var exported = await curator.GetAsync(new Uri($"/api/v1/banks/{bank.Id}/export?format=jsonl", UriKind.Relative));
        Assert.Equal("application/x-ndjson", exported.Content.Headers.ContentType!.MediaType);
        Assert.Equal(3, (await exported.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var none = await curator.GetAsync(new Uri($"/api/v1/banks/{Guid.Empty}/export", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_file_with_bad_lines_is_answered_with_their_list(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        using var curator = await jaga.Key(Permission.EditBanks);

        using var refused = await Import(curator, bank, BankScene.Csv(2) + "zz,pdq,1\n", "text/csv");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("urn:jaga:bad-lines", problem.RootElement.GetProperty("type").GetString());
        var line = problem.RootElement.GetProperty("report").GetProperty("problems")[0];
        Assert.Equal((4, "hash"), (line.GetProperty("line").GetInt32(), line.GetProperty("field").GetString()));
        Assert.Equal(0, await jaga.Size(bank));

        using var kept = await Import(curator, bank, BankScene.Csv(2) + "zz,pdq,1\n", "text/csv", "?skipBad=true");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        using var bare = await Import(curator, bank, BankScene.Pdq(9) + "\n", "text/plain", "?algorithm=pdq");
        Assert.Equal(HttpStatusCode.OK, bare.StatusCode);
        using var unknown = await Import(curator, bank, BankScene.Pdq(9) + "\n", "text/plain", "?algorithm=crc");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
        using var picture = await Import(curator, bank, "x", "image/png");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, picture.StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_import_that_is_sent_again_with_its_key_is_answered_as_before(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        using var curator = await jaga.Key(Permission.EditBanks);
        curator.DefaultRequestHeaders.Add("Idempotency-Key", "once");

        using var first = await Import(curator, bank, BankScene.Csv(3), "text/csv");
        using var again = await Import(curator, bank, BankScene.Csv(3), "text/csv");

        var (one, other) = (await first.Content.ReadFromJsonAsync<ImportReport>(Json.Options), await again.Content.ReadFromJsonAsync<ImportReport>(Json.Options));
        Assert.Equal((3, one!.Batch), (other!.Added, other.Batch));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        await jaga.Do(async db => Assert.Equal(1, await db.SignalBatches.CountAsync()));
    }

    [Fact]
    public async Task A_list_is_not_read_by_those_who_may_only_see_and_edit_the_banks()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bank = await jaga.Bank();
        using var reader = await jaga.Key(Permission.ReadBanks, Permission.EditBanks);
        foreach (var part in new[] { "signals", "export" })
        {
            using var answer = await reader.GetAsync(new Uri($"/api/v1/banks/{bank.Id}/{part}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> Import(HttpClient client, BankAnswer bank, string file, string type, string query = "")
    {
        using var content = new StringContent(file, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await client.PostAsync(new Uri($"/api/v1/banks/{bank.Id}/import{query}", UriKind.Relative), content);
    }
}
