using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Cases;

/// <summary><see cref="AskReveal"/>, <see cref="AllowReveal"/>, <see cref="ReadAskedReveals"/>: a look on the word of a second person, over HTTP.</summary>
public sealed class TwoPersonRevealTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Where_the_policy_wants_two_persons_a_look_needs_a_lead_s_word_for_that_case_and_for_a_day(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Evidence:TwoPersonsToReveal", "true"));
        var (@case, media) = await WithMedia(jaga);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        var look = $"/api/v1/cases/{@case}/media/{media}/reveal";
        (await reviewer.PostAsync($"/api/v1/cases/{@case}/take", null)).EnsureSuccessStatusCode();
        var refused = await reviewer.PostAsync(look, null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("two persons", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains($"action=\"/cases/{@case}/reveals\"", await reviewer.GetStringAsync($"/cases/{@case}"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case}/reveals", new { reason = " " })).StatusCode);
        var word = (await (await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case}/reveals", new { reason = "to tell two bridges apart" })).Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        var again = (await (await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case}/reveals", new { reason = "again" })).Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        Assert.Equal((string?)word, (string?)again);
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.PostAsync(look, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsync($"/api/v1/reveals/asked/{word}/allow", null)).StatusCode);

        Assert.Equal("to tell two bridges apart", (string?)(await lead.GetFromJsonAsync<JsonNode>("/api/v1/reveals/asked"))!["rows"]!.AsArray().Single()!["reason"]);
        Assert.Contains($"action=\"/reveals/{word}/allow\"", await lead.GetStringAsync("/reveals"), StringComparison.Ordinal);
        (await lead.PostAsync($"/api/v1/reveals/asked/{word}/allow", null)).EnsureSuccessStatusCode();
        Assert.Empty((await lead.GetFromJsonAsync<JsonNode>("/api/v1/reveals/asked"))!["rows"]!.AsArray());

        // As often as it takes, by whoever asked, at that case alone.
        (await reviewer.PostAsync(look, null)).EnsureSuccessStatusCode();
        (await reviewer.PostAsync(look, null)).EnsureSuccessStatusCode();
        await jaga.Do(async db =>
        {
            var lines = await db.AuditLines.Where(l => l.Action == "media.revealed").ToListAsync();
            Assert.Equal(2, lines.Count);
            Assert.All(lines, l => Assert.Equal("to decide the case on their desk", l.Why));
            Assert.All(lines, l => Assert.Contains("\"second\":\"staff:", l.Details, StringComparison.Ordinal));
            Assert.Equal("to tell two bridges apart", (await db.AuditLines.SingleAsync(l => l.Action == "case.reveal-asked")).Why);
            Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "case.reveal-allowed"));
        });

        Assert.NotNull(await Serving());
        jaga.Clock.Advance(SecondWord.Serves);
        Assert.Null(await Serving());

        async Task<SecondWord?> Serving()
        {
            var asker = await jaga.Ask<Db, string>(db => db.SecondWords.Select(w => w.AskedBy).SingleAsync());
            return await jaga.Ask<SecondWords, SecondWord?>(words => words.Of(TwoPersonAct.Reveal, Subject.Of("case", @case), new(ActorKind.Staff, asker["staff:".Length..], ""), default));
        }
    }

    [Fact]
    public async Task Where_the_policy_wants_one_person_nobody_is_asked_and_a_lead_never_allows_their_own_look()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (@case, media) = await WithMedia(jaga);
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsync($"/api/v1/cases/{@case}/take", null)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/cases/{@case}/reveals", new { reason = "x" })).StatusCode);
        (await lead.PostAsync($"/api/v1/cases/{@case}/media/{media}/reveal", null)).EnsureSuccessStatusCode();

        await using var strict = await JagaHost.Start(Store.Sqlite, settings: ("Evidence:TwoPersonsToReveal", "true"));
        (@case, _) = await WithMedia(strict);
        using var alone = await strict.As(Role.Lead);
        var word = (await (await alone.PostAsJsonAsync($"/api/v1/cases/{@case}/reveals", new { reason = "x" })).Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        Assert.Equal(HttpStatusCode.Conflict, (await alone.PostAsync($"/api/v1/reveals/asked/{word}/allow", null)).StatusCode);
    }

    private static async Task<(Id<Case> Case, Id<CaseMedia> Media)> WithMedia(JagaHost jaga)
    {
        var id = await StatementTests.Open(jaga, "gambling");
        var picture = await jaga.Keep([1, 2, 3], about: Subject.Of("case", id));
        var media = await jaga.Ask<Db, Id<CaseMedia>>(async db =>
        {
            var one = CaseMedia.Of(id, new(picture.Id, picture.Id, null, picture.Sha256, picture.Md5, null, "jpeg", 64, 64), null, jaga.Clock.Now);
            db.Add(one);
            await db.SaveChangesAsync();
            return one.Id;
        });
        return (id, media);
    }
}
