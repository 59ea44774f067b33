using System.Text.Json.Nodes;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Letters;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Flows;

/// <summary>A letter was written, and for three months nobody sent it. It is impossible that this comes to pass quietly.</summary>
public sealed class UnsentLetterTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_draft_that_nobody_sends_cannot_reach_day_90_quietly(Store store)
    {
        await using var desk = await Correspondence.Open(store, null, ("Mail:To:Owner", "owner@example.org"), ("Mail:To:Lead", "lead@example.org"), ("Mail:To:Head", "head@example.org"), ("Mail:To:Everyone", "everyone@example.org"));
        await using var pager = await WebhookReceiver.Start();
        await desk.Jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("pager", new(pager.Address.ToString(), AllowPrivate: true, Pages: true)), Actor.System("test"), default));
        var letter = await desk.Draft(await desk.Incoming(), new { dueAt = desk.Jaga.Clock.Now.AddDays(30) });
        var (written, owed) = (desk.Jaga.Clock.Now, await desk.Owed(letter));

        // Everybody is on leave: nobody signs in, nobody reads, only the clock goes on.
        for (var day = 1; day <= 90; day++)
        {
            desk.Jaga.Clock.Advance(written.AddDays(day) - desk.Jaga.Clock.Now);
            await desk.Jaga.Walk();
            await desk.Jaga.SendAll();
        }

        var story = await desk.Jaga.Story(owed.Id);
        Assert.Equal([(50, Whom.Owner), (75, Whom.Lead), (90, Whom.Head), (100, Whom.Everyone)], story.Rungs.Take(4).Select(r => (r.Percent, r.Whom)));
        Assert.Equal(60, story.Rungs.Skip(4).Count());
        Assert.All(story.Rungs.Skip(4), r => Assert.True(r is { Whom: Whom.Everyone, Told: true, Percent: > 100 }));
        Assert.Equal(ObligationState.Broken, story.Obligation.State);
        var about = owed.Subject.ToString();
        var mails = desk.Mail.All.Where(m => m.Text.Contains(about, StringComparison.Ordinal)).ToList();
        Assert.Equal((1, 1, 1, 61), (mails.Count(m => m.To.Contains("owner@example.org")), mails.Count(m => m.To.Contains("lead@example.org")), mails.Count(m => m.To.Contains("head@example.org")), mails.Count(m => m.To.Contains("everyone@example.org"))));
        Assert.Equal(64, pager.Effects.Count(p => JsonNode.Parse(p.Body)!["data"]!["about"]!["id"]!.ToString() == owed.Id.ToString()));
        Assert.InRange(story.Rungs[^1].Percent, 295, 300);

        // Somebody comes back, and it is over when it has arrived, not when it was sent off.
        using var back = await desk.Jaga.As(Role.Lead, Role.Administrator);
        await desk.Post($"/letters/{letter["id"]}/approval", new { version = 1 }, back);
        await desk.Post($"/letters/{letter["id"]}/send", by: back);
        desk.Jaga.Clock.Advance(TimeSpan.FromDays(1));
        await desk.Jaga.Walk();
        Assert.Equal(65, (await desk.Jaga.Story(owed.Id)).Rungs.Count);
        await desk.Carry();
        Assert.Equal(ObligationState.KeptLate, (await desk.Jaga.Story(owed.Id)).Obligation.State);
        desk.Jaga.Clock.Advance(TimeSpan.FromDays(10));
        await desk.Jaga.Walk();
        Assert.Equal(65, (await desk.Jaga.Story(owed.Id)).Rungs.Count);
    }
}
