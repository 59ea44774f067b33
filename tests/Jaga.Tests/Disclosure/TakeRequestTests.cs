using Jaga.Disclosure;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Evidence;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Disclosure;

/// <summary>A request for data is somebody's: <see cref="TakeRequest"/>.</summary>
public sealed class TakeRequestTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whoever_takes_a_request_has_its_clock_and_nobody_else_takes_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var id = await asking.Send(About("subscriberInformation"));
        Assert.Contains($"/disclosures/{id}/take\"", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        using var none = new FormUrlEncodedContent([]);
        Assert.Equal(HttpStatusCode.Found, (await asking.Lead.PostAsync($"/disclosures/{id}/take", none)).StatusCode);

        await jaga.Do(async db =>
        {
            var lead = (await db.Staff.SingleAsync(s => s.Email == "lead@example.org")).Id.ToString();
            Assert.Equal([lead], await db.Obligations.Where(o => o.About.Id == id && o.ClosedAt == null).Select(o => o.Person).Distinct().ToListAsync());
            Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "data-request.taken" && l.Subject.Id == id));
        });
        Assert.DoesNotContain($"/disclosures/{id}/take\"", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        Assert.Contains("Somebody else", await Refused(await asking.Other.PostAsync($"/api/v1/data-requests/{id}/take", null), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await asking.Lead.PostAsync($"/api/v1/data-requests/{id}/take", null)).StatusCode);

        await Ok(await asking.Propose(id, "refused", ground: "No document"));
        await Ok(await asking.Release(id));
    }

    [Fact]
    public async Task Of_two_who_take_it_at_once_one_has_it_and_the_other_is_told_so()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        using var asking = await Begin(jaga);
        var id = await asking.Send(About("subscriberInformation"));
        Task<HttpResponseMessage>? second = null;
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            foreach (var owed in await scope.GetRequiredService<Db>().Obligations.AsNoTracking().Where(o => o.About.Id == id && o.ClosedAt == null).OrderBy(o => o.DueAt).Select(o => o.Id).ToListAsync())
            {
                await scope.GetRequiredService<Duties>().Assign(owed, "first", Actor.System("test"), default);
            }

            await scope.GetRequiredService<Db>().SaveChangesAsync();
            second = asking.Other.PostAsync($"/api/v1/data-requests/{id}/take", null);
            await jaga.OneWaits();
            return await transaction.Commit(true, default);
        });

        Assert.Contains("Somebody else", await Refused(await second!, HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Equal(["first"], await jaga.Ask<Db, List<string?>>(db => db.Obligations.Where(o => o.About.Id == id && o.ClosedAt == null).Select(o => o.Person).Distinct().ToListAsync()));
    }
}
