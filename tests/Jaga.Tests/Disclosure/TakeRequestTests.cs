using Jaga.Disclosure;
using Jaga.People;
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
}
