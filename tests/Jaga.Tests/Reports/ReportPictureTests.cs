using Jaga.People;
using Jaga.Reports;

namespace Jaga.Tests.Reports;

public sealed class ReportPictureTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_picture_of_a_report_is_looked_at_on_its_page_by_whoever_has_the_case_and_each_look_is_logged(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var draft = new ReportDraft("harassment", "group:812", "They name the school of a pupil.", Screenshot: Picture.Draw(7).Png());
        var report = (await jaga.Ask<TakeReport, Receipt>(take => take.Run(draft, Actor.System("test"), default))).Id;
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        var page = $"/reports/{report}";
        var picture = (await reviewer.GetFromJsonAsync<ReportCard>($"/api/v1{page}", Json.Options))!;
        var media = $"/cases/{picture.Report.CaseId}/media/{picture.Picture!.Id}";

        // Blurred, and shut, for whoever has not taken it: on the page and behind it.
        var shut = await reviewer.GetStringAsync(page);
        Assert.Contains($"src=\"/api/v1{media}/preview\"", shut, StringComparison.Ordinal);
        Assert.DoesNotContain("data-reveal=", shut, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.PostAsync($"/api/v1{media}/reveal", null)).StatusCode);

        using var then = new FormUrlEncodedContent([new("then", page)]);
        var taken = await reviewer.PostAsync($"/cases/{picture.Report.CaseId}/take", then);
        Assert.Equal(page, taken.Headers.Location?.ToString());
        Assert.Contains($"data-reveal=\"/api/v1{media}/reveal\"", await reviewer.GetStringAsync(page), StringComparison.Ordinal);
        Assert.DoesNotContain("data-reveal=", await lead.GetStringAsync(page), StringComparison.Ordinal);

        // Without script, on a page of its own, and back to the report.
        var looked = await (await reviewer.PostAsync($"{media}/reveal", then)).Content.ReadAsStringAsync();
        Assert.Contains("data:image/jpeg;base64,", looked, StringComparison.Ordinal);
        Assert.Contains($"href=\"{page}\"", looked, StringComparison.Ordinal);
        await jaga.Do(async db => Assert.Equal((1, 1), (await db.Reveals.CountAsync(), await db.AuditLines.CountAsync(l => l.Action == "media.revealed"))));
    }
}
