using System.Text.Json;
using Jaga.Deliveries;
using Jaga.People;

namespace Jaga.Tests.Deliveries;

/// <summary>Over HTTP: <see cref="AddReceiver"/>, <see cref="ReadReceivers"/>, <see cref="ChangeReceiver"/>, <see cref="ReadDeliveries"/>, <see cref="RetryDelivery"/>, <see cref="CancelDelivery"/>, <see cref="DeadJobs"/>.</summary>
public sealed class DeliveryEndpointsTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_administrator_names_a_receiver_and_its_secret_is_told_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        using var administrator = await jaga.As(Role.Administrator);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/receivers") { Content = JsonContent.Create(new { name = "platform", receiver = new { url = platform.Address, allowPrivate = true, headers = new Dictionary<string, string> { ["X-Team"] = "desk" } } }) };
        request.Headers.Add(IdempotentWrites.Header, "first");
        using var named = await Read(await administrator.SendAsync(request));
        Assert.StartsWith(WebhookSecret.Prefix, named.RootElement.GetProperty("secret").GetString(), StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Post, "/api/v1/receivers") { Content = JsonContent.Create(new { name = "platform", receiver = new { url = platform.Address, allowPrivate = true, headers = new Dictionary<string, string> { ["X-Team"] = "desk" } } }) };
        again.Headers.Add(IdempotentWrites.Header, "first");
        using var replayed = await Read(await administrator.SendAsync(again));
        Assert.False(replayed.RootElement.TryGetProperty("secret", out _));
        var id = named.RootElement.GetProperty("id").GetString();
        Assert.Equal(id, replayed.RootElement.GetProperty("id").GetString());

        using var changed = await administrator.PutAsJsonAsync($"/api/v1/receivers/{id}", new { url = platform.Address, allowPrivate = true, concurrency = 2 });
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        using var rotated = await Read(await administrator.PostAsJsonAsync($"/api/v1/receivers/{id}/secret", new { }));
        Assert.NotEqual(named.RootElement.GetProperty("secret").GetString(), rotated.RootElement.GetProperty("secret").GetString());

        var shown = (await administrator.GetStringAsync("/api/v1/receivers"))!;
        Assert.DoesNotContain(rotated.RootElement.GetProperty("secret").GetString()!, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("desk", shown, StringComparison.Ordinal);
        using var list = JsonDocument.Parse(shown);
        var row = list.RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == "platform");
        Assert.Equal(("X-Team", 2), (row.GetProperty("headers")[0].GetString(), row.GetProperty("concurrency").GetInt32()));
    }

    [Fact]
    public async Task What_a_delivery_says_is_read_by_whoever_may_read_what_it_is_about()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var sent = new[] { "letter", "data.requested", "order.answered", "test.happened", "checkpoint.published" }.ToDictionary(t => t, t => jaga.Send(1, type: t));
        foreach (var (type, delivery) in sent)
        {
            var path = $"deliveries/{(await delivery).Single().Id}";
            foreach (var (role, reads) in new[] { (Role.Lead, true), (Role.Administrator, type == "checkpoint.published") })
            {
                using var reader = await jaga.As(role);
                using var story = (await reader.GetFromJsonAsync<JsonDocument>($"/api/v1/{path}"))!;
                Assert.Equal(reads, story.RootElement.TryGetProperty("body", out var body) && body.ValueKind is JsonValueKind.String);
                Assert.Equal(reads, (await reader.GetStringAsync($"/{path}")).Contains("&quot;n&quot;", StringComparison.Ordinal));
            }
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_lead_finds_what_fails_page_by_page_retries_one_and_gives_one_up(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = WebhookReceiver.With(404);
        var sent = await jaga.Send(3);
        await jaga.SendAll();
        using var lead = await jaga.As(Role.Lead);

        var seen = new List<string>();
        for (string? after = ""; after is not null;)
        {
            using var page = (await lead.GetFromJsonAsync<JsonDocument>($"/api/v1/deliveries?state=waiting&failing=true&size=2{after}"))!;
            seen.AddRange(page.RootElement.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
            after = page.RootElement.TryGetProperty("next", out var next) ? "&after=" + next.GetString() : null;
        }

        Assert.Equal(sent.Select(s => s.Id.ToString()).Reverse(), seen);

        platform.Answer = WebhookReceiver.Taken;
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/deliveries/{sent[0].Id}/retry", new { })).StatusCode);
        await jaga.SendAll();
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/deliveries/{sent[1].Id}/cancel", new { reason = "The platform closed." })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/deliveries/{sent[0].Id}/cancel", new { reason = "Too late." })).StatusCode);

        using var story = (await lead.GetFromJsonAsync<JsonDocument>($"/api/v1/deliveries/{sent[0].Id}"))!;
        Assert.Equal(["confirmed", "refused"], story.RootElement.GetProperty("tries").EnumerateArray().Select(t => t.GetProperty("outcome").GetString()!).Order());
        Assert.Equal(1, (await jaga.Numbers()).Unsent);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_dead_job_is_listed_without_its_body_and_comes_back_by_hand(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Do(async db =>
        {
            var job = Job.For("test.unknown", new { secret = "inside" }, jaga.Clock.Now, jaga.Clock.Now);
            db.Add(job);
            await db.SaveChangesAsync();
        });
        for (var i = 0; i < Job.MaxAttempts; i++)
        {
            await jaga.RunWorker(1);
            jaga.Clock.Advance(Backoff.Ceiling);
        }

        using var lead = await jaga.As(Role.Lead);
        var listed = await lead.GetStringAsync("/api/v1/jobs/dead");
        Assert.DoesNotContain("inside", listed, StringComparison.Ordinal);
        Assert.Equal(1, (await jaga.Numbers()).DeadJobs);
        using var list = JsonDocument.Parse(listed);
        var id = list.RootElement.GetProperty("rows")[0].GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/jobs/{id}/retry", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/jobs/{id}/retry", new { })).StatusCode);
        Assert.Equal(0, (await jaga.Numbers()).DeadJobs);
    }

    private static async Task<JsonDocument> Read(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        }
    }
}
