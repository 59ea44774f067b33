using Jaga.Banks;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.People;
using Jaga.Server.Pages.Home;

namespace Jaga.Tests.Console;

public sealed class FirstStepsTests
{
    [Fact]
    public async Task A_new_house_tells_its_administrator_what_it_lacks_until_it_lacks_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Mail:Host", "mail.invalid"), ("Mail:From", "desk@example.org"));
        var me = await jaga.AddStaff("a@example.org", "a long enough password", Role.Administrator);
        var actor = new Actor(ActorKind.Staff, me.ToString(), "A");
        Assert.Equal(["factor", "people", "key", "receiver", "bank"], await Lacks());

        using var program = await jaga.Key(Permission.CheckItems);
        await jaga.Ask<AddReceiver, object>(async add => await add.Run(new(jaga.Services.GetRequiredService<EnforcementSettings>().Receiver, new("http://127.0.0.1:1/hook", AllowPrivate: true)), actor, default));
        await jaga.Ask<CreateBank, object>(async create => await create.Run(new(new() { Name = "bridges", Labels = ["banked"], OnMatch = OnMatch.Hold }), actor, default));
        await jaga.Do(db => db.Staff.Where(s => s.Id == me).ExecuteUpdateAsync(set => set.SetProperty(s => s.TotpSince, (DateTimeOffset?)jaga.Clock.Now)));
        Assert.Equal(["people"], await Lacks());

        await jaga.AddStaff("b@example.org", "a long enough password", Role.Reviewer);
        Assert.Empty(await jaga.Ask<ReadFirstSteps, IReadOnlyList<ReadFirstSteps.Step>>(read => read.Run(actor, default)));

        async Task<IEnumerable<string>> Lacks() => (await jaga.Ask<ReadFirstSteps, IReadOnlyList<ReadFirstSteps.Step>>(read => read.Run(actor, default))).Where(s => !s.Done).Select(s => s.Word);
    }
}
