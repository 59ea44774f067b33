using System.Text.Json;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary><see cref="AddPasskey"/>, <see cref="RemovePasskey"/> and <see cref="SignInWithPasskey"/>, with an authenticator in software.</summary>
public sealed class PasskeyTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_passkey_is_added_signs_in_without_an_address_and_is_removed(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var device = Device(reviewer);
        var id = await Add(reviewer, device);

        using var browser = AtLocalhost(jaga.Anybody());
        Assert.Equal(HttpStatusCode.OK, (await SignIn(browser, device)).StatusCode);
        var me = await browser.GetFromJsonAsync<JsonElement>("/api/v1/me");
        Assert.Equal("reviewer@example.org", me.GetProperty("email").GetString());
        Assert.Equal("telephone", me.GetProperty("passkeys")[0].GetProperty("name").GetString());
        Assert.Equal("passkey", me.GetProperty("sessions").EnumerateArray().Single(s => s.GetProperty("isThis").GetBoolean()).GetProperty("method").GetString());

        using var other = AtLocalhost(await jaga.As(Role.Lead));
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/api/v1/me/passkeys/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await reviewer.DeleteAsync($"/api/v1/me/passkeys/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn(AtLocalhost(jaga.Anybody()), device)).StatusCode);
    }

    [Fact]
    public async Task A_forged_signature_a_replay_a_copied_device_another_site_and_a_stranger_are_refused()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var device = Device(reviewer);
        await Add(reviewer, device);
        using var browser = AtLocalhost(jaga.Anybody());

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn(browser, device, spoil: true)).StatusCode);

        var answer = device.Get(await Options(browser));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsJsonAsync("/api/v1/sign-in/passkey", new { credential = answer })).StatusCode);
        using var thief = AtLocalhost(jaga.Anybody());
        await Options(thief);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.PostAsJsonAsync("/api/v1/sign-in/passkey", new { credential = answer })).StatusCode);

        device.Signatures = 0;
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn(thief, device)).StatusCode);

        using var phished = new SoftwareAuthenticator("https://jaga.evil.example");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send(reviewer, phished)).StatusCode);

        using var stranger = Device(thief);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn(thief, stranger)).StatusCode);
    }

    [Fact]
    public async Task Options_ask_for_a_verified_user_and_are_answered_within_five_minutes()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var device = Device(reviewer);
        await Add(reviewer, device);

        using var browser = AtLocalhost(jaga.Anybody());
        var options = await Options(browser);
        Assert.Equal("required", options.GetProperty("userVerification").GetString());
        jaga.Clock.Advance(SealedCookie.Life);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.PostAsJsonAsync("/api/v1/sign-in/passkey", new { credential = device.Get(options) })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/sign-in/passkey", new { credential = new { } })).StatusCode);
    }

    private static SoftwareAuthenticator Device(HttpClient browser) => new($"http://localhost:{browser.BaseAddress!.Port}");

    // Passkeys belong to a name, not to an address.
    private static HttpClient AtLocalhost(HttpClient browser)
    {
        browser.DefaultRequestHeaders.Host = $"localhost:{browser.BaseAddress!.Port}";
        browser.DefaultRequestHeaders.Remove("Origin");
        browser.DefaultRequestHeaders.Add("Origin", $"http://localhost:{browser.BaseAddress!.Port}");
        return browser;
    }

    private static async Task<string> Add(HttpClient browser, SoftwareAuthenticator device)
    {
        var added = await Send(AtLocalhost(browser), device);
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        return (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<HttpResponseMessage> Send(HttpClient browser, SoftwareAuthenticator device)
    {
        var options = await (await browser.PostAsync("/api/v1/me/passkeys/options", null)).Content.ReadFromJsonAsync<JsonElement>();
        return await browser.PostAsJsonAsync("/api/v1/me/passkeys", new { name = "telephone", credential = device.Create(options) });
    }

    private static async Task<JsonElement> Options(HttpClient browser) =>
        await (await browser.PostAsync("/api/v1/sign-in/passkey/options", null)).Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<HttpResponseMessage> SignIn(HttpClient browser, SoftwareAuthenticator device, bool spoil = false) =>
        await browser.PostAsJsonAsync("/api/v1/sign-in/passkey", new { credential = device.Get(await Options(browser), spoil) });
}
