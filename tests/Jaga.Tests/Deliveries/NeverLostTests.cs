using Jaga.Deliveries;
using Jaga.Obligations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Deliveries;

public sealed class NeverLostTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_sender_that_dies_between_sending_and_recording_is_followed_by_one_that_sends_the_same_id(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var sent = (await jaga.Send(1)).Single();

        // The message has arrived; the sender dies before it has the answer.
        using var death = new CancellationTokenSource();
        platform.Answer = async (_, http) =>
        {
            await death.CancelAsync();
            await Task.Delay(System.Threading.Timeout.Infinite, http.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => jaga.Sender().SendDue(death.Token));
        platform.Answer = WebhookReceiver.Taken;

        // Its lease still stands: nobody else touches the delivery.
        Assert.Equal(0, await jaga.SendAll());
        Assert.Equal(1, (await jaga.Numbers()).Unsent);

        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await jaga.SendAll();
        Assert.Equal([sent.MessageId, sent.MessageId], platform.All.Select(g => g.Id));
        Assert.Single(platform.Effects);
        Assert.Equal(DeliveryState.Confirmed, (await jaga.Story(sent.Id)).Delivery.State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Many_senders_on_one_store_deliver_everything_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        await jaga.Send(150);
        await jaga.Send(30, stream: "s", first: 150);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var sender = ActivatorUtilities.CreateInstance<Sender>(jaga.Services);
            while ((await jaga.Numbers()).Unsent > 0)
            {
                await sender.SendDue(default);
            }
        }));

        Assert.Equal(180, platform.All.Count);
        Assert.Equal(180, platform.Effects.Count);
        Assert.Equal(Enumerable.Range(150, 30), platform.All.Select(SendingTests.Number).Where(n => n >= 150));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_receiver_that_is_dead_for_a_month_loses_nothing_and_somebody_is_told(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = WebhookReceiver.With(503);
        for (var day = 0; day < 30; day++)
        {
            await jaga.Send(3, stream: $"stream-{day % 4}", first: day * 3);
            for (var look = 0; look < 3; look++)
            {
                await jaga.SendAll();
                await jaga.RunWorker(1);
                jaga.Clock.Advance(TimeSpan.FromHours(8));
            }
        }

        var numbers = await jaga.Numbers();
        Assert.Equal((90, "platform"), (numbers.Unsent, Assert.Single(numbers.OpenCircuits)));
        var duty = await jaga.Ask<ReadObligations, ReadObligations.Owed>(async read => Assert.Single((await read.Run(new(Clause: CircuitBreaker.Clause), new(null, null), jaga.Clock.Now, default)).Rows));
        Assert.Equal(ObligationState.Broken, duty.State);
        var story = await jaga.Ask<ReadObligations, ReadObligations.Story>(read => read.One(duty.Id, default));
        Assert.Equal([(0, Whom.Owner), (50, Whom.Lead), (90, Whom.Head), (100, Whom.Everyone)], story.Rungs.Select(r => (r.Percent, r.Whom)));

        // An open circuit is probed, not hammered: at most one try at each of the 90 looks, beside those that opened it.
        Assert.InRange(platform.All.Count, 60, 100);

        platform.Answer = WebhookReceiver.Taken;
        var before = platform.All.Count;
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.SendAll();

        Assert.Equal(0, (await jaga.Numbers()).Unsent);
        Assert.Empty((await jaga.Numbers()).OpenCircuits);
        var arrived = platform.All.Skip(before).Select(SendingTests.Number).ToList();
        Assert.Equal(Enumerable.Range(0, 90), arrived.Order());
        foreach (var stream in Enumerable.Range(0, 4))
        {
            var mine = arrived.Where(n => n / 3 % 4 == stream).ToList();
            Assert.Equal(mine.Order(), mine);
        }

        Assert.Equal(ObligationState.KeptLate, (await jaga.Ask<ReadObligations, ReadObligations.Story>(read => read.One(duty.Id, default))).Obligation.State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_room_that_waits_for_a_receipt_hears_of_it_once_in_the_transaction_that_confirms(Store store)
    {
        var ear = new Ear();
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddSingleton(ear).AddScoped<IOnDelivered, Listening>());
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        ear.Refuses = "\"n\":1}";
        var sent = await jaga.Send(3);
        await jaga.SendAll();

        // The one whose receipt could not be taken stays waiting; its neighbours are confirmed.
        Assert.Equal([DeliveryState.Confirmed, DeliveryState.Waiting, DeliveryState.Confirmed], await States(jaga, sent));
        Assert.Equal(Outcome.ReceiptNotTaken, (await jaga.Story(sent[1].Id)).Delivery.LastOutcome);
        await jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync()));

        ear.Refuses = null;
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        await jaga.Do(async db => Assert.Equal(sent.Select(s => s.Id.ToString()).Order(), (await db.Notices.Select(n => n.About.Id).ToListAsync()).Order()));
        Assert.Equal(3, platform.Effects.Count);
    }

    [Fact]
    public async Task A_bad_message_does_not_keep_others_from_a_receiver()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = (got, http) => SendingTests.Number(got) == 0 ? WebhookReceiver.With(422)(got, http) : WebhookReceiver.Taken(got, http);
        await jaga.Send(1);
        for (var i = 0; i < 30; i++)
        {
            await jaga.SendAll();
            jaga.Clock.Advance(Backoff.Ceiling);
        }

        Assert.Empty((await jaga.Numbers()).OpenCircuits);
        await jaga.Send(1, first: 1);
        await jaga.SendAll();
        Assert.Contains(1, platform.Effects.Select(SendingTests.Number));
    }

    [Fact]
    public async Task A_person_can_have_a_delivery_tried_now_past_an_open_circuit()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = WebhookReceiver.With(500);
        var sent = await jaga.Send(6);
        await jaga.SendAll();
        Assert.Single((await jaga.Numbers()).OpenCircuits);
        platform.Answer = WebhookReceiver.Taken;
        Assert.Equal(0, await jaga.SendAll());

        await jaga.Ask<RetryDelivery, bool>(async retry =>
        {
            await retry.Run(sent[0].Id, Desk.Tester, default);
            return true;
        });
        await jaga.SendAll();
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<RetryDelivery, bool>(async retry =>
        {
            await retry.Run(sent[0].Id, Desk.Tester, default);
            return true;
        }));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_may_still_be_taken_back_goes_neither_when_a_circuit_closes_nor_by_hand(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        var receiver = (await jaga.Receiver(platform)).Id;
        platform.Answer = WebhookReceiver.With(500);
        await jaga.Send(6);
        await jaga.SendAll();
        Assert.Single((await jaga.Numbers()).OpenCircuits);
        Delivery later;
        await using (var scope = jaga.Services.CreateAsyncScope())
        {
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            later = scope.ServiceProvider.GetRequiredService<Outbox>().Send(receiver, "test.happened", new { n = 100 }, new("item", "later"), null, jaga.Clock.Now + TimeSpan.FromHours(1));
            await transaction.Commit(default);
        }

        platform.Answer = WebhookReceiver.Taken;
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<RetryDelivery, bool>(async retry =>
        {
            await retry.Run(later.Id, Desk.Tester, default);
            return true;
        }));
        await jaga.SendAll();
        Assert.Empty((await jaga.Numbers()).OpenCircuits);
        Assert.DoesNotContain(100, platform.All.Select(SendingTests.Number));

        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.SendAll();
        Assert.Contains(100, platform.All.Select(SendingTests.Number));
    }

    [Fact]
    public async Task What_is_being_sent_cannot_be_cancelled()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var sent = (await jaga.Send(1)).Single();
        Exception? refused = null;
        platform.Answer = async (got, http) =>
        {
            refused = await Record.ExceptionAsync(() => jaga.Ask<CancelDelivery, bool>(async cancel =>
            {
                await cancel.Run(sent.Id, new("changed our mind"), Desk.Tester, default);
                return true;
            }));
            await WebhookReceiver.Taken(got, http);
        };
        await jaga.SendAll();
        Assert.IsType<RuleBroken>(refused);
        Assert.Equal(DeliveryState.Confirmed, (await jaga.Story(sent.Id)).Delivery.State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_running_product_sends_by_itself(Store store)
    {
        await using var jaga = await JagaHost.Start(store, null, ("Worker:Enabled", "true"), ("Worker:Poll", "00:00:00.0200000"));
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        await jaga.Send(20);
        await Poll.Until(async () => (await jaga.Numbers()).Unsent == 0, "all is sent");
        Assert.Equal(20, platform.All.Count);
    }

    private static async Task<List<DeliveryState>> States(JagaHost jaga, List<Delivery> sent)
    {
        var states = new List<DeliveryState>();
        foreach (var one in sent)
        {
            states.Add((await jaga.Story(one.Id)).Delivery.State);
        }

        return states;
    }

    private sealed class Ear
    {
        public string? Refuses { get; set; }
    }

    private sealed class Listening(Db db, Ear ear, TimeProvider clock) : IOnDelivered
    {
        public string Type => "test.happened";

        public Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
        {
            if (ear.Refuses is { } refused && delivery.Body.Contains(refused, StringComparison.Ordinal))
            {
                throw new InvalidDataException("This room cannot read the receipt.");
            }

            db.Add(new Notice { Id = Id<Notice>.New(clock), At = clock.GetUtcNow(), Queue = "leads", About = delivery.Subject, SaysEn = receipt, SaysId = receipt });
            return Task.CompletedTask;
        }
    }
}
