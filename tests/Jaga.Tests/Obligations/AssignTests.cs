using Jaga.Obligations;
using Jaga.Orders;
using Jaga.People;
using Jaga.Tests.Orders;

namespace Jaga.Tests.Obligations;

/// <summary><see cref="AssignObligation"/>, and <see cref="AcknowledgeOrder"/>, which gives an order's clock to whoever takes it.</summary>
public sealed class AssignTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_owed_is_given_to_a_person_and_back_to_its_queue(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        using var lead = await jaga.As(Role.Lead);
        var me = await jaga.Ask<Db, string>(async db => (await db.Staff.FirstAsync()).Id.ToString());
        var path = $"/api/v1/obligations/{owed.Id}/assign";
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync(path, new { person = me })).StatusCode);
        Assert.Equal(me, (await jaga.Story(owed.Id)).Obligation.Person);
        Assert.Contains($"<option value=\"{me}\" selected", await lead.GetStringAsync($"/obligations/{owed.Id}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync(path, new { person = Guid.NewGuid().ToString() })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync(path, new { person = (string?)null })).StatusCode);
        Assert.Null((await jaga.Story(owed.Id)).Obligation.Person);
        await jaga.Keep();
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync(path, new { person = me })).StatusCode);
    }

    [Fact]
    public async Task Whoever_takes_an_order_has_its_clock()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        var receipt = await scene.Send("csam", "group:1");
        await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{receipt["id"]}/acknowledgement", null));
        await scene.Jaga.Do(async db =>
        {
            var taken = (await db.Orders.SingleAsync()).TakenBy!;
            Assert.Equal(taken[(taken.IndexOf(':', StringComparison.Ordinal) + 1)..], (await db.Obligations.SingleAsync(o => o.Clause == "id-permenkominfo-5-2020.takedown-urgent")).Person);
        });
    }
}
