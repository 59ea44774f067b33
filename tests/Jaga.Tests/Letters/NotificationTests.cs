using System.Text;
using System.Text.Json.Nodes;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Letters;

/// <summary>What comes back: <see cref="TakeNotification"/>, <see cref="ReadNotifications"/>, <see cref="DismissNotification"/>, <see cref="ReachAgain"/>.</summary>
public sealed class NotificationTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_of_sixty_is_answered_sixty_times_and_three_that_come_back_open_it_again(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var coalition = await desk.Incoming(60);
        var answer = await desk.Draft(coalition);
        await desk.Send(answer);
        Assert.Equal(60, desk.Mail.All.Select(m => m.To.Single()).Distinct().Count(to => to.EndsWith(".example", StringComparison.Ordinal)));
        var card = (await desk.Read(answer))["letter"]!;
        Assert.Equal(("sent", 60, 60, 0), (card["state"]!.ToString(), (int)card["recipients"]!, (int)card["receipts"]!, (int)card["bounced"]!));
        Assert.Equal("answered", await desk.State(coalition));

        foreach (var i in new[] { 7, 21, 60 })
        {
            Assert.Equal(NotificationState.Taken, (await desk.Tell(Correspondence.Notification(desk.To($"person{i}@ngo{i}.example")))).State);
        }

        card = (await desk.Read(answer))["letter"]!;
        Assert.Equal(("sending", 57, 3), (card["state"]!.ToString(), (int)card["receipts"]!, (int)card["bounced"]!));
        Assert.Equal("open", await desk.State(coalition));
        Assert.Equal((ObligationState.Open, ObligationState.Open), ((await desk.Owed(answer)).State, (await desk.Owed(coalition)).State));
        await desk.Jaga.Do(async db => Assert.Equal(3, await db.Notices.CountAsync(n => n.Whom == Whom.Owner && n.Urgent && n.SaysEn.Contains("550 5.1.1 no such user (mx.receiver.example)"))));

        var bounced = (await desk.Read(answer))["parties"]!.AsArray().Where(p => p!["state"]!.ToString() == "bounced").ToList();
        Assert.Equal([7, 21, 60], bounced.Select(p => (int)p!["position"]!));
        foreach (var party in bounced)
        {
            Assert.NotEqual(0, await desk.Jaga.Calling("letter"));
            await desk.Post($"/letters/{answer["id"]}/recipients/{party!["id"]}/again", new { email = $"office@ngo{party["position"]}.example" });
        }

        Assert.Equal(0, await desk.Jaga.Calling("letter"));

        await desk.Carry();
        card = (await desk.Read(answer))["letter"]!;
        Assert.Equal(("sent", 60, 0), (card["state"]!.ToString(), (int)card["receipts"]!, (int)card["bounced"]!));
        Assert.Equal((ObligationState.Kept, "answered"), ((await desk.Owed(coalition)).State, await desk.State(coalition)));
        Assert.Equal(["office@ngo7.example"], desk.To("office@ngo7.example").To);
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{answer["id"]}/recipients/{bounced[0]!["id"]}/again")).Status);

        // What is told of the first try now changes nothing.
        await desk.Tell(Correspondence.Notification(desk.To("person7@ngo7.example"), says: "550 told once more"));
        Assert.Equal("sent", await desk.State(answer));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Delay_is_noted_success_is_a_better_receipt_and_the_same_mail_counts_once(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var answer = await desk.Draft(await desk.Incoming());
        await desk.Send(answer);
        var sent = desk.To("person1@ngo1.example");
        await desk.Tell(Correspondence.Notification(sent, "delayed", "4.4.1", "connection timed out"));
        var party = (await desk.Read(answer))["parties"]![0]!;
        Assert.Equal(("accepted", "connection timed out (mx.receiver.example)"), (party["state"]!.ToString(), party["trouble"]!.ToString()));
        var success = Correspondence.Notification(sent, "delivered", "2.0.0", "250 queued");
        var first = await desk.Tell(success);
        Assert.Equal(first.Id, (await desk.Tell(success)).Id);
        party = (await desk.Read(answer))["parties"]![0]!;
        Assert.Equal(("received", null, "delivered 2.0.0 250 queued (mx.receiver.example)"), (party["state"]!.ToString(), party["trouble"], party["receipt"]!.ToString()));
        Assert.Equal(ObligationState.Kept, (await desk.Owed(answer)).State);
        Assert.Equal(2, (await desk.Writer.GetFromJsonAsync<JsonObject>("/api/v1/letters/notifications?state=taken"))!["rows"]!.AsArray().Count);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task That_it_was_relayed_is_no_proof_that_they_have_it_and_a_better_proof_stands(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var answer = await desk.Draft(await desk.Incoming());
        await desk.Send(answer);
        var sent = desk.To("person1@ngo1.example");
        await desk.Tell(Correspondence.Notification(sent, "relayed", "2.1.9", "250 on its way"));
        var party = (await desk.Read(answer))["parties"]![0]!;
        Assert.Equal(("accepted", "relayed 2.1.9 250 on its way (mx.receiver.example)"), (party["state"]!.ToString(), party["receipt"]!.ToString()));

        // What a person entered is not overwritten by what a server says, told later.
        await desk.Post($"/letters/{answer["id"]}/recipients/{party["id"]}/receipt", new { receipt = "stamped copy 7" });
        await desk.Tell(Correspondence.Notification(sent, "expanded", "2.1.9", "250 to a list"));
        await desk.Jaga.Do(async db =>
        {
            var delivery = await db.Deliveries.SingleAsync(d => d.Type == HandOverLetter.Type);
            await using var scope = desk.Jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await scope.ServiceProvider.GetServices<Jaga.Deliveries.IOnDelivered>().Single(d => d.Type == HandOverLetter.Type).Delivered(delivery, "250 told once more", default);
            await transaction.Commit(default);
        });
        party = (await desk.Read(answer))["parties"]![0]!;
        Assert.Equal(("received", "stamped copy 7"), (party["state"]!.ToString(), party["receipt"]!.ToString()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_address_that_the_mail_server_does_not_want_is_known_at_once_and_tried_on(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        desk.Mail.ToAddress["person1@ngo1.example"] = "550 no such user";
        var answer = await desk.Draft(await desk.Incoming(2));
        await desk.Send(answer);
        var parties = (await desk.Read(answer))["parties"]!.AsArray();
        Assert.Equal(["bounced", "accepted"], parties.Select(p => p!["state"]!.ToString()));
        Assert.Contains("550 no such user", parties[0]!["trouble"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(("sending", ObligationState.Open), (await desk.State(answer), (await desk.Owed(answer)).State));

        desk.Mail.ToAddress.Clear();
        desk.Jaga.Clock.Advance(Backoff.Ceiling);
        await desk.Carry();
        Assert.Equal(("sent", ObligationState.Kept), (await desk.State(answer), (await desk.Owed(answer)).State));
    }

    [Fact]
    public async Task What_cannot_be_read_is_set_aside_with_its_reason_and_never_ignored()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var answer = await desk.Draft(await desk.Incoming(2));
        await desk.Send(answer);
        var fine = Encoding.ASCII.GetString(Correspondence.Notification(desk.To("person1@ngo1.example")));
        var other = desk.To("person2@ngo2.example");
        foreach (var (mail, why) in new (string, string)[]
        {
            ("", "no delivery status notification"),
            ("Subject: out of office\n\nI am away.", "no delivery status notification"),
            (fine.Replace("boundary=\"b-1\"", "boundary=", StringComparison.Ordinal), "no boundary"),
            (fine.Replace("message/delivery-status", "text/plain", StringComparison.Ordinal), "no part for machines"),
            (fine.Replace("Action: failed", "Action: eaten", StringComparison.Ordinal), "not one of RFC 3464"),
            (fine.Replace("Action: failed\n", "", StringComparison.Ordinal).Replace("Action: failed\r\n", "", StringComparison.Ordinal), "does not say what was done"),
            (fine.Replace("Message-ID: " + desk.To("person1@ngo1.example").Header("Message-ID"), "Message-ID: " + other.Header("Message-ID"), StringComparison.Ordinal), "two messages at once"),
            (fine.Replace(desk.To("person1@ngo1.example").Envelope[0].Split("ENVID=")[1], Guid.NewGuid().ToString("n"), StringComparison.Ordinal).Replace("Message-ID", "X-None", StringComparison.Ordinal), "about no letter"),
            (fine.Replace("Content-Type: message/delivery-status", "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64", StringComparison.Ordinal), "not written in the encoding"),
            (string.Concat(Enumerable.Repeat("--b-1\n\n", 40)) is var many ? fine.Replace("This is a multipart message.", many, StringComparison.Ordinal) : "", "more than 20 parts"),
            (new string('x', StatusReport.MaxBytes + 1), "larger than"),
        })
        {
            var row = await desk.Tell(Encoding.ASCII.GetBytes(mail));
            Assert.Equal(NotificationState.SetAside, row.State);
            Assert.Contains(why, row.Says, StringComparison.Ordinal);
        }

        Assert.Equal("sent", await desk.State(answer));
        await desk.Jaga.Do(async db => Assert.Equal(1, await db.Notices.CountAsync(n => n.About.Id == "notifications")));
        var aside = (await desk.Writer.GetFromJsonAsync<JsonObject>("/api/v1/letters/notifications?state=setAside"))!["rows"]!.AsArray();
        Assert.Equal(11, aside.Count);
        await desk.Post($"/letters/notifications/{aside[0]!["id"]}/dismiss", new { why = "An empty mail." });
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/notifications/{aside[0]!["id"]}/dismiss", new { why = "Again." })).Status);
    }

    [Fact]
    public async Task Random_damage_is_taken_or_set_aside_and_nothing_else()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        await desk.Send(await desk.Draft(await desk.Incoming()));
        var fine = Correspondence.Notification(desk.To("person1@ngo1.example"));
        var chance = new Random(4711);
        for (var round = 0; round < 2000; round++)
        {
            var mail = (byte[])fine.Clone();
            for (var i = chance.Next(1, 12); i > 0; i--)
            {
                mail[chance.Next(mail.Length)] = (byte)chance.Next(256);
            }

            try
            {
                StatusReport.Read(mail.AsSpan(0, chance.Next(mail.Length + 1)));
            }
            catch (UnreadableReport)
            {
                // Said, with its reason.
            }
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_maildir_is_read_and_each_mail_counts_once_even_after_a_crash(Store store)
    {
        var maildir = Directory.CreateTempSubdirectory("jaga-maildir-");
        try
        {
            var fresh = maildir.CreateSubdirectory("new").FullName;
            await using var desk = await Correspondence.Open(store, null, ("Letters:Bounces", maildir.FullName));
            var answer = await desk.Draft(await desk.Incoming());
            await desk.Send(answer);
            var mail = Correspondence.Notification(desk.To("person1@ngo1.example"));
            await File.WriteAllBytesAsync(Path.Combine(fresh, "1.host"), mail);
            await File.WriteAllTextAsync(Path.Combine(fresh, "2.host"), "Subject: hello\n\nA reply by a person.");
            await desk.Jaga.Ask<FetchNotifications, bool>(fetch => fetch.Run(default));
            Assert.Empty(Directory.GetFiles(fresh));
            Assert.Equal(["1.host:2,S", "2.host:2,S"], Directory.GetFiles(Path.Combine(maildir.FullName, "cur")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal("sending", await desk.State(answer));

            await File.WriteAllBytesAsync(Path.Combine(fresh, "1.host"), mail);
            await desk.Jaga.Ask<FetchNotifications, bool>(fetch => fetch.Run(default));
            await desk.Jaga.Do(async db => Assert.Equal((1, 1), (await db.StatusNotifications.CountAsync(s => s.State == NotificationState.Taken), await db.StatusNotifications.CountAsync(s => s.State == NotificationState.SetAside))));
        }
        finally
        {
            maildir.Delete(recursive: true);
        }
    }
}
