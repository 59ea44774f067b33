using System.Text.Json;
using Jaga.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Kernel;

public sealed class IdempotentWritesTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_same_request_with_the_same_key_is_done_once_and_another_request_with_it_is_refused(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var admin = await jaga.As(Role.Administrator);
        admin.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsJsonAsync("/api/v1/me", new { name = "Sari" })).StatusCode);
        var again = await admin.PutAsJsonAsync("/api/v1/me", new { name = "Sari" });
        Assert.Equal((HttpStatusCode.NoContent, "true"), (again.StatusCode, again.Headers.GetValues("Idempotency-Replayed").Single()));

        // As long as the first, to the byte.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PutAsJsonAsync("/api/v1/me", new { name = "Dewi" })).StatusCode);
        Assert.Equal("Sari", (await admin.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("name").GetString());
        await jaga.Do(async db => Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "staff.profile-changed")));
    }

    [Fact]
    public async Task A_large_body_whose_length_is_not_told_beforehand_is_taken_and_told_apart()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, JagaHost.Routes(routes => routes
            .MapPost("/large", async (Db db, Dictionary<string, string> body, CancellationToken ct) =>
            {
                await using var transaction = await db.Begin(ct);
                return await transaction.Commit(body["a"].Length, ct);
            }).AddEndpointFilter(new IdempotentWrites()).Requires(Permission.OwnAccount)));
        using var admin = await jaga.As(Role.Administrator);
        async Task<HttpResponseMessage> Send(char letter)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/large") { Content = JsonContent.Create(new { a = new string(letter, 1_500_000) }) };
            request.Headers.TransferEncodingChunked = true;
            request.Headers.Add(IdempotentWrites.Header, "one");
            return await admin.SendAsync(request);
        }

        Assert.Equal(HttpStatusCode.OK, (await Send('a')).StatusCode);
        Assert.True((await Send('a')).Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send('b')).StatusCode);
    }

    [Fact]
    public async Task A_key_of_one_caller_means_nothing_with_another_and_nothing_with_a_stranger()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        foreach (var role in new[] { Role.Lead, Role.Reviewer })
        {
            using var one = await jaga.As(role);
            one.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");
            Assert.False((await one.PutAsJsonAsync("/api/v1/me", new { name = "Sari" })).Headers.Contains("Idempotency-Replayed"));
        }

        await jaga.AddStaff("sari@example.org", "empat kuda biru laut", Role.Lead);
        for (var i = 0; i < 2; i++)
        {
            using var stranger = jaga.Anybody();
            stranger.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");
            await stranger.PostAsJsonAsync("/api/v1/sign-in", new { email = "sari@example.org", password = "empat kuda biru laut" });
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/v1/me")).StatusCode);
        }
    }
}
