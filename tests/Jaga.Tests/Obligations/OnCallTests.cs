using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Obligations;

public sealed class OnCallTests
{
    private const string Urgent = "id-permenkominfo-5-2020.takedown-urgent";

    [Theory]
    [InlineData("Europe/Brussels", "2026-03-27T09:00", "2026-03-29T07:30:00Z", 0)]
    [InlineData("Europe/Brussels", "2026-03-22T09:00", "2026-03-29T06:59:00Z", 0)]
    [InlineData("Europe/Brussels", "2026-03-22T09:00", "2026-03-29T07:00:00Z", 1)]
    [InlineData("Europe/Brussels", "2026-10-18T02:30", "2026-10-25T00:30:00Z", 1)]
    [InlineData("Europe/Brussels", "2026-10-18T02:30", "2026-10-25T01:15:00Z", 1)]
    [InlineData("Asia/Jakarta", "2026-03-02T09:00", "2026-03-02T01:59:00Z", -1)]
    public void The_weeks_of_a_rota_are_those_of_its_own_zone(string zone, string starts, string at, int week)
    {
        var rota = new Rota { Id = Id<Rota>.New(DateTimeOffset.UnixEpoch), Queue = "leads", Zone = zone, Starts = starts, Members = ["a", "b", "c"] };
        Assert.Equal(week, rota.Week(DateTimeOffset.Parse(at)));
        Assert.True(rota.Begins(week) <= DateTimeOffset.Parse(at) && DateTimeOffset.Parse(at) < rota.Begins(week + 1));
        Assert.Equal(3, rota.InTurn(DateTimeOffset.Parse(at)).Distinct().Count());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whose_week_it_is_hears_of_it_unless_they_are_away_or_somebody_stands_in(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (ani, budi, citra) = (await Staff(jaga, "ani"), await Staff(jaga, "budi"), await Staff(jaga, "citra"));
        using var lead = await jaga.As(Role.Lead);
        var rota = await Rota(lead, "leads", "owner", ani, budi);
        Assert.Equal([ani], await Told(jaga));
        jaga.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal([budi], await Told(jaga));

        using var later = await jaga.As(Role.Lead);
        var away = await Ok(later, "/api/v1/absences", new { person = budi, from = jaga.Clock.Now, until = jaga.Clock.Now.AddDays(1) });
        Assert.Equal([ani], await Told(jaga));
        await Ok(later, $"/api/v1/rotas/{rota}/covers", new { person = citra, from = jaga.Clock.Now, until = jaga.Clock.Now.AddDays(2) });
        Assert.Equal([citra], await Told(jaga));
        var now = await jaga.Ask<ReadOnCall, ReadOnCall.Answer>(read => read.Run(default));
        Assert.Equal((citra, 1, 1), (now.Turns[0].Now, now.Covers.Count, now.Absences.Count));
        await jaga.Ask<CoverShift, bool>(async c => { await c.TakeBack(now.Covers[0].Id, Owing.Tester, default); return true; });
        await Ok(later, $"/api/v1/absences/{away["id"]}/take-back", new { });
        Assert.Equal([budi], await Told(jaga));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Where_nobody_is_left_the_next_level_is_told_and_the_gap_is_told_once_a_day(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (ani, budi) = (await Staff(jaga, "ani"), await Staff(jaga, "budi"));
        using var lead = await jaga.As(Role.Lead);
        await Rota(lead, "leads", "owner", ani);
        await Rota(lead, "leads", "lead", budi);
        await jaga.Ask<RecordAbsence, RecordAbsence.Answer>(r => r.Run(new(ani, jaga.Clock.Now, jaga.Clock.Now.AddDays(9)), Owing.Tester, default));
        Assert.Equal([budi], await Told(jaga));
        Assert.Equal([budi], await Told(jaga));
        await jaga.Do(async db => Assert.Contains("'leads' (owner) is there; lead is told", Assert.Single(await db.Notices.Where(n => n.About.Kind == "rota").ToListAsync()).SaysEn, StringComparison.Ordinal));
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([budi], await Told(jaga));
        await jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync(n => n.About.Kind == "rota")));

        using var later = await jaga.As(Role.Lead);
        await Ok(later, $"/api/v1/rotas/{(await jaga.Ask<ReadOnCall, ReadOnCall.Answer>(r => r.Run(default))).Turns[1].Rota}/end", new { });
        Assert.Empty(await Told(jaga));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_urgent_notice_goes_up_the_ladder_until_somebody_takes_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe(Urgent);
        jaga.Clock.Advance(TimeSpan.FromHours(3.6));
        await jaga.Walk();
        async Task<Notice> Last() => await jaga.Ask<Db, Notice>(db => db.Notices.AsNoTracking().SingleAsync(n => n.Urgent));
        Assert.Equal((Whom.Head, 0), ((await Last()).Reached, (await Last()).Calls));
        foreach (var (minutes, calls) in new[] { (14, 0), (1, 1), (14, 1), (1, 2), (29, 2) })
        {
            jaga.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await Call(jaga);
            Assert.Equal((calls == 0 ? Whom.Head : Whom.Everyone, calls), ((await Last()).Reached, (await Last()).Calls));
        }

        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(1, (int)JsonNode.Parse(await lead.GetStringAsync("/health/numbers"))!["untaken"]!);
        Assert.Equal(HttpStatusCode.Redirect, (await lead.PostAsync($"/notices/{(await Last()).Id}/take", new FormUrlEncodedContent([new("back", "home")]))).StatusCode);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var second = await reviewer.PostAsync($"/api/v1/notices/{(await Last()).Id}/take", null);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await Call(jaga);
        var taken = await Last();
        Assert.Equal((2, true), (taken.Calls, taken.TakenBy!.StartsWith("staff:", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<TakeNotice, bool>(async take => { await take.Run(taken.Id, Owing.Tester, default); return true; }));
        await jaga.Do(async db => Assert.Equal([1, 2], await db.NoticeCalls.OrderBy(c => c.Number).Select(c => c.Number).ToListAsync()));
        Assert.Equal(ObligationState.Open, (await jaga.Story(owed.Id)).Obligation.State);
    }

    [Fact]
    public async Task Who_only_reads_takes_nothing_and_what_was_raised_is_taken_by_a_lead_or_by_whoever_was_called()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var auditor = await jaga.As(Role.Auditor);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        async Task<(HttpStatusCode Answer, string Page)> Take(HttpClient who, Id<Notice> id)
        {
            var page = await who.GetStringAsync("/obligations/on-call");
            return ((await who.PostAsync($"/api/v1/notices/{id}/take", null)).StatusCode, page.Contains($"/notices/{id}/take", StringComparison.Ordinal) ? "shown" : "");
        }

        var (owner, raised) = (await Urge(jaga, Whom.Owner, "1"), await Urge(jaga, Whom.Lead, "2"));
        Assert.Equal((HttpStatusCode.Forbidden, ""), await Take(auditor, owner));
        Assert.Equal((HttpStatusCode.Conflict, ""), await Take(reviewer, raised));
        Assert.DoesNotContain($"/notices/{raised}/take", await reviewer.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(2, await jaga.Calling("item"));
        Assert.Equal((HttpStatusCode.NoContent, "shown"), await Take(reviewer, owner));
        Assert.Equal((HttpStatusCode.NoContent, "shown"), await Take(lead, raised));

        var me = Assert.Single(await jaga.Ask<Db, List<Jaga.People.StaffMember>>(db => db.Staff.AsNoTracking().ToListAsync()), s => s.Roles.SequenceEqual([Role.Reviewer])).Id.ToString();
        await Rota(lead, "leads", "lead", me);
        Assert.Equal((HttpStatusCode.NoContent, "shown"), await Take(reviewer, await Urge(jaga, Whom.Lead, "3")));
    }

    [Fact]
    public async Task What_is_over_is_called_about_no_more_and_the_pager_hears_each_call_once()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var pager = await WebhookReceiver.Start();
        await jaga.Receiver(pager, "pager");
        await jaga.Do(async db => await db.Receivers.Where(r => r.Name == "pager").ExecuteUpdateAsync(set => set.SetProperty(r => r.Pages, true)));
        await jaga.Owe(Urgent);
        jaga.Clock.Advance(TimeSpan.FromHours(3.6));
        await jaga.Walk();
        jaga.Clock.Advance(TimeSpan.FromMinutes(15));
        await Call(jaga);
        await jaga.Keep(Urgent);
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await Call(jaga);
        await jaga.SendAll();
        Assert.Equal([0, 0, 0, 0, 1], pager.Effects.Select(e => (int)JsonNode.Parse(e.Body)!["data"]!["calls"]!).Order());
        await jaga.Do(async db => Assert.Equal(0, await db.Notices.CountAsync(n => n.NextCallAt != null)));
    }

    [Fact]
    public async Task One_says_for_oneself_when_one_is_away_and_for_others_only_who_sets_the_rota()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var ani = await Staff(jaga, "ani");
        using var reviewer = await jaga.As(Role.Reviewer);
        using var own = await reviewer.PostAsJsonAsync("/api/v1/absences", new { from = jaga.Clock.Now, until = jaga.Clock.Now.AddDays(1) });
        using var others = await reviewer.PostAsJsonAsync("/api/v1/absences", new { person = ani, from = jaga.Clock.Now, until = jaga.Clock.Now.AddDays(1) });
        using var backwards = await reviewer.PostAsJsonAsync("/api/v1/absences", new { from = jaga.Clock.Now, until = jaga.Clock.Now });
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity], new[] { own, others, backwards }.Select(a => a.StatusCode));
    }

    [Theory]
    [InlineData("leads", "everyone", "UTC", "2026-03-02T09:00", "level")]
    [InlineData("leads", "lead", "Mars/Base", "2026-03-02T09:00", "zone")]
    [InlineData("leads", "lead", "UTC", "Monday", "starts")]
    [InlineData("", "lead", "UTC", "2026-03-02T09:00", "queue")]
    [InlineData("lead", "lead", "UTC", "2026-03-02T09:00", "queue")]
    public async Task SetRota_says_which_field_cannot_be(string queue, string level, string zone, string starts, string field)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var wrong = await Assert.ThrowsAsync<BadInput>(async () => await jaga.Ask<SetRota, SetRota.Answer>(async set => await set.Run(new(queue, Enum.Parse<Whom>(level, true), zone, starts, [await Staff(jaga, "ani")]), Owing.Tester, default)));
        Assert.Contains(field, wrong.Problems.Keys);
    }

    [Fact]
    public async Task The_page_sets_a_rota_and_shows_who_is_on_call_on_the_first_screen()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var ani = await Staff(jaga, "ani");
        using var lead = await jaga.As(Role.Lead);
        var form = new List<KeyValuePair<string, string>> { new("queue", "leads"), new("level", "Lead"), new("zone", "Asia/Jakarta"), new("starts", "2026-03-02T09:00"), new("member", ani), new("member", "") };
        Assert.Equal(HttpStatusCode.Redirect, (await lead.PostAsync("/rotas", new FormUrlEncodedContent(form))).StatusCode);
        foreach (var page in new[] { "/", "/regimes", "/obligations/on-call" })
        {
            Assert.Contains("Test</span></b>", await lead.GetStringAsync(page), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await lead.PostAsync("/absences", new FormUrlEncodedContent([new("person", ani), new("from", "2026-03-01T00:00"), new("until", "2026-03-09T00:00")]))).StatusCode);
        Assert.Contains("nobody is left", await lead.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private static async Task<string> Staff(JagaHost jaga, string name) => (await jaga.AddStaff($"{name}@example.org", "correct horse battery", Role.Lead)).ToString();

    private static async Task<string> Rota(HttpClient lead, string queue, string level, params string[] members) =>
        (string)(await Ok(lead, "/api/v1/rotas", new { queue, level, zone = "Asia/Jakarta", starts = "2026-03-02T09:00", members }))["id"]!;

    // Tells the owners of a queue something, and says who was meant.
    private static async Task<IReadOnlyList<string>> Told(JagaHost jaga)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var notice = await scope.ServiceProvider.GetRequiredService<Notices>().Tell(Whom.Owner, "leads", null, Owing.Item, new("e", "i"), urgent: false, null, default);
        await transaction.Commit(default);
        return notice.Persons;
    }

    private static async Task<Id<Notice>> Urge(JagaHost jaga, Whom whom, string item)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var notice = await scope.ServiceProvider.GetRequiredService<Notices>().Tell(whom, "leads", null, new("item", item), new("e", "i"), urgent: true, null, default);
        await transaction.Commit(default);
        return notice.Id;
    }

    private static async Task Call(JagaHost jaga)
    {
        while (await jaga.Ask<CallAgain, bool>(again => again.Run(default)))
        {
        }
    }

    private static async Task<JsonNode> Ok(HttpClient client, string path, object request)
    {
        using var answer = await client.PostAsJsonAsync(path, request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return body.Length > 0 ? JsonNode.Parse(body)! : new JsonObject();
    }
}
