using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.People;
using Jaga.Server.Pages;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Console;

/// <summary>What rules say, in the reader's language.</summary>
public sealed class SaidTests
{
    [Theory]
    [InlineData("This case is decided already.", "Kasus ini sudah diputuskan.")]
    [InlineData("An order has at most 20 files.", "Satu perintah memuat paling banyak 20 berkas.")]
    [InlineData("An order with the reference 'A under the number' was received already, under the number O-1.", "Perintah dengan nomor rujukan 'A under the number' sudah diterima, dengan nomor O-1.")]
    [InlineData("There is no report with this code.", "Tidak ada laporan dengan kode ini.")]
    [InlineData("There is no such order.", "Yang Anda cari tidak ada di sini.")]
    [InlineData("Nobody has written this one.", "Nobody has written this one.")]
    [InlineData("", "")]
    public void A_rules_sentence_is_said_with_what_it_fills_in(string sentence, string said)
    {
        Assert.Equal(said, new Text("id").Said(sentence));
        Assert.Equal(sentence, new Text("en").Said(sentence));
    }

    [Fact]
    public void A_rule_that_puts_its_sentence_together_from_data_brings_both_languages()
    {
        var broken = new RuleBroken("Content needs a court order.", "Isi memerlukan perintah pengadilan.");
        Assert.Equal(("Content needs a court order.", "Isi memerlukan perintah pengadilan."), (new Text("en").Said(broken), new Text("id").Said(broken)));
        Assert.Equal("Kasus ini sudah diputuskan.", new Text("id").Said(new RuleBroken("This case is decided already.")));
    }

    [Fact]
    public async Task A_reviewer_who_reads_Indonesian_is_told_in_Indonesian_what_a_decision_lacks()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<OpenCase>().Run(new("item", "photo-1"), [new(new("checked", "1"), "pdq", "bridges", "1", 3, "asSent", "banked", "test")], [], false, Actor.System("test"), default);
            return await transaction.Commit(true, default);
        });
        using var reviewer = await jaga.As(Role.Reviewer);
        await Post("/preferences/language", ("language", "id"), ("back", "/"));
        var @case = JsonNode.Parse(await (await reviewer.PostAsync("/api/v1/cases/next", null)).Content.ReadAsStringAsync())!;

        var page = await Post($"/cases/{@case["id"]}/decision", ("choice", "remove"), ("version", $"{@case["version"]}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.StatusCode);
        Assert.Contains("Sebutkan aturan atau pasal yang dilanggar", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        async Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
            return await reviewer.PostAsync(path, form);
        }
    }
}
