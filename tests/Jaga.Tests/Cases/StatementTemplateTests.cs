using System.Text.Json.Nodes;
using Jaga.Cases.Statements;
using Jaga.Letters;
using Jaga.People;

namespace Jaga.Tests.Cases;

/// <summary><see cref="MergeText"/>, <see cref="EditStatementTemplate"/> and <see cref="ReadStatementTemplates"/>.</summary>
public sealed class StatementTemplateTests
{
    [Fact]
    public void An_unknown_or_empty_field_is_an_error_that_names_it()
    {
        var values = new Dictionary<string, string> { ["name"] = "Bridge", ["empty"] = " " };

        Assert.Equal("A Bridge, a Bridge.", MergeText.Fill("A {{name}}, a {{ name }}.", values, "body"));
        Assert.Contains("{{nome}}", Assert.Throws<BadInput>(() => MergeText.Fill("A {{nome}}.", values, "body")).Message);
        Assert.Contains("{{empty}}", Assert.Throws<BadInput>(() => MergeText.Fill("A {{empty}}.", values, "body")).Message);
        Assert.Throws<BadInput>(() => MergeText.Fill("A {{name.", values, "body"));
    }

    [Fact]
    public void What_is_filled_in_is_not_read_for_fields_again() =>
        Assert.Equal("{{secret}}", MergeText.Fill("{{words}}", new Dictionary<string, string> { ["words"] = "{{secret}}", ["secret"] = "no" }, "body"));

    [Fact]
    public void Every_template_that_comes_with_the_product_names_what_the_law_asks_for_and_nothing_unknown()
    {
        foreach (var language in StatementWords.Languages)
        {
            foreach (var (kind, ground) in Enum.GetValues<StatementKind>().SelectMany(k => Enum.GetValues<StatementGround>().Select(g => (k, g))))
            {
                var named = MergeText.Fields(StatementWords.In(language).Template(kind, ground).Body, "body");
                Assert.Empty(named.Except(StatementWords.Fields));
                Assert.Empty(StatementWords.Required.Except(named));
            }

            Assert.Equal(Enum.GetValues<Jaga.Enforcement.Verb>().Order(), StatementWords.In(language).Verbs.Keys.Order());
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_lead_writes_a_new_version_and_a_wrong_field_changes_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var all = JsonNode.Parse(await lead.GetStringAsync("/api/v1/statement-templates"))!.AsArray();
        Assert.Equal(16, all.Count);
        var body = (string)all[0]!["body"]!;

        var wrong = await Edit(lead, body + " {{reporter}}", 0);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("{{reporter}}", await wrong.Content.ReadAsStringAsync());
        var bare = await Edit(lead, body.Replace("{{redress}}", ""), 0);
        Assert.Contains("{{redress}}", await bare.Content.ReadAsStringAsync());
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await Edit(reviewer, body, 0)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await Edit(lead, "Good day. " + body, 0)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Edit(lead, body, 0)).StatusCode);
        var now = await jaga.Ask<ReadStatementTemplates, ReadStatementTemplates.Row>(r => r.Current("en", StatementKind.Removal, StatementGround.Legal, default));
        Assert.Equal(1, now.Version);
        Assert.StartsWith("Good day. ", now.Body);
        var versions = await jaga.Ask<ReadStatementTemplates, IReadOnlyList<ReadStatementTemplates.Row>>(r => r.Versions("en", StatementKind.Removal, StatementGround.Legal, 10, default));
        Assert.Equal([1, 0], versions.Select(v => v.Version));
    }

    private static Task<HttpResponseMessage> Edit(HttpClient by, string body, int version) =>
        by.PostAsJsonAsync("/api/v1/statement-templates", new { language = "en", kind = "removal", ground = "legal", title = "Your post was removed", body, why = "kinder", version });
}
