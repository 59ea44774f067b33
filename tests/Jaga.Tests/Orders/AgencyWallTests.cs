using Jaga.Orders;
using Jaga.People;
using Microsoft.AspNetCore.Routing;

namespace Jaga.Tests.Orders;

/// <summary>One agency and another's orders: <see cref="ReadOwnOrders"/> and everything else at the door.</summary>
public sealed class AgencyWallTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Another_agency_s_order_is_the_same_as_none_at_every_path_of_the_door(Store store)
    {
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("First", "id-saman"));
        var receipt = await scene.Send("gambling", "item:a");
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/question", new { words = "Which?" }));
        var warning = await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/warnings", new { says = "ST1" }));
        var reply = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/warnings/{warning["id"]}/replies", new { kind = "objection", words = "No." }));
        using var content = new ByteArrayContent([1]);
        var file = await OrderScene.Read(await scene.Door.PostAsync($"/api/v1/agency/orders/{receipt["id"]}/files?name=a", content));

        var (_, other) = await OrderScene.NewAgency(scene.Jaga, scene.Lead, OrderScene.Ministry("Second"));
        using (other)
        {
            using var officer = await scene.Jaga.As(Role.Officer);
            Assert.Empty((await OrderScene.Read(await other.GetAsync("/api/v1/agency/orders")))["rows"]!.AsArray());
            foreach (var path in Paths(scene.Jaga, receipt["id"]!.ToString(), reply["id"]!.ToString(), file["id"]!.ToString()))
            {
                var none = path.Path.Replace(receipt["id"]!.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal);
                var (theirs, nobodys) = (await Ask(other, path.Method, path.Path), await Ask(other, path.Method, none));
                Assert.Equal((HttpStatusCode.NotFound, path.Path, nobodys.Body), (theirs.Status, path.Path, theirs.Body));
                Assert.Equal(HttpStatusCode.NotFound, (await Ask(officer, path.Method, path.Path)).Status);
            }
        }

        // Nothing was changed, and nothing counts as read.
        var own = await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}"));
        Assert.Equal("clarifying", (string?)own["order"]!["state"]);
        Assert.Null(own["answers"]![0]!["readAt"]);
        Assert.Single(own["warnings"]!.AsArray());
    }

    // Every path of the door that names something, with the other agency's own ids in it.
    private static List<(string Method, string Path)> Paths(JagaHost jaga, string order, string reply, string file)
    {
        var found = jaga.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/agency/orders/{id}", StringComparison.Ordinal))
            .Select(e => (Method: e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0], Path: e.RoutePattern.RawText!.Replace("{id}", order, StringComparison.Ordinal).Replace("{reply}", reply, StringComparison.Ordinal).Replace("{file}", file, StringComparison.Ordinal)))
            .ToList();
        Assert.True(found.Count >= 6);
        Assert.DoesNotContain(found, f => f.Path.Contains('{', StringComparison.Ordinal));
        return found;
    }

    private static async Task<(HttpStatusCode Status, string Body)> Ask(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (method == "POST")
        {
            request.Content = path[(path.LastIndexOf('/') + 1)..] switch
            {
                "files" => new ByteArrayContent([1]),
                "warnings" => JsonContent.Create(new { says = "x" }),
                "answer" when path.Contains("/replies/", StringComparison.Ordinal) => JsonContent.Create(new { words = "x", upheld = true }),
                "answer" => JsonContent.Create(new { words = "x", restored = true }),
                _ => JsonContent.Create(new { words = "x" }),
            };
            request.RequestUri = new(path.Contains("/files", StringComparison.Ordinal) ? path + "?name=a" : path, UriKind.Relative);
        }

        var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, System.Text.RegularExpressions.Regex.Replace(body, "\"traceId\":\"[^\"]*\"", ""));
    }
}
