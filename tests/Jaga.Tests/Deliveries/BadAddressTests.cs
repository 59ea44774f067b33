using Jaga.Deliveries;
using Jaga.Reports;

namespace Jaga.Tests.Deliveries;

/// <summary>What the public gives as its address holds back nobody else's mail.</summary>
public sealed class BadAddressTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Addresses_that_the_mail_server_does_not_take_hold_back_nobody_elses_mail(Store store)
    {
        await using var mail = new SmtpServer();
        await using var jaga = await Start(mail, store);
        for (var i = 0; i < 8; i++)
        {
            mail.ToAddress[$"a{i}@example.org"] = i % 2 == 0 ? "450 4.1.2 Domain not found" : "550 5.1.1 no such user";
            await Write(jaga, $"a{i}@example.org", ReportMail.Type);
        }

        await jaga.SendAll();
        await Write(jaga, "staff@example.org", MailMessage.Type);
        await jaga.SendAll();
        Assert.Equal(["staff@example.org"], Assert.Single(mail.All).To);
        await jaga.Do(async db => Assert.False(await db.Circuits.AnyAsync(c => c.OpenedAt != null || c.Failures > 0)));
    }

    [Fact]
    public async Task A_mail_server_that_comes_back_is_known_by_its_answer_about_an_address_and_staff_are_tried_first()
    {
        await using var mail = new SmtpServer { ToMail = "421 not now" };
        await using var jaga = await Start(mail);
        for (var i = 0; i < 6; i++)
        {
            await Write(jaga, $"a{i}@example.org", ReportMail.Type);
        }

        await Write(jaga, "staff@example.org", MailMessage.Type);
        await jaga.SendAll();
        await jaga.Do(async db => Assert.True(await db.Circuits.AnyAsync(c => c.OpenedAt != null)));

        (mail.ToMail, mail.ToAddress["staff@example.org"]) = ("250 OK", "452 4.2.2 mailbox full");
        jaga.Clock.Advance(Backoff.Ceiling);
        Assert.Equal(1, await jaga.Sender().SendDue(default));
        await jaga.Do(async db =>
        {
            Assert.False(await db.Circuits.AnyAsync(c => c.OpenedAt != null));
            Assert.Equal(MailMessage.Type, (await db.Deliveries.SingleAsync(d => d.Attempts == 2)).Type);
        });
    }

    [Fact]
    public async Task A_mail_server_that_lets_nobody_through_counts_as_gone_where_staff_are_written_to_alone()
    {
        await using var mail = new SmtpServer { ToRecipient = "554 5.7.1 Relay access denied" };
        await using var jaga = await Start(mail);
        for (var i = 0; i < 6; i++)
        {
            await Write(jaga, $"a{i}@example.org", ReportMail.Type);
        }

        await jaga.SendAll();
        await jaga.Do(async db => Assert.Equal((0, 6), (await db.Circuits.CountAsync(c => c.Failures > 0), await db.Deliveries.CountAsync(d => d.State == DeliveryState.Waiting))));
        for (var i = 0; i < 6; i++)
        {
            await Write(jaga, $"staff{i}@example.org", MailMessage.Type);
        }

        await jaga.SendAll();
        await jaga.Do(async db => Assert.True(await db.Circuits.AnyAsync(c => c.OpenedAt != null)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Mail_to_a_reporter_is_given_up_where_there_is_no_such_address_and_after_five_days(Store store)
    {
        await using var mail = new SmtpServer();
        (mail.ToAddress["gone@example.org"], mail.ToAddress["full@example.org"]) = ("550 5.1.1 no such user", "452 4.2.2 mailbox full");
        await using var jaga = await Start(mail, store);
        await Write(jaga, "gone@example.org", ReportMail.Type);
        await Write(jaga, "full@example.org", ReportMail.Type);
        await jaga.SendAll();
        await jaga.Do(async db => Assert.Contains("no such address", (await db.Deliveries.SingleAsync(d => d.State == DeliveryState.Cancelled)).CancelledBecause, StringComparison.Ordinal));

        await jaga.Ask<GiveUpMail, bool>(give => give.Run(default));
        Assert.Equal(1, (await jaga.Numbers()).Unsent);
        jaga.Clock.Advance(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(1));
        await jaga.SendAll();
        await jaga.Ask<GiveUpMail, bool>(give => give.Run(default));
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Nothing_to_a_reporter_is_given_up_because_the_house_had_no_mail_server_for_a_month(Store store)
    {
        await using var mail = new SmtpServer { ToMail = "421 4.3.2 not now" };
        await using var jaga = await Start(mail, store);
        for (var i = 0; i < 8; i++)
        {
            await Write(jaga, $"a{i}@example.org", ReportMail.Type);
        }

        for (var day = 0; day < 30; day++)
        {
            await jaga.SendAll();
            await jaga.Ask<GiveUpMail, bool>(give => give.Run(default));
            jaga.Clock.Advance(TimeSpan.FromDays(1));
        }

        // It is back, and has answered about one of them: the others wait for their turn, and are not given up for what the server said before.
        mail.ToMail = "250 OK";
        Assert.NotEqual(0, await jaga.Sender().SendDue(default));
        await jaga.Ask<GiveUpMail, bool>(give => give.Run(default));
        await jaga.SendAll();
        Assert.Equal(8, mail.All.Count);
    }

    [Fact]
    public async Task Only_so_much_mail_is_in_memory_at_once()
    {
        await using var mail = new SmtpServer();
        await using var jaga = await Start(mail);
        for (var i = 0; i < 12; i++)
        {
            await Write(jaga, $"a{i}@example.org", MailMessage.Type);
        }

        Assert.Equal(8, await jaga.Sender().SendDue(default));
    }

    [Theory]
    [InlineData("mail.example.org", false, true)]
    [InlineData("10.0.0.5", false, true)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("localhost", false, false)]
    [InlineData("mail.example.org", true, false)]
    public void Mail_goes_in_clear_to_this_machine_alone(string host, bool tls, bool wrong) =>
        Assert.Equal(wrong, new MailSettings { Host = host, Tls = tls, From = "jaga@example.org" }.Wrong().Any(w => w.StartsWith("Mail:Tls", StringComparison.Ordinal)));

    private static Task<JagaHost> Start(SmtpServer mail, Store store = Store.Sqlite) =>
        JagaHost.Start(store, null, ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "jaga@example.org"));

    private static async Task Write(JagaHost jaga, string to, string type)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        scope.ServiceProvider.GetRequiredService<Outbox>().Mail(new([to], "Hello", "Text"), new("item", "i"), type: type);
        await transaction.Commit(default);
    }
}
