using Jaga.Orders;
using Jaga.Obligations;

namespace Jaga.Tests.Orders;

/// <summary>What staff enter from a letter sets the right clock, and what an order is about is a word that is known: <see cref="EnterOrder"/>, <see cref="OrderCategories"/>.</summary>
public sealed class EnterOrderTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_under_the_second_rules_of_an_authority_has_their_clock_warnings_and_fine(Store store)
    {
        await using var scene = await OrderScene.Start(store, new { name = "Kementerian Contoh", kind = "ministry", country = "ID", competence = new[] { "*" }, regimes = new[] { "id-permenkominfo-5-2020", "id-saman", "house" }, contact = "x", language = "id" });
        Assert.Contains("value=\"id-saman\"", await scene.Lead.GetStringAsync("/orders/enter"), StringComparison.Ordinal);
        var now = scene.Jaga.Clock.Now;
        var order = await Posted(scene.Lead, "/orders/enter", ("agency", scene.Agency), ("channel", "Letter"), ("receivedAt", Local(now.AddHours(-20))), ("category", "gambling"), ("locations", "group:9"), ("legalBasis", "x"), ("reasons", "x"), ("regime", "id-saman"), ("language", "id"));
        var page = $"/orders/{order}";
        await scene.Jaga.Do(async db =>
        {
            var entered = await db.Orders.SingleAsync();
            Assert.Equal(("id-saman", "id-saman.takedown", "id"), (entered.Regime, entered.Clause, entered.Language));
        });

        // A warning that came three days ago, with the day on which its fine is to be paid.
        var (came, pay) = (now.AddHours(-3), now.AddDays(9));
        await Posted(scene.Lead, $"{page}/warnings", ("says", "Pay."), ("receivedAt", Local(came)), ("fineAmount", "1000"), ("fineCurrency", "IDR"), ("payBy", Local(pay)));
        await scene.Jaga.Do(async db =>
        {
            var warning = await db.OrderWarnings.SingleAsync();
            Assert.Equal(("ST1", Minute(came)), (warning.Name, Minute(warning.ReceivedAt)));
            var owed = await db.Obligations.Where(o => o.About.Kind == "order-warning").ToListAsync();
            Assert.Contains(owed, o => Minute(o.OpenedAt) == Minute(came) && o.Clause == "id-saman.answer-letter");
            Assert.Contains(owed, o => Minute(o.DueAt) == Minute(pay));
        });
    }

    [Fact]
    public async Task Where_an_order_names_its_time_staff_enter_it_and_a_request_for_data_too()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite, OrderScene.Ministry("Authority", "house"));
        var due = scene.Jaga.Clock.Now.AddHours(5);
        await Posted(scene.Lead, "/orders/enter", ("agency", scene.Agency), ("channel", "Email"), ("category", "fraud"), ("locations", "group:9"), ("legalBasis", "x"), ("reasons", "x"), ("dueAt", Local(due)));
        await scene.Jaga.Do(async db => Assert.Equal(Minute(due), Minute((await db.Obligations.SingleAsync(o => o.About.Kind == "order")).DueAt)));

        await Posted(
            scene.Door, "/agency/requests", ("regime", "house"), ("legalBasis", "x"), ("purpose", "x"), ("description", "x"), ("group", "g7"), ("classes", "subscriberInformation"), ("neededBy", Local(due)), ("language", "id"));
        await scene.Jaga.Do(async db => Assert.Equal(Minute(due), Minute((await db.Obligations.SingleAsync(o => o.About.Kind == "data-request")).DueAt)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_word_that_nobody_knows_is_not_taken_and_what_is_written_otherwise_is_what_it_means(Store store)
    {
        await using var scene = await OrderScene.Start(store, new { name = "Kementerian Contoh", kind = "ministry", country = "ID", competence = new[] { "csam", "lottery" }, regimes = new[] { "id-permenkominfo-5-2020" }, contact = "x", language = "id" });
        var refused = await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", OrderScene.Form("something-else", "group:1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("illegal-food-drugs", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await scene.Jaga.Do(async db => Assert.Equal(0, await db.Orders.CountAsync()));

        foreach (var (written, means, urgent) in ((string, string, bool)[])[("Pornografi anak", "csam", true), ("terorisme", "terrorism", true), ("lottery", "lottery", false), ("other", "other", false)])
        {
            var receipt = await scene.Send(written, "item:x");
            Assert.Equal((means, urgent), ((string?)(await scene.Own(receipt))["order"]!["category"], (bool?)receipt["urgent"]));
        }
    }

    [Fact]
    public async Task What_an_agency_is_competent_for_in_its_own_word_is_what_its_orders_are_about()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite, new { name = "Kementerian Contoh", kind = "ministry", country = "ID", competence = new[] { "pornografi-anak" }, regimes = new[] { "id-permenkominfo-5-2020" }, contact = "x", language = "id" });
        var receipt = await scene.Send("csam", "item:1");
        var shown = await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}"));
        Assert.True((bool?)shown["checks"]!.AsArray().Single(c => (string?)c!["item"] == "competent")!["known"]);
        Assert.DoesNotContain("value=\"pornografi-anak\"", await scene.Lead.GetStringAsync("/orders/enter"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_category_that_some_rules_call_urgent_is_known()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        Assert.Empty(jaga.Services.GetRequiredService<Regimes>().All.SelectMany(r => r.Orders?.UrgentCategories ?? []).Except(OrderCategories.Known));
    }

    private static string Local(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static string Minute(DateTimeOffset time) => Local(time);

    private static async Task<string> Posted(HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        var answer = await client.PostAsync(path, form);
        Assert.True(answer.StatusCode is HttpStatusCode.Found, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!.OriginalString.Split('/')[^1];
    }
}
