using System.Text.RegularExpressions;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary>The pages as a browser without script uses them: forms, redirects, cookies.</summary>
public sealed partial class FormsTests
{
    private const string Email = "sari@example.org";
    private const string Password = "empat kuda biru laut";

    [Fact]
    public async Task From_the_first_link_to_a_desk_with_somebody_invited()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var link = (await jaga.Ask<PrepareSetUp, string?>(p => p.Run(default)))!;
        using var first = Browser(jaga);
        Assert.Contains($"value=\"{link.Split('=')[1]}\"", await Page(first, link));
        Assert.Equal("/people", await Send(first, "/set-up", ("token", link.Split('=')[1]), ("email", Email), ("name", "Sari"), ("password", Password)));
        Assert.Contains("Sari", await Page(first, "/people"));

        var shown = await first.PostAsync("/people", Form(("email", "dewi@example.org"), ("name", "Dewi"), ("roles", "Reviewer"), ("roles", "Lead"), ("language", "en")));
        var invitation = Links().Match(await shown.Content.ReadAsStringAsync()).Groups["path"].Value;
        Assert.DoesNotContain(invitation, await Page(first, "/people"));

        using var dewi = Browser(jaga);
        // Looking at a link, as mail programs do ahead of their readers, does not use it up.
        await Page(dewi, invitation);
        await Page(dewi, invitation);
        Assert.Equal("/account", await Send(dewi, "/invitation", ("token", invitation.Split('=')[1]), ("password", Password)));
        Assert.Contains("Dewi", await Page(dewi, "/account"));
        Assert.Equal(HttpStatusCode.Forbidden, (await dewi.PostAsync("/people", Form(("email", "x@example.org"), ("name", "X"), ("language", "en")))).StatusCode);

        var key = await first.PostAsync("/people/keys", Form(("name", "uploads"), ("scopes", "CheckItems")));
        Assert.Matches("jaga_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", await key.Content.ReadAsStringAsync());
        Assert.True(key.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Signing_in_leads_to_the_page_that_was_wanted_and_nowhere_else()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.AddStaff(Email, Password, Role.Administrator);
        using var browser = Browser(jaga);
        Assert.Equal("/sign-in?then=%2Fpeople%3Fafter%3Dx", await Led(await browser.GetAsync("/people?after=x")));
        Assert.Equal("/sign-in?then=%2Fpeople", await Send(browser, "/sign-in", ("email", Email), ("password", "wrong"), ("then", "/people")));
        Assert.Contains("role=\"alert\"", await Page(browser, "/sign-in?then=%2Fpeople"));
        Assert.DoesNotContain("role=\"alert\"", (await Page(browser, "/sign-in")).Replace("data-passkey-failed role=\"alert\"", "", StringComparison.Ordinal));
        Assert.Equal("/people", await Send(browser, "/sign-in", ("email", Email), ("password", Password), ("then", "/people")));
        Assert.Equal("/sign-in", await Send(browser, "/sign-out"));
        Assert.Equal("/", await Send(browser, "/sign-in", ("email", Email), ("password", Password), ("then", "//evil.example/")));
    }

    [Fact]
    public async Task An_authenticator_app_is_set_up_and_asked_for()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.AddStaff(Email, Password, Role.Reviewer);
        using var browser = Browser(jaga);
        await Send(browser, "/sign-in", ("email", Email), ("password", Password));
        var secret = Secrets().Match(await (await browser.PostAsync("/account/totp", Form())).Content.ReadAsStringAsync()).Groups["secret"].Value.Replace(" ", "", StringComparison.Ordinal);
        var bytes = SecondFactorTests.FromBase32(secret);
        var codes = await (await browser.PostAsync("/account/totp/confirm", Form(("code", Totp.Code(bytes, Totp.Step(jaga.Clock.Now)))))).Content.ReadAsStringAsync();
        Assert.Equal(SecondFactor.RecoveryCodes, RecoveryCodes().Count(codes));

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        using var other = Browser(jaga);
        Assert.Equal("/sign-in/second-factor?then=%2Faccount", await Send(other, "/sign-in", ("email", Email), ("password", Password), ("then", "/account")));
        Assert.Equal("/sign-in/second-factor?then=%2Faccount", await Send(other, "/sign-in/second-factor", ("code", "000000"), ("then", "/account")));
        Assert.Equal("/account", await Send(other, "/sign-in/second-factor", ("code", Totp.Code(bytes, Totp.Step(jaga.Clock.Now))), ("then", "/account")));
        Assert.Equal("/account", await Send(other, "/account/profile", ("name", "Sari Dewi"), ("language", "id")));
        Assert.Contains("Akun saya", await Page(other, "/account"));
    }

    private static HttpClient Browser(JagaHost jaga)
    {
        var browser = jaga.Anybody();
        browser.DefaultRequestHeaders.Add("Origin", jaga.Address.GetLeftPart(UriPartial.Authority));
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        return browser;
    }

    private static async Task<string> Page(HttpClient browser, string path)
    {
        var answer = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> Send(HttpClient browser, string path, params (string, string)[] fields) => await Led(await browser.PostAsync(path, Form(fields)));

    private static async Task<string> Led(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode is HttpStatusCode.Redirect, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!.OriginalString;
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    [GeneratedRegex("(?<path>/invitation\\?token=[A-Za-z0-9_-]{43})")]
    private static partial Regex Links();

    [GeneratedRegex("<code class=\"secret\">(?<secret>[A-Z2-7 ]+)</code>")]
    private static partial Regex Secrets();

    [GeneratedRegex("<code>[a-z0-9]{5}-[a-z0-9]{5}</code>")]
    private static partial Regex RecoveryCodes();
}
