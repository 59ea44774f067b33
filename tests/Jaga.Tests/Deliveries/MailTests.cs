using System.Text;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Deliveries;

public sealed class MailTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Each_rung_is_mailed_to_whom_it_is_meant_for(Store store)
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(store, null, [.. Settings(mail), ("Mail:To:Lead", "lead@example.org, deputy@example.org"), ("Mail:To:Everyone", "all@example.org")]);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var administrator = await jaga.As(Role.Administrator);
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Walk();
        await jaga.SendAll();

        // The owner is the reviewers' queue and the head nobody in the settings: these go by role.
        Assert.Equal(
            ["administrator@example.org", "all@example.org", "deputy@example.org", "lead@example.org", "reviewer@example.org"],
            mail.All.Select(l => string.Join(' ', l.To)).Order(StringComparer.Ordinal));
        var last = mail.All.Single(l => l.To.Contains("all@example.org"));
        Assert.Equal("jaga@example.org", last.From);
        Assert.StartsWith("[Jaga, urgent] The time is over", last.Header("Subject"), StringComparison.Ordinal);
        Assert.Contains("Waktu habis", last.Text, StringComparison.Ordinal);
        Assert.EndsWith("@example.org>", last.Header("Message-ID"), StringComparison.Ordinal);
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
    }

    [Fact]
    public async Task The_person_who_owns_it_is_mailed_in_place_of_the_queue()
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, Settings(mail));
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        var owed = await jaga.Owe();
        var person = await jaga.Ask<Db, string>(async db => (await db.Staff.SingleAsync(s => s.Email == "lead@example.org")).Id.ToString());
        await jaga.Act(d => d.Assign(owed.Id, person, Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        await jaga.SendAll();
        Assert.Equal(["lead@example.org"], Assert.Single(mail.All).To);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_mail_server_that_is_away_or_refuses_loses_no_letter(Store store)
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(store, null, [.. Settings(mail), ("Mail:To:Owner", "owner@example.org")]);
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        mail.ToRecipient = "451 later";
        await jaga.SendAll();
        mail.ToRecipient = "250 OK";
        mail.ToMail = "554 spam";
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        Assert.Empty(mail.All);

        var id = await jaga.Ask<Db, Id<Delivery>>(db => db.Deliveries.Select(d => d.Id).SingleAsync());
        Assert.Equal([(Outcome.Refused, (int?)554), (Outcome.ServerError, 451)], (await jaga.Story(id)).Tries.Select(t => (t.Outcome, t.Status)));
        mail.ToMail = "250 OK";
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        Assert.Single(mail.All);
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_mailed_and_the_notice_stands_in_the_console()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        await jaga.Do(async db => Assert.Equal((1, 0), (await db.Notices.CountAsync(), await db.Deliveries.CountAsync())));
    }

    [Fact]
    public async Task A_letters_subject_cannot_bring_headers_of_its_own()
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, Settings(mail));
        await Write(jaga, new(["a@example.org"], "Hello\r\nBcc: b@example.org", "Text"));
        await jaga.SendAll();
        var letter = Assert.Single(mail.All);
        Assert.Equal(["a@example.org"], letter.To);
        Assert.Equal("Hello  Bcc: b@example.org", letter.Header("Subject"));
    }

    [Fact]
    public async Task Files_go_with_the_text_and_names_in_any_script_arrive_whole()
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, Settings(mail));
        var content = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        await Write(jaga, new(["a@example.org"], "Jawaban – " + new string('é', 60), ".a line that begins with a dot\n.\nend")
        {
            FromName = "Jaga, the desk", Language = "id", Files = [new("surat “1”.pdf", "application/pdf", content)],
        });
        await jaga.SendAll();
        var got = Assert.Single(mail.All);
        Assert.Equal("Jawaban – " + new string('é', 60), SmtpServer.Mail.Decode(got.Header("Subject")));
        Assert.EndsWith("<jaga@example.org>", got.Header("From"), StringComparison.Ordinal);
        var parts = got.Parts;
        Assert.Equal(".a line that begins with a dot\r\n.\r\nend", Encoding.UTF8.GetString(parts[0].Content));
        Assert.Equal(content, parts[1].Content);
        Assert.Contains("filename*=UTF-8''surat%20%E2%80%9C1%E2%80%9D.pdf", parts[1].Head, StringComparison.Ordinal);
        Assert.All(got.Data.Split("\r\n"), line => Assert.InRange(line.Length, 0, 100));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_tracked_message_asks_what_becomes_of_it_where_the_server_can_tell(bool offered)
    {
        await using var mail = new SmtpServer { Offers = offered ? ["DSN"] : [] };
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, [.. Settings(mail), ("Mail:Bounces", "bounces@example.org")]);
        await Write(jaga, new(["a+b@example.org"], "Hello", "Text") { Tracked = true });
        await jaga.SendAll();
        var id = await jaga.Ask<Db, string>(async db => (await db.Deliveries.SingleAsync()).Id.Value.ToString("n"));
        var got = Assert.Single(mail.All);
        Assert.Equal($"bounces+{id}@example.org", got.From);
        Assert.Equal(
            offered ? [$"MAIL FROM:<bounces+{id}@example.org> RET=HDRS ENVID={id}", "RCPT TO:<a+b@example.org> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@example.org"] : [$"MAIL FROM:<bounces+{id}@example.org>", "RCPT TO:<a+b@example.org>"],
            got.Envelope);
        Assert.DoesNotContain("Auto-Submitted", got.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_the_server_does_not_take_today_is_told_later_and_nobody_else_twice()
    {
        await using var mail = new SmtpServer();
        (mail.ToAddress["gone@example.org"], mail.ToAddress["full@example.org"]) = ("550 no such user", "452 mailbox full");
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, [.. Settings(mail), ("Mail:To:Owner", "gone@example.org, full@example.org, here@example.org")]);
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        await jaga.SendAll();
        Assert.Equal(["here@example.org"], Assert.Single(mail.All).To);

        mail.ToAddress.Remove("full@example.org", out _);
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        Assert.Equal(["here@example.org", "full@example.org"], mail.All.Select(m => Assert.Single(m.To)));
        await jaga.Do(async db =>
        {
            var left = await db.Deliveries.SingleAsync(d => d.State == DeliveryState.Waiting);
            Assert.Equal(Outcome.Refused, left.LastOutcome);
            Assert.Contains("gone@example.org", left.Body, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("somebody@bücher.example", "550 5.7.1 <somebody@xn--bcher-kva.example>: not today")]
    [InlineData("some+body@example.org", "554 refused: rfc822;some+2Bbody@example.org is listed")]
    [InlineData("someböbody@example.org", "250 OK")]
    public async Task A_sealed_address_stands_in_no_attempt_whatever_the_server_says_of_the_mail(string address, string says)
    {
        await using var mail = new SmtpServer { ToMail = says };
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, Settings(mail));
        await Write(jaga, new([], "Hello", "Text") { SealedTo = MailMessage.Seal(jaga.Services.GetRequiredService<MasterKey>(), address) });
        await jaga.SendAll();
        await jaga.Do(async db =>
        {
            var excerpt = Assert.Single(await db.Attempts.ToListAsync()).Excerpt!;
            Assert.Contains("…", excerpt, StringComparison.Ordinal);
            Assert.DoesNotContain("body", excerpt, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_as_that_and_stays_visible()
    {
        await using var mail = new SmtpServer();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, Settings(mail));
        await Write(jaga, new(["nobody at all"], "Hello", "Text"));
        await jaga.SendAll();
        await jaga.Do(async db =>
        {
            var letter = await db.Deliveries.SingleAsync();
            Assert.Equal((DeliveryState.Waiting, Outcome.NotSendable), (letter.State, letter.LastOutcome));
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_pager_is_told_every_notice_and_its_own_death_makes_no_storm(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var pager = await WebhookReceiver.Start();
        await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("pager", new(pager.Address.ToString(), AllowPrivate: true, Pages: true)), Desk.Tester, default));
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(12));
        await jaga.Walk();
        await jaga.SendAll();
        Assert.Contains("notice.raised", Assert.Single(pager.All).Body, StringComparison.Ordinal);

        pager.Answer = WebhookReceiver.With(503);
        for (var i = 0; i < 200; i++)
        {
            jaga.Clock.Advance(TimeSpan.FromHours(1));
            await jaga.Walk();
            await jaga.SendAll();
        }

        // Three more rungs of the duty, and four of the one to bring the pager back.
        Assert.Equal(7, (await jaga.Numbers()).Unsent);
        pager.Answer = WebhookReceiver.Taken;
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.SendAll();
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
        Assert.Equal(8, pager.Effects.Count);
    }

    [Fact]
    public async Task The_leads_are_told_of_a_dead_job_once_each_time_that_it_dies()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Do(async db =>
        {
            db.Add(Job.For("test.unknown", new { }, jaga.Clock.Now, jaga.Clock.Now));
            await db.SaveChangesAsync();
        });
        for (var i = 0; i < Job.MaxAttempts + 2; i++)
        {
            await jaga.RunWorker(1);
            jaga.Clock.Advance(Backoff.Ceiling);
        }

        await jaga.Do(async db =>
        {
            var notice = await db.Notices.SingleAsync();
            Assert.Equal((Whom.Lead, "job"), (notice.Whom, notice.About.Kind));
        });

        // Retried by hand, it dies again: that is told again, once.
        await jaga.Ask<DeadJobs, bool>(async jobs =>
        {
            await jobs.Retry((await jobs.Read(new(null, null), default)).Rows.Single().Id, Desk.Tester, default);
            return true;
        });
        await jaga.Do(async db => Assert.Null((await db.Notices.SingleAsync()).NextCallAt));
        for (var i = 0; i < Job.MaxAttempts + 2; i++)
        {
            await jaga.RunWorker(1);
            jaga.Clock.Advance(Backoff.Ceiling);
        }

        await jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync(n => n.About.Kind == "job")));
    }

    private static (string, string)[] Settings(SmtpServer mail) => [("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "jaga@example.org")];

    private static async Task Write(JagaHost jaga, MailMessage mail)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        scope.ServiceProvider.GetRequiredService<Outbox>().Mail(mail, new("item", "i"));
        await transaction.Commit(default);
    }
}
