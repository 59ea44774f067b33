using System.Text.Json;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary><see cref="CreateApiKey"/>, <see cref="RevokeApiKey"/>, <see cref="ReadApiKeys"/>.</summary>
public sealed class ApiKeyTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_key_is_shown_once_works_and_is_revoked_at_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store, JagaHost.Routes(r => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(r, "/api/v1/platform", (Presence who) => who.Platform).Requires(Permission.CheckItems)));
        using var admin = await jaga.As(Role.Administrator);
        admin.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");
        var request = new { name = "Uploads", scopes = new[] { "checkItems" }, platform = "pictures.example" };
        var created = await (await admin.PostAsJsonAsync("/api/v1/people/keys", request)).Content.ReadFromJsonAsync<JsonElement>();
        var text = created.GetProperty("key").GetString()!;
        Assert.StartsWith(ApiKey.Scheme, text);

        using var program = jaga.Bearing(text);
        Assert.Equal("pictures.example", await program.GetStringAsync("/api/v1/platform"));

        // Asked again with the same idempotency key: no second key, and no second look at the first.
        var again = await admin.PostAsJsonAsync("/api/v1/people/keys", request);
        Assert.DoesNotContain(text, await again.Content.ReadAsStringAsync());
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());

        var listed = await admin.GetStringAsync("/api/v1/people/keys");
        Assert.Contains(text[..(ApiKey.Scheme.Length + 12)], listed);
        Assert.DoesNotContain(text, listed);
        await jaga.Do(async db =>
        {
            Assert.Equal(1, await db.ApiKeys.CountAsync());
            Assert.DoesNotContain(text.Split('_')[2], JsonSerializer.Serialize(await db.AuditLines.ToListAsync()));
        });

        admin.DefaultRequestHeaders.Remove(IdempotentWrites.Header);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/people/keys/{created.GetProperty("id").GetString()}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/platform")).StatusCode);
    }

    [Theory]
    [InlineData("decideCases")]
    [InlineData("editPeople")]
    [InlineData("ownAccount")]
    public async Task A_key_is_not_given_what_belongs_to_people(string scope)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var admin = await jaga.As(Role.Administrator);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostAsJsonAsync("/api/v1/people/keys", new { name = "x", scopes = new[] { scope } })).StatusCode);
    }

    [Fact]
    public async Task The_list_of_keys_has_pages()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var admin = await jaga.As(Role.Administrator);
        for (var i = 0; i < 5; i++)
        {
            await jaga.Ask<CreateApiKey, CreateApiKey.Created>(c => c.Run(new($"key {i}", [Permission.CheckItems]), Actor.System("test"), default));
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var names = new List<string>();
        for (string? after = null; ;)
        {
            var page = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/people/keys?size=2{(after is null ? "" : "&after=" + after)}");
            names.AddRange(page.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("name").GetString()!));
            if (!page.TryGetProperty("next", out var next))
            {
                break;
            }

            after = next.GetString();
        }

        Assert.Equal(["key 4", "key 3", "key 2", "key 1", "key 0"], names);
    }

    [Fact]
    public async Task A_refused_key_is_told_the_scope_that_it_lacks_or_that_no_key_can_have_it()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var program = await jaga.Key(Permission.ConfirmActions);
        Assert.StartsWith("This key lacks the scope checkItems.", await Why(await program.GetAsync("/api/v1/items?id=a")), StringComparison.Ordinal);
        Assert.EndsWith("it takes a person who may (readCases).", await Why(await program.GetAsync("/api/v1/cases")), StringComparison.Ordinal);
        using var person = await jaga.As(Role.Administrator);
        Assert.StartsWith("Your role does not include this.", await Why(await person.GetAsync("/api/v1/cases")), StringComparison.Ordinal);

        static async Task<string> Why(HttpResponseMessage answer)
        {
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            return (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!;
        }
    }
}
