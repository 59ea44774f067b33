using Jaga.Disclosure;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Letters;
using Jaga.Tests.Obligations;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Disclosure;

/// <summary>
/// How answers without data and questions come to an agency: <see cref="Jaga.Disclosure.RecordServed"/>, <see cref="Jaga.Disclosure.ResendAnswer"/> and <see cref="Jaga.Disclosure.CameBack"/>.
/// </summary>
public sealed class BringTests
{
    private const string Data = "id-permenkominfo-5-2020.give-data";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_s_answer_is_owed_until_it_is_brought(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var id = await Entered(asking, About("subscriberInformation"));
        await Ok(await asking.Propose(id, "refused", ground: "It names no group that is here."));
        await Ok(await asking.Release(id));
        Assert.Equal("open", (await asking.Clocks(id))[Data].State);
        var answer = (await asking.Read(id))["proposals"]![0]!;
        Assert.Equal((true, null), ((bool)answer["isBrought"]!, (string?)answer["servedAt"]));

        var path = $"/disclosures/{id}/answers/{answer["id"]}";
        Assert.Contains($"{path}/served", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        Assert.Contains("No receiver and no mail address", await Refused(await asking.Lead.PostAsync($"/api/v1/data-requests/{id}/answers/{answer["id"]}/again", null), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/questions/{answer["id"]}/served", new { how = "x" })).StatusCode);
        using var how = new FormUrlEncodedContent([KeyValuePair.Create("how", "courier 12345")]);
        Assert.Equal(HttpStatusCode.Found, (await asking.Lead.PostAsync($"{path}/served", how)).StatusCode);
        Assert.Equal("kept", (await asking.Clocks(id))[Data].State);
        Assert.Contains("has this already", await Refused(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/answers/{answer["id"]}/served", new { how = "again" }), HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_s_question_stops_the_clock_once_it_is_known_to_have_arrived_and_its_words_stay_with_the_request(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var request = About("subscriberInformation");
        (request["regime"], request["emergency"], request["emergencyReason"]) = ("house", "terrorism", "It is urgent");
        var id = await Entered(asking, request);
        var asked = await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarifications", new { question = "Is u42 meant, who is being investigated?" }));
        Assert.False((bool)asked["paused"]!);
        Assert.All((await asking.Clocks(id)).Values, c => Assert.False(c.Paused));

        // Read at the door: now nobody else can be silent.
        Assert.Equal("Is u42 meant, who is being investigated?", (string?)(await asking.Own(id))["waitsForYou"]);
        Assert.All((await asking.Clocks(id)).Values, c => Assert.True(c.Paused));
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/emergency", new { accepted = false, because = "u42 is in custody already" }));

        // Whoever reads obligations, and pagers, learn that something was asked and judged, and nothing of whom.
        using var reviewer = await jaga.As(Role.Reviewer);
        var report = await reviewer.GetStringAsync("/obligations/report.csv?from=2020-01-01&to=2099-01-01");
        Assert.DoesNotContain("u42", report, StringComparison.Ordinal);
        foreach (var owed in await jaga.Ask<Db, List<Obligation>>(db => db.Obligations.Include(o => o.Pauses).Where(o => o.About.Id == id).ToListAsync()))
        {
            var page = await reviewer.GetStringAsync($"/obligations/{owed.Id}");
            Assert.DoesNotContain("u42", page, StringComparison.Ordinal);
            Assert.True(owed.State is ObligationState.Cancelled || owed.Pauses.Single().Ground.StartsWith("The authority was asked", StringComparison.Ordinal));
        }

        await jaga.Do(async db => Assert.DoesNotContain("u42", string.Concat(await db.AuditLines.Where(l => l.Subject.Kind == "obligation").Select(l => l.Why).ToListAsync()), StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task By_mail_the_receipt_the_question_and_the_answer_go_and_what_comes_back_is_owed_again(Store store)
    {
        await using var mail = new SmtpServer { Offers = ["DSN"] };
        await using var jaga = await JagaHost.Start(store, settings: [("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "desk@example.org"), ("Mail:Bounces", "bounces@example.org")]);
        using var asking = await Begin(jaga);
        await jaga.Do(db => db.Agencies.ExecuteUpdateAsync(set => set.SetProperty(a => a.Email, "unit@police.example")));
        var request = About("subscriberInformation");
        request["regime"] = "house";
        var id = await asking.Send(request);
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarifications", new { question = "Which of the two groups?" }));
        Assert.False((await asking.Clocks(id))["house.give-data"].Paused);
        await jaga.SendAll();
        Assert.Equal(["Permintaan data diterima:", "Pertanyaan mengenai permi"], mail.All.Select(m => m.Header("Subject")[..25]).Order());
        Assert.True((await asking.Clocks(id))["house.give-data"].Paused);

        // Nobody is silent to a question that came back.
        await Back(jaga, mail, "Pertanyaan");
        Assert.False((await asking.Clocks(id))["house.give-data"].Paused);
        var question = (await asking.Read(id))["questions"]![0]!["id"];
        await Ok(await asking.Lead.PostAsync($"/api/v1/data-requests/{id}/questions/{question}/again", null));
        Assert.Contains("still on its way", await Refused(await asking.Lead.PostAsync($"/api/v1/data-requests/{id}/questions/{question}/again", null), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await jaga.SendAll();
        Assert.True((await asking.Clocks(id))["house.give-data"].Paused);
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarification", new { answer = "The first" }));

        await Ok(await asking.Propose(id, "notHeld", ground: "There was never such a group."));
        await Ok(await asking.Release(id));
        Assert.Equal("open", (await asking.Clocks(id))["house.give-data"].State);
        await jaga.SendAll();
        Assert.Equal("kept", (await asking.Clocks(id))["house.give-data"].State);
        Assert.Contains("There was never such a group.", mail.All[^1].Text, StringComparison.Ordinal);
        await Back(jaga, mail, "Jawaban");
        Assert.Equal("open", (await asking.Clocks(id))["house.give-data"].State);
        await jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync(n => n.Whom == Whom.Lead && n.About.Kind == "data-request" && n.Urgent)));

        // Read at the door, it is kept, and what comes back once more changes nothing.
        await asking.Own(id);
        Assert.Equal("kept", (await asking.Clocks(id))["house.give-data"].State);
        await Back(jaga, mail, "Permintaan");
        Assert.Equal("kept", (await asking.Clocks(id))["house.give-data"].State);
    }

    private static async Task<string> Entered(Asking asking, System.Text.Json.Nodes.JsonObject letter) => (string)(await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/agencies/{asking.Police}/data-requests", letter)))["id"]!;

    private static async Task Back(JagaHost jaga, SmtpServer mail, string subject)
    {
        var notification = Correspondence.Notification(mail.All.Last(m => m.Header("Subject").StartsWith(subject, StringComparison.Ordinal)));
        Assert.Equal(NotificationState.Taken, (await jaga.Ask<TakeNotification, ReadNotifications.Row>(take => take.Run(notification, default))).State);
    }
}
