using Jaga.Deliveries;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Packages;
using Jaga.People.Agencies;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Letters;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Orders;

/// <summary>What authorities were sent by mail, what came back of it and how it is sent again: <see cref="CameBack"/>, <see cref="NewsReturned"/> and <see cref="ResendAnswer"/>.</summary>
public sealed class CameBackTests
{
    private const string Takedown = "id-permenkominfo-5-2020.takedown-urgent";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_answer_that_came_back_is_owed_again_until_it_is_brought(Store store)
    {
        await using var mail = new SmtpServer { Offers = ["DSN"] };
        await using var scene = await Start(store, mail);
        var receipt = await Answered(scene);
        Assert.Equal((ObligationState.Kept, true), await Served(scene));

        // Delay and success change nothing; the receipt that came back is told and reopens nothing.
        await Tell(scene, Correspondence.Notification(About(mail, "Answer to order"), "delayed", "4.4.1", "later"));
        await Tell(scene, Correspondence.Notification(About(mail, "Order received")));
        Assert.Equal((ObligationState.Kept, true), await Served(scene));
        var back = Correspondence.Notification(About(mail, "Answer to order"));
        await Tell(scene, back);
        await Tell(scene, back);
        Assert.Equal((ObligationState.Open, false), await Served(scene));
        await scene.Jaga.Do(async db =>
        {
            var told = await db.Notices.Where(n => n.Whom == Whom.Lead && n.About.Kind == "order").OrderBy(n => n.Urgent).ToListAsync();
            Assert.Equal([false, true], told.Select(n => n.Urgent));
            Assert.Contains("did not reach Kementerian Contoh", told[1].SaysEn, StringComparison.Ordinal);
            Assert.Contains("550 5.1.1 no such user", told[1].SaysId, StringComparison.Ordinal);
        });

        Assert.Equal(1, await scene.Jaga.Calling("order"));

        // Sent again, and it came back again: the first mail, which a server took on, is no proof that they have it.
        var path = $"/api/v1/orders/{receipt}";
        var answer = (await OrderScene.Read(await scene.Lead.GetAsync(path)))["answers"]![0]!["id"];
        Assert.Contains($"/answers/{answer}/again", await scene.Lead.GetStringAsync($"/orders/{receipt}"));
        await OrderScene.Read(await scene.Lead.PostAsync($"{path}/answers/{answer}/again", null));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsync($"{path}/answers/{answer}/again", null)).StatusCode);
        await scene.Jaga.SendAll();
        Assert.Equal((ObligationState.Kept, true), await Served(scene));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsync($"{path}/answers/{answer}/again", null)).StatusCode);
        var mails = mail.All.Where(m => m.Header("Subject").StartsWith("Answer to order", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, mails.Count);
        await Tell(scene, Correspondence.Notification(mails[1]));
        Assert.Equal((ObligationState.Open, false), await Served(scene));

        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/answers/{answer}/served", new { how = "courier 12345" }));
        Assert.Equal((ObligationState.Kept, true), await Served(scene));
        Assert.Equal(0, await scene.Jaga.Calling("order"));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Nobody_is_silent_to_a_question_that_came_back_so_the_clock_runs_on_until_it_is_sent_again(Store store)
    {
        await using var mail = new SmtpServer { Offers = ["DSN"] };
        await using var scene = await Start(store, mail, "eu-tco");
        var path = $"/api/v1/orders/{(await scene.Send("terrorism", "group:1"))["id"]}";

        // Until the agency has the question, nobody is silent to it.
        var asked = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/question", new { words = "Which of the two groups?" }));
        Assert.Equal((true, false), ((bool?)asked["pauses"], (bool?)asked["paused"]));
        await scene.Jaga.Do(async db => Assert.Null((await db.Obligations.SingleAsync(o => o.Clause == "eu-tco.remove")).PausedAt));
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db => Assert.NotNull((await db.Obligations.SingleAsync(o => o.Clause == "eu-tco.remove")).PausedAt));
        await scene.Pass(TimeSpan.FromMinutes(30));
        await Tell(scene, Correspondence.Notification(About(mail, "Question about order")));
        await scene.Jaga.Do(async db =>
        {
            var owed = await db.Obligations.Include(o => o.Pauses).SingleAsync(o => o.Clause == "eu-tco.remove");
            Assert.Equal((ObligationState.Open, null, scene.Jaga.Clock.Now), (owed.State, owed.PausedAt, Assert.Single(owed.Pauses).EndsAt));
            Assert.Contains("550 5.1.1 no such user", (await db.AuditLines.SingleAsync(l => l.Action == "obligation.resumed")).Why, StringComparison.Ordinal);
            Assert.Contains("The question about order", (await db.Notices.SingleAsync(n => n.Whom == Whom.Lead && n.About.Kind == "order" && n.Urgent)).SaysEn, StringComparison.Ordinal);
        });

        // It is still to be asked; a second time the clock stands still for it again, until it is answered and open no more.
        var question = (await OrderScene.Read(await scene.Lead.GetAsync(path)))["answers"]![0]!["id"];
        await OrderScene.Read(await scene.Lead.PostAsync($"{path}/answers/{question}/again", null));
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db => Assert.NotNull((await db.Obligations.SingleAsync(o => o.Clause == "eu-tco.remove")).PausedAt));
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/clarification", new { words = "The first." }));
        await scene.Jaga.Do(async db => Assert.Null((await db.Obligations.SingleAsync(o => o.Clause == "eu-tco.remove")).PausedAt));
        await Tell(scene, Correspondence.Notification(mail.All.Last(m => m.Header("Subject").StartsWith("Question about order", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsync($"{path}/answers/{question}/again", null)).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_answer_that_was_read_at_the_door_stays_served_and_a_reply_that_came_back_is_owed_again(Store store)
    {
        await using var mail = new SmtpServer { Offers = ["DSN"] };
        await using var scene = await Start(store, mail);
        var receipt = await Answered(scene);
        await OrderScene.Read(await scene.Door.GetAsync($"/api/v1/agency/orders/{receipt}"));
        await Tell(scene, Correspondence.Notification(About(mail, "Answer to order")));
        Assert.Equal((ObligationState.Kept, true), await Served(scene));

        var warning = await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt}/warnings", new { says = "It is still there." }));
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt}/warnings/{warning["id"]}/replies", new { kind = "answer", words = "It is gone." }));
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.About.Kind == "order-warning")).State));
        await Tell(scene, Correspondence.Notification(About(mail, "Reply to Teguran 1")));
        await scene.Jaga.Do(async db =>
        {
            Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.About.Kind == "order-warning")).State);
            Assert.Null((await db.OrderReplies.SingleAsync()).ServedAt);
        });
        var reply = await scene.Jaga.Ask<Db, string>(async db => (await db.OrderReplies.SingleAsync()).Id.ToString());
        await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{receipt}/replies/{reply}/again", null));
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.About.Kind == "order-warning")).State));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_leads_hear_that_the_news_of_a_package_came_back(Store store)
    {
        await using var mail = new SmtpServer { Offers = ["DSN"] };
        await using var scene = await Start(store, mail);
        await using (var scope = scene.Jaga.Services.CreateAsyncScope())
        {
            var (db, me, now) = (scope.ServiceProvider.GetRequiredService<Db>(), Actor.System("test"), scene.Jaga.Clock.Now);
            await using var transaction = await db.Begin(default);
            var package = new Package
            {
                Id = Id<Package>.New(now), Number = "P-2026-1A2B3C4D", Profile = "id-police", Agency = Id<Agency>.Parse(scene.Agency, null), Category = "csam", Why = "", Note = "", PreparedBy = me.ToString(), PreparedByName = me.Name, PreparedAt = now,
            };
            db.Add(package);
            scope.ServiceProvider.GetRequiredService<global::Jaga.Audit.AuditLog>().Record(me, "package.prepared", package.Subject);
            scope.ServiceProvider.GetRequiredService<Outbox>().Mail(new(["unit@ministry.example"], "A package is ready", "Take it at the door.") { Tracked = true }, package.Subject, type: BuildPackage.Type);
            await transaction.Commit(default);
        }

        await scene.Jaga.SendAll();
        await Tell(scene, Correspondence.Notification(About(mail, "A package is ready")));
        await scene.Jaga.Do(async db => Assert.Contains("P-2026-1A2B3C4D", (await db.Notices.SingleAsync(n => n.About.Kind == "package" && n.Whom == Whom.Lead && n.Urgent)).SaysEn, StringComparison.Ordinal));
    }

    private static Task<OrderScene> Start(Store store, SmtpServer mail, string regime = "id-permenkominfo-5-2020") => OrderScene.Start(
        store, OrderScene.Ministry("Kementerian Contoh", regime, email: "unit@ministry.example"),
        ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "desk@example.org"), ("Mail:Bounces", "bounces@example.org"));

    // An order that was answered by mail, and its id.
    private static async Task<string> Answered(OrderScene scene)
    {
        var receipt = await scene.Send("csam", "item:a");
        await scene.Decide("item:a", "illegal", OrderScene.Act("remove", "item:a"));
        await scene.Confirm();
        await scene.Jaga.SendAll();
        return receipt["id"]!.ToString();
    }

    private static Task<(ObligationState, bool)> Served(OrderScene scene) => scene.Jaga.Ask<Db, (ObligationState, bool)>(async db =>
        ((await db.Obligations.SingleAsync(o => o.Clause == Takedown)).State, (await db.OrderAnswers.SingleAsync()).ServedAt is not null));

    private static async Task Tell(OrderScene scene, byte[] mail) => Assert.Equal(NotificationState.Taken, (await scene.Jaga.Ask<TakeNotification, ReadNotifications.Row>(take => take.Run(mail, default))).State);

    private static SmtpServer.Mail About(SmtpServer mail, string subject) => mail.All.Single(m => m.Header("Subject").StartsWith(subject, StringComparison.Ordinal));
}
