using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Deliveries;

/// <summary><see cref="ForgetDeliveries"/> and <see cref="ForgetNotices"/>.</summary>
public sealed class ForgetTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_sent_is_forgotten_a_while_after_it_arrived_but_that_it_was_and_its_digest(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: [("Deliveries:Keep", "40.00:00:00")]);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var (late, old) = ((await jaga.Send(1))[0], await jaga.Send(30, first: 1));
        var later = jaga.Clock.Now.AddDays(30);
        await jaga.Do(db => db.Deliveries.Where(d => d.Id == late.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, later)));
        await jaga.SendAll();
        jaga.Clock.Advance(TimeSpan.FromDays(30));
        await jaga.SendAll();
        jaga.Clock.Advance(TimeSpan.FromDays(11));
        var waits = (await jaga.Send(1))[0];
        await Forget<ForgetDeliveries>(jaga, turn => turn.Run(default));

        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(old[0].Body)));
        await jaga.Do(async db =>
        {
            var kept = await db.Deliveries.AsNoTracking().ToDictionaryAsync(d => d.Id);
            Assert.All(old, d => Assert.Equal(("", (string?)null, DeliveryState.Confirmed, d.About), (kept[d.Id].Body, kept[d.Id].Receipt, kept[d.Id].State, kept[d.Id].About)));
            Assert.Equal((digest, jaga.Clock.Now), (kept[old[0].Id].BodySha256, kept[old[0].Id].ForgottenAt));
            Assert.Equal((late.Body, waits.Body, 1), (kept[late.Id].Body, kept[waits.Id].Body, await db.Attempts.CountAsync()));
            Assert.Equal(2, await db.AuditLines.CountAsync(l => l.Action == "deliveries.forgotten"));
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Notices_are_forgotten_but_those_that_nobody_has_taken(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: [("Obligations:KeepNotices", "90.00:00:00")]);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await jaga.Walk();
        jaga.Clock.Advance(TimeSpan.FromDays(91));
        await Forget<ForgetNotices>(jaga, turn => turn.Run(default));
        await jaga.Do(async db => Assert.All(await db.Notices.ToListAsync(), n => Assert.NotNull(n.NextCallAt)));

        await jaga.Keep();
        await jaga.Ask<CallAgain, bool>(again => again.Run(default));
        await Forget<ForgetNotices>(jaga, turn => turn.Run(default));
        await jaga.Do(async db => Assert.Equal(0, await db.Notices.CountAsync()));
        Assert.NotEmpty((await jaga.Story(owed.Id)).Rungs);
    }

    private static async Task Forget<T>(JagaHost jaga, Func<T, Task<bool>> turn)
        where T : notnull
    {
        while (await jaga.Ask(turn))
        {
        }
    }
}
