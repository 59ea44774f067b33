using System.Globalization;
using System.Text.RegularExpressions;
using Jaga.People;

namespace Jaga.Tests.Orders;

/// <summary>The forms for orders, warnings, receivers and the first start give back what was typed, mark the wrong field, and read times on the reader's clock.</summary>
public sealed partial class TypedOrderTests
{
    [Fact]
    public async Task An_order_that_staff_enter_comes_back_whole_however_often_it_is_refused()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        (string, string)[] fields = [("agency", scene.Agency), ("channel", "Letter"), ("category", "gambling"), ("locations", "group:9\nnowhere at all"), ("legalBasis", "UU 11"), ("reasons", "Every word <of> it"), ("urgent", "true"), ("receivedAt", "2020-01-01T10:00")];
        var (status, page) = await Send(scene.Lead, "/orders/enter", "/orders/enter", fields);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("Every word &lt;of&gt; it", page, StringComparison.Ordinal);
        Assert.Contains("nowhere at all</textarea>", page, StringComparison.Ordinal);
        Assert.Matches("<option value=\"gambling\" selected", page);
        Assert.Matches("<option value=\"Letter\" selected", page);
        Assert.Matches("id=\"urgent\"[^>]* checked", page);
        Assert.Equal("locations", Marked().Match(page).Groups[1].Value);
        Assert.Contains("id=\"locations-wrong\"", page, StringComparison.Ordinal);

        var (again, still) = await Send(scene.Lead, "/orders/enter", "/orders/enter", [.. fields.Select(f => f.Item1 is "locations" ? ("locations", "group:9") : f is ("receivedAt", _) ? ("receivedAt", "soon") : f)]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again);
        Assert.Equal("receivedAt", Marked().Match(still).Groups[1].Value);
        Assert.Contains("Every word &lt;of&gt; it", still, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_agency_wrote_comes_back_at_its_door_also_when_it_is_refused_twice_and_the_browser_stands_at_the_forms_own_address()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        using var officer = scene.Jaga.WithCookie(await scene.Jaga.SignedInFor(new("agency", scene.Agency)));
        (string, string)[] fields = [("category", "gambling"), ("locations", "nowhere at all"), ("legalBasis", "UU 11"), ("reasons", "What the ministry wrote")];
        var (_, first) = await Send(officer, "/agency/orders/new", "/agency/orders", fields);
        var (status, second) = await Send(officer, "/agency/orders", "/agency/orders", fields);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        foreach (var page in new[] { first, second })
        {
            Assert.Contains(">What the ministry wrote</textarea>", page, StringComparison.Ordinal);
            Assert.Equal("locations", Marked().Match(page).Groups[1].Value);
        }
    }

    [Fact]
    public async Task A_warning_letter_comes_back_and_its_times_are_the_readers_own()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        var arrived = DateTime.SpecifyKind(scene.Jaga.Clock.Now.UtcDateTime.AddHours(7 - 20), DateTimeKind.Unspecified);
        var written = arrived.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        Assert.Contains("(Asia/Jakarta)", (await Get(scene.Lead, "/orders/enter")), StringComparison.Ordinal);
        var (entered, _) = await Send(scene.Lead, "/orders/enter", "/orders/enter", ("agency", scene.Agency), ("channel", "Letter"), ("category", "gambling"), ("locations", "group:9"), ("legalBasis", "UU 11"), ("reasons", "x"), ("receivedAt", written));
        Assert.Equal(HttpStatusCode.Found, entered);
        var (order, at) = await scene.Jaga.Ask<Db, (string, DateTimeOffset)>(async db => await db.Orders.SingleAsync() is { } o ? (o.Id.ToString(), o.ReceivedAt) : default);
        Assert.Equal(new DateTimeOffset(DateTime.Parse(written, CultureInfo.InvariantCulture), TimeSpan.FromHours(7)), at);

        var (status, page) = await Send(scene.Lead, $"/orders/{order}", $"/orders/{order}/warnings", ("says", "Pay <now>."), ("fineAmount", "1000"), ("fineCurrency", "rupiah"), ("reference", "ST-9"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("Pay &lt;now&gt;.</textarea>", page, StringComparison.Ordinal);
        Assert.Matches("name=\"reference\" value=\"ST-9\"", page);
        Assert.Equal("fineAmount", Marked().Match(page).Groups[1].Value);
    }

    [Fact]
    public async Task The_form_for_a_receiver_and_that_of_the_first_start_come_back_without_the_password()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var first = jaga.Anybody();
        var link = (await jaga.Ask<PrepareSetUp, string?>(p => p.Run(default)))!;
        first.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        var (weak, page) = await Send(first, "/set-up?token=" + link.Split('=')[1], "/set-up", ("token", link.Split('=')[1]), ("name", "Sari Dewi"), ("email", "sari@example.org"), ("password", "short-one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak);
        Assert.Matches("name=\"name\" value=\"Sari Dewi\"", page);
        Assert.Matches("name=\"email\" value=\"sari@example.org\"", page);
        Assert.Equal("password", Marked().Match(page).Groups[1].Value);
        Assert.DoesNotContain("short-one", page, StringComparison.Ordinal);

        using var admin = await jaga.As(Role.Administrator);
        var (status, receivers) = await Send(admin, "/deliveries", "/receivers", ("name", "platform"), ("url", "http://plaza.example/hook"), ("pages", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Matches("name=\"url\" value=\"http://plaza.example/hook\"", receivers);
        Assert.Equal("url", Marked().Match(receivers).Groups[1].Value);
        Assert.Matches("name=\"pages\" value=\"true\" checked", receivers);
    }

    private static async Task<string> Get(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", "jaga-zone=Asia/Jakarta");
        using var answer = await client.SendAsync(request);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode Status, string Page)> Send(HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Referrer = new Uri(client.BaseAddress!, page);
        request.Headers.Add("Cookie", "jaga-zone=Asia/Jakarta");
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    // The field that is marked as wrong, by its id.
    [GeneratedRegex("id=\"([\\w-]+)\"[^>]* aria-invalid=\"true\"")]
    private static partial Regex Marked();
}
