using System.Text.Json;
using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Tests.Obligations;

/// <summary>Over HTTP: <see cref="ReadObligations"/>, <see cref="CancelObligation"/>, <see cref="PauseObligation"/>, <see cref="ReadRegimes"/>, <see cref="ReadNotices"/>, <see cref="MarkNoticeRead"/>.</summary>
public sealed class ObligationEndpointsTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_lead_sees_what_is_owed_pauses_it_lets_it_run_and_cancels_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        using var lead = await jaga.As(Role.Lead);

        using var list = await lead.GetFromJsonAsync<JsonDocument>("/api/v1/obligations?state=open&aboutKind=item&aboutId=i1");
        var row = list!.RootElement.GetProperty("rows")[0];
        Assert.Equal((Owing.Day, "a", "open"), (row.GetProperty("clause").GetString(), row.GetProperty("sure").GetString(), row.GetProperty("state").GetString()));

        await Done(lead, $"/api/v1/obligations/{owed.Id}/pause", new { ground = "The person was asked for the address." });
        jaga.Clock.Advance(TimeSpan.FromMinutes(5));
        await Done(lead, $"/api/v1/obligations/{owed.Id}/resume", new { });
        using (var refused = await lead.PostAsJsonAsync($"/api/v1/obligations/{owed.Id}/cancel", new { reason = "" }))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        Assert.True(await Cancel(lead, owed.Id));
        using var story = await lead.GetFromJsonAsync<JsonDocument>($"/api/v1/obligations/{owed.Id}");
        Assert.Equal("cancelled", story!.RootElement.GetProperty("obligation").GetProperty("state").GetString());
        Assert.Equal("The person was asked for the address.", story.RootElement.GetProperty("pauses")[0].GetProperty("ground").GetString());
        await jaga.Do(async db => Assert.Equal(
            ["obligation.opened", "obligation.paused", "obligation.resumed", "obligation.cancelled"],
            await db.AuditLines.Where(l => l.Subject.Kind == "obligation").OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_the_law_sets_a_time_for_is_cancelled_by_two_persons_and_stopped_by_hand_only_where_its_rules_know_a_pause(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (order, removal) = (await jaga.Owe("id-permenkominfo-5-2020.takedown-urgent", new("order", "o1")), await jaga.Owe("eu-tco.remove", new("order", "o2")));
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/obligations/{order.Id}/pause", new { ground = "Counsel looks at it." })).StatusCode);
        await Done(lead, $"/api/v1/obligations/{removal.Id}/pause", new { ground = "Counsel looks at it." });
        Assert.DoesNotContain($"/obligations/{order.Id}/pause", await lead.GetStringAsync($"/obligations/{order.Id}"), StringComparison.Ordinal);

        // The first one asks, and cannot agree with themselves.
        Assert.False(await Cancel(lead, order.Id));
        using (var alone = await lead.PostAsJsonAsync($"/api/v1/obligations/{order.Id}/cancel", new { reason = "Once more." }))
        {
            Assert.Equal(HttpStatusCode.Conflict, alone.StatusCode);
        }

        using var second = await jaga.As(Role.Lead, Role.Reviewer);
        Assert.Contains("The request was withdrawn.", await second.GetStringAsync($"/obligations/{order.Id}"), StringComparison.Ordinal);
        await jaga.Do(async db => Assert.Contains("asks to cancel", (await db.Notices.SingleAsync(n => n.Whom == Whom.Lead && n.Rung == null)).SaysEn, StringComparison.Ordinal));

        // After a day it is asked for anew.
        jaga.Clock.Advance(TimeSpan.FromHours(25));
        using var third = await jaga.As(Role.Lead);
        Assert.False(await Cancel(third, order.Id));
        using var fourth = await jaga.As(Role.Lead, Role.Reviewer);
        Assert.True(await Cancel(fourth, order.Id));
        var story = await jaga.Story(order.Id);
        Assert.Equal((ObligationState.Cancelled, true), (story.Obligation.State, story.Obligation.CancelledLate));
        Assert.Equal([false, true], story.Cancellations.Select(c => c.AllowedBy is not null));
        Assert.Equal(HttpStatusCode.Conflict, (await third.PostAsJsonAsync($"/api/v1/obligations/{order.Id}/cancel", new { reason = "Once more." })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_notice_is_unread_for_each_reader_until_that_one_has_read_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        using var lead = await jaga.As(Role.Lead);
        using var reviewer = await jaga.As(Role.Reviewer);

        var notice = Assert.Single(await Unread(reviewer));
        Assert.Contains("50 %", notice.GetProperty("says").GetProperty("id").GetString(), StringComparison.Ordinal);
        await Done(reviewer, $"/api/v1/notices/{notice.GetProperty("id").GetString()}/read", new { });
        await Done(reviewer, $"/api/v1/notices/{notice.GetProperty("id").GetString()}/read", new { });
        Assert.Empty(await Unread(reviewer));
        Assert.Single(await Unread(lead));
    }

    [Fact]
    public async Task The_regimes_are_shown_with_their_clocks_and_how_surely_each_is_known()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var auditor = await jaga.As(Role.Auditor);
        using var shown = await auditor.GetFromJsonAsync<JsonDocument>("/api/v1/regimes");
        var urgent = shown!.RootElement.EnumerateArray().Single(r => r.GetProperty("id").GetString() == "id-permenkominfo-5-2020")
            .GetProperty("clauses").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "id-permenkominfo-5-2020.takedown-urgent");
        Assert.Equal(("PT4H", "b", "law", "Asia/Jakarta"), (urgent.GetProperty("due").GetString(), urgent.GetProperty("sure").GetString(), urgent.GetProperty("dueBy").GetString(), urgent.GetProperty("zone").GetString()));
        Assert.Equal(ReadRegimes.Run(jaga.Services.GetRequiredService<Regimes>()).Count, shown.RootElement.GetArrayLength());
    }

    private static async Task<List<JsonElement>> Unread(HttpClient client)
    {
        var page = await client.GetFromJsonAsync<JsonDocument>("/api/v1/notices?unread=true");
        return [.. page!.RootElement.GetProperty("rows").EnumerateArray()];
    }

    private static async Task<bool> Cancel(HttpClient client, Id<Obligation> id)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/obligations/{id}/cancel", new { reason = "The request was withdrawn." });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonDocument>())!.RootElement.GetProperty("cancelled").GetBoolean();
    }

    private static async Task Done(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
