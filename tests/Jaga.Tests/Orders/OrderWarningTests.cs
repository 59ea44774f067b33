using Jaga.Obligations;
using Jaga.Orders;

namespace Jaga.Tests.Orders;

/// <summary><see cref="RegisterWarning"/>, <see cref="ReplyToWarning"/>, <see cref="RecordServed"/> and <see cref="AnswerObjection"/>.</summary>
public sealed class OrderWarningTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Warnings_open_clocks_of_their_own_and_after_the_third_comes_no_fourth(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("csam", "group:1");
        for (var i = 1; i <= 3; i++)
        {
            var told = await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/warnings", new { says = "It is still there." }));
            Assert.Equal((i, scene.Jaga.Clock.Now.AddHours(4)), ((int)told["number"]!, (DateTimeOffset)told["dueAt"]!));
            Assert.Equal(i == 3, ((string?)told["then"]!["en"])!.Contains("cut", StringComparison.Ordinal) && ((string?)told["then"]!["en"])!.Contains("service", StringComparison.Ordinal));
            await scene.Pass(TimeSpan.FromHours(4));
        }

        var fourth = await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/warnings", new { says = "Again." });
        Assert.Equal(HttpStatusCode.Conflict, fourth.StatusCode);
        Assert.Contains("no more", await fourth.Content.ReadAsStringAsync());

        // The answer to the order answers its warnings too.
        await scene.Decide("group:1", "illegal", OrderScene.Act("closeGroup", "group:1"));
        await scene.Confirm();
        await scene.Jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "order-warning").ToListAsync(), o => Assert.False(o.IsOwed)));
    }

    /// <summary>The timeline of the worked case: found on 12 September, ST2 on the 20th, removed two days later, ST3 on 8 October with the sum, paid on 12 December.</summary>
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Removing_late_does_not_end_a_fine_which_is_kept_as_the_letter_names_it(Store store)
    {
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Komdigi", "id-saman"));
        var found = scene.Jaga.Clock.Now;
        var receipt = await scene.Send("pornography", "item:post");
        Assert.Equal(found.AddHours(24), (DateTimeOffset)receipt["dueAt"]!);
        var path = $"/api/v1/orders/{receipt["id"]}";

        await scene.Pass(TimeSpan.FromDays(8));
        var second = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings", new { says = "ST2", number = 2, fineAmount = 50_000_000, fineCurrency = "IDR", finePoints = "500" }));
        Assert.Equal("ST2", (string?)second["name"]);
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings/{second["id"]}/replies", new { kind = "paymentCommitment", words = "We will pay." }));

        await scene.Pass(TimeSpan.FromDays(2));
        await scene.Decide("item:post", "illegal", OrderScene.Act("remove", "item:post"));
        await scene.Confirm();
        await scene.Check(receipt);
        Assert.Equal(("answered", "keptLate"), ((string?)(await scene.Own(receipt))["order"]!["state"], (string?)(await scene.Own(receipt))["clock"]!["state"]));

        await scene.Pass(TimeSpan.FromDays(16));
        var third = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings", new { says = "ST3", fineAmount = 78_125_000, fineCurrency = "IDR", payBy = found.AddDays(91) }));
        Assert.Equal("ST3", (string?)third["name"]);
        var sums = (await scene.Own(receipt))["warnings"]!;
        Assert.Equal(["cancelled", "open"], sums.AsArray().Select(w => (string?)w!["fine"]!["state"]));

        await scene.Pass(found.AddDays(91) - scene.Jaga.Clock.Now);
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings/{third["id"]}/replies", new { kind = "paid", words = "Billing code 8200." }));
        var paid = (await scene.Own(receipt))["warnings"]![1]!;
        Assert.Equal((78_125_000, "kept"), ((int)paid["fineAmount"]!, (string?)paid["fine"]!["state"]));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_objection_that_the_agency_agrees_with_ends_the_fine(Store store)
    {
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Komdigi", "id-saman"));
        var receipt = await scene.Send("gambling", "item:post");
        var warning = await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/warnings", new { says = "ST2", number = 2, fineAmount = 1000, fineCurrency = "IDR" }));
        var reply = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/warnings/{warning["id"]}/replies", new { kind = "objection", words = "It was gone before." }));

        var answer = $"/api/v1/agency/orders/{receipt["id"]}/replies/{reply["id"]}/answer";
        await OrderScene.Read(await scene.Door.PostAsJsonAsync(answer, new { upheld = true, words = "We agree." }));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Door.PostAsJsonAsync(answer, new { upheld = false, words = "No." })).StatusCode);
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.Clause == "id-saman.pay-fine")).State));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_reply_that_was_brought_by_post_keeps_the_warning_s_clock(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await OrderScene.Read(await scene.Lead.PostAsJsonAsync("/api/v1/orders", new { agency = scene.Agency, channel = "letter", order = OrderScene.Form("csam", "group:7") }));
        var path = $"/api/v1/orders/{receipt["id"]}";
        var warning = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings", new { says = "It is still there." }));
        var reply = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/warnings/{warning["id"]}/replies", new { kind = "answer", words = "It is gone." }));
        Assert.Equal(("open", null), await Clock());

        var served = $"{path}/replies/{reply["id"]}/served";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await scene.Lead.PostAsJsonAsync(served, new { how = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Lead.PostAsJsonAsync($"{path}/replies/{Guid.NewGuid()}/served", new { how = "courier 12345" })).StatusCode);
        Assert.Contains($"/replies/{reply["id"]}/served\"", await scene.Lead.GetStringAsync($"/orders/{receipt["id"]}"));
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync(served, new { how = "courier 12345" }));
        Assert.Equal(("kept", "receipt/courier 12345"), await Clock());
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync(served, new { how = "again" })).StatusCode);

        async Task<(string?, string?)> Clock()
        {
            var told = (await OrderScene.Read(await scene.Lead.GetAsync(path)))["warnings"]![0]!;
            return ((string?)told["clock"]!["state"], (string?)told["replies"]![0]!["servedBy"]);
        }
    }
}
