using System.Text;
using Jaga.People;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Orders;
using Jaga.Tests.Reports;

namespace Jaga.Tests.Flows;

/// <summary>What somebody names by an address that is none of the platform's known forms: nobody here knows what stands there, and it is decided all the same.</summary>
public sealed class LinkTests
{
    private const string Address = "https://plaza.example/u/somebody";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_parent_reported_by_a_link_is_decided_illegal_on_the_page_taken_down_and_answered(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var receipt = await TakeReportTests.Take(jaga, Address, "grooming");
        await TakeReportTests.Sort(jaga);

        using var reviewer = await jaga.As(Role.Reviewer);
        var @case = await OrderScene.Read(await reviewer.PostAsync("/api/v1/cases/next", null));
        Assert.Contains("id=\"choice-illegal-remove\"", await reviewer.GetStringAsync($"/cases/{@case["id"]}"));
        using var form = new FormUrlEncodedContent([new("choice", "illegal-remove"), new("policy", "House rule 1"), new("reason", "It shows a bridge"), new("version", @case["version"]!.ToJsonString())]);
        Assert.Equal(HttpStatusCode.Redirect, (await reviewer.PostAsync($"/cases/{@case["id"]}/decision", form)).StatusCode);

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.SendAll();
        await jaga.RunWorker();
        Assert.Equal([("remove", Address)], platform.Effects.Select(e => (e.Verb, e.Target)));
        var told = (await TakeReportTests.Open(jaga, receipt.Code)).Answer!;
        Assert.Equal((Jaga.Cases.Verdict.Illegal, "House rule 1"), (told.Verdict, told.Policy));
        Assert.Single(told.Done);

        // The platform knows whose it was, and hands on why.
        Assert.Contains(platform.Told, t => Encoding.UTF8.GetString(t) is var said && said.Contains("statement.issued", StringComparison.Ordinal) && said.Contains($"content at {Address} was removed", StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_on_a_link_is_obeyed_and_answered(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("csam", Address);
        var least = (await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}")))["locations"]![0]!["proposed"]!;
        Assert.Equal(("remove", "link"), ((string?)least["verb"], (string?)least["target"]!["kind"]));
        await scene.Decide($"link:{Address}", "illegal", new { verb = "remove", target = new { kind = "link", id = Address } });
        await scene.Confirm();

        var own = await scene.Own(receipt);
        Assert.Equal(("answered", "removed"), ((string?)own["order"]!["state"], (string?)own["locations"]![0]!["state"]));
    }
}
