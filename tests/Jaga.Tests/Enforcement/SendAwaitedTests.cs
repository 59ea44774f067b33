using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.People;
using Jaga.Server.Pages;
using Jaga.Tests.Disclosure;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Enforcement;

/// <summary>What was decided while no platform was connected: <see cref="SendAwaited"/>.</summary>
public sealed class SendAwaitedTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_receiver_that_is_named_later_gets_once_and_in_order_what_is_still_asked(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Undo", "00:00:00"));
        await Decide(jaga, "photo-1");
        var data = await Released(jaga);
        var (removed, cancelled, back) = (await Request(jaga, new(Verb.Remove, new("item", "photo-2"))), await Request(jaga, new(Verb.Remove, new("item", "photo-3"))), default(EnforcementAction));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            var earlier = await scope.GetRequiredService<Db>().Actions.SingleAsync(a => a.Id == removed.Id);
            back = await scope.GetRequiredService<RequestAction>().Reverse(earlier, new("objection", "1"), "upheld", Actor.System("test"), default);
            (await scope.GetRequiredService<Db>().Actions.SingleAsync(a => a.Id == cancelled.Id)).Cancel();
            scope.GetRequiredService<Jaga.Audit.AuditLog>().Record(Actor.System("test"), "action.cancelled", cancelled.Subject, "test");
            return await transaction.Commit(true, default);
        });
        Assert.Empty(await Written(jaga));

        await Name(jaga);
        var written = await Written(jaga);
        Assert.Equal(["action.requested item/photo-1", $"action.requested item/photo-2 {removed.Id}", $"action.requested item/photo-2 {back!.Id}", $"data.requested {data}", "statement.issued"], written.Order(StringComparer.Ordinal));
        Assert.True(written.IndexOf($"action.requested item/photo-2 {removed.Id}") < written.IndexOf($"action.requested item/photo-2 {back.Id}"));

        // Once: at its turns it finds nothing that was not written; and what somebody asked in that very moment, seeing no receiver, it finds, however long ago.
        await Sweep(jaga);
        Assert.Equal(5, (await Written(jaga)).Count);
        var raced = back.Id.ToString();
        await jaga.Do(db => db.Deliveries.Where(d => d.About.Id == raced).ExecuteDeleteAsync());
        await Sweep(jaga);
        Assert.Equal(5, (await Written(jaga)).Count);
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await jaga.Do(db => db.Deliveries.Where(d => d.About.Id == raced).ExecuteDeleteAsync());
        await Sweep(jaga);
        Assert.Equal(5, (await Written(jaga)).Count);

        // But not after what was asked later of the same item: it would undo that.
        var first = removed.Id.ToString();
        await jaga.Do(db => db.Deliveries.Where(d => d.About.Id == first).ExecuteDeleteAsync());
        await Sweep(jaga);
        Assert.Equal(4, (await Written(jaga)).Count);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_has_ended_meanwhile_is_not_sent_as_if_it_were_new(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Undo", "00:00:00"));
        await Decide(jaga, "photo-1", new ActionWish(Verb.SuspendAccount, new("account", "u42"), Until: jaga.Clock.Now.AddDays(7)));
        var ended = await jaga.Ask<Db, EnforcementAction>(db => db.Actions.AsNoTracking().SingleAsync());
        Assert.Equal(1, await jaga.Ask<Db, int>(db => db.Statements.CountAsync()));
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<RequestAction>().Reverse(ended, new("objection", "1"), "upheld", Actor.System("test"), default);
            return await transaction.Commit(true, default);
        });

        await Name(jaga);
        await Sweep(jaga);
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await Sweep(jaga);
        Assert.Empty(await Written(jaga));
        Assert.Equal(2, await jaga.Ask<Db, int>(db => db.Actions.CountAsync(a => a.State == ActionState.Requested)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_receiver_of_another_name_gets_what_the_one_before_it_did_not_take_and_nothing_that_was_given_up_for_itself(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Enforcement:Receiver", "plaza"));
        var (taken, dead, old) = (await Request(jaga, new(Verb.Remove, new("item", "photo-2"))), await Request(jaga, new(Verb.Remove, new("item", "photo-3"))), (await Name(jaga)).Id);
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            foreach (var action in new[] { taken, dead })
            {
                scope.GetRequiredService<Outbox>().Send(old, RequestAction.Type, new { }, action.Subject, action.Target.ToString());
            }

            return await transaction.Commit(true, default);
        });
        var (done, given) = (taken.Id.ToString(), dead.Id.ToString());
        await jaga.Do(db => db.Deliveries.Where(d => d.About.Id == done).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Confirmed)));
        await jaga.Do(db => db.Deliveries.Where(d => d.About.Id == given).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled)));

        var plaza = (await Name(jaga, "plaza")).Id;
        Assert.Equal(given, Assert.Single(await To()).About.Id);
        await jaga.Ask<CancelDelivery, bool>(async cancel =>
        {
            await cancel.Run((await To())[0].Id, new("told by telephone"), Actor.System("test"), default);
            return true;
        });
        await Sweep(jaga);
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await Sweep(jaga);
        Assert.Single(await To());

        Task<List<Delivery>> To() => jaga.Ask<Db, List<Delivery>>(db => db.Deliveries.AsNoTracking().Where(d => d.Receiver == plaza).ToListAsync());
    }

    [Fact]
    public async Task Whoever_names_a_receiver_waits_for_who_takes_something_back()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        var action = await Request(jaga, new(Verb.Remove, new("item", "photo-2")));
        Task? named = null;
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<CancelAction>().RunAll(action.Because, "taken back", Actor.System("test"), default);
            named = Task.Run(() => Name(jaga));
            await jaga.OneWaits();
            return await transaction.Commit(true, default);
        });

        await named!;
        Assert.Empty(await Written(jaga));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task As_long_as_no_platform_is_connected_the_first_page_and_the_case_say_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Undo", "00:00:00"));
        var told = new Text("en")["connection.none"];
        using var admin = await jaga.As(Role.Administrator);
        using var lead = await jaga.As(Role.Lead);
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.DoesNotContain(told, await admin.GetStringAsync("/"), StringComparison.Ordinal);
        var page = $"/cases/{await Decide(jaga, "photo-1")}";
        foreach (var (who, where) in new[] { (admin, "/"), (lead, "/"), (lead, page), (reviewer, page) })
        {
            Assert.Contains(told, await who.GetStringAsync(where), StringComparison.Ordinal);
        }

        // A platform without webhooks is connected once it has answered what it pulled.
        var first = await jaga.Ask<Db, Id<EnforcementAction>>(db => db.Actions.Select(a => a.Id).SingleAsync());
        await Request(jaga, new(Verb.Remove, new("item", "photo-2")));
        await jaga.Ask<ConfirmAction, ActionCard>(confirm => confirm.Run(first, new("r-1", ActionEffect.Done), Actor.System("test"), default));
        Assert.DoesNotContain(told, await lead.GetStringAsync("/"), StringComparison.Ordinal);

        await jaga.Do(db => db.Actions.Where(a => a.Id == first).ExecuteUpdateAsync(set => set.SetProperty(a => a.State, ActionState.Requested)));
        Assert.Contains(told, await admin.GetStringAsync("/"), StringComparison.Ordinal);
        await Name(jaga);
        Assert.DoesNotContain(told, await admin.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain(told, await reviewer.GetStringAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_mail_server_is_set_the_receivers_and_the_letters_say_so_with_the_settings_name()
    {
        await using var without = await JagaHost.Start(Store.Sqlite);
        await using var with = await JagaHost.Start(Store.Sqlite, null, ("Mail:Host", "mail.invalid"), ("Mail:From", "desk@example.org"));
        foreach (var (jaga, says) in new[] { (without, true), (with, false) })
        {
            using var lead = await jaga.As(Role.Lead);
            foreach (var path in new[] { "/deliveries", "/letters/new" })
            {
                Assert.Equal(says, (await lead.GetStringAsync(path)).Contains("Jaga__Mail__Host", StringComparison.Ordinal));
            }
        }
    }

    private static async Task<string> Decide(JagaHost jaga, string item, ActionWish? wish = null)
    {
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<OpenCase>().Run(new("item", item), [new(new("checked", "1"), "pdq", "bridges", "1", 3, "asSent", "banked", "test")], [], false, Actor.System("test"), default);
            return await transaction.Commit(true, default);
        });
        var (id, version) = await jaga.Ask<Db, (Id<Case>, int)>(async db => await db.Cases.Select(c => new { c.Id, c.Version }).SingleAsync() is { } c ? (c.Id, c.Version) : default);
        await jaga.Ask<DecideCase, DecideCase.Answer>(decide => decide.Run(id, new(Jaga.Cases.Verdict.Violation, "House rule 1", "seen", [wish ?? new(Verb.Remove, new("item", item))], version), new(ActorKind.Staff, Guid.NewGuid().ToString(), "R"), default));
        return id.ToString();
    }

    private static async Task<string> Released(JagaHost jaga)
    {
        using var asking = await Asking.Begin(jaga);
        var id = await asking.Send(Asking.About("subscriberInformation"));
        await asking.Accept(id, 0, ["subscriberInformation"]);
        await Asking.Ok(await asking.Propose(id, "released"));
        await Asking.Ok(await asking.Release(id));
        return id;
    }

    private static Task<EnforcementAction> Request(JagaHost jaga, ActionWish wish) => jaga.In(async scope =>
    {
        await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
        var action = await scope.GetRequiredService<RequestAction>().Run(wish, new("decision", "1"), "House rule 1", "seen", jaga.Clock.Now, Actor.System("test"), default);
        return await transaction.Commit(action, default);
    });

    private static Task<AddReceiver.Answer> Name(JagaHost jaga, string name = "platform") => jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new(name, new("http://127.0.0.1:1/hook", AllowPrivate: true)), Actor.System("test"), default));

    private static Task<bool> Sweep(JagaHost jaga) => jaga.Ask<SendAwaited, bool>(send => send.Run(default));

    // In the order in which they leave; of an action its target, and which of several it is.
    private static Task<List<string>> Written(JagaHost jaga) => jaga.Ask<Db, List<string>>(async db =>
        [.. (await db.Deliveries.AsNoTracking().OrderBy(d => d.Seq).ToListAsync()).Select(d => d.Type switch
        {
            "action.requested" when d.Stream == "item/photo-1" => $"{d.Type} {d.Stream}",
            "action.requested" => $"{d.Type} {d.Stream} {d.About.Id}",
            "statement.issued" => d.Type,
            _ => $"{d.Type} {d.About.Id}",
        })]);
}
