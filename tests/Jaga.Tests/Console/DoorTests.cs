using System.Text.RegularExpressions;
using Jaga.People;
using Jaga.People.Agencies;

namespace Jaga.Tests.Console;

/// <summary>The pages through which people and authorities come in, where something is wrong or foreign to them.</summary>
public sealed partial class DoorTests
{
    [Fact]
    public async Task A_wrong_code_leaves_the_secret_that_the_app_has()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        var secret = Secret().Match(await (await Post(reviewer, "/account/totp")).Content.ReadAsStringAsync()).Value;
        var again = await Post(reviewer, "/account/totp/confirm", ("code", "000000x"));
        var page = await again.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, secret), (again.StatusCode, Secret().Match(page).Value));
        Assert.Contains("The code is wrong", page, StringComparison.Ordinal);
        Assert.NotEmpty(secret);
    }

    [Fact]
    public async Task A_refused_agency_comes_back_as_it_was_written_with_the_field_named()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var administrator = await jaga.As(Role.Administrator);
        (string, string)[] fields = [("name", "Kementerian Contoh"), ("kind", "Ministry"), ("country", "ID"), ("competence", "csam"), ("contact", "Narahubung 7"), ("language", "id")];
        var refused = await Post(administrator, "/agencies", fields);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.All(["Choose at least one body of rules", "value=\"Kementerian Contoh\"", "value=\"Narahubung 7\"", "id=\"regimes-wrong\"", "SAMAN"], said => Assert.Contains(said, page, StringComparison.Ordinal));
        Assert.DoesNotContain("value=\"house\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await Post(administrator, "/agencies", [.. fields, ("regimes", "id-saman")])).StatusCode);

        // A name that is taken is told at the name.
        Assert.Contains("id=\"name-wrong\"", await (await Post(administrator, "/agencies", [.. fields, ("regimes", "id-saman")])).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_reads_words_and_finds_its_own_door()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var agency = await jaga.Ask<AddAgency, AgencyCard>(add => add.Run(new("Kementerian Contoh", AgencyKind.Ministry, "ID", ["terrorism"], ["id-saman", "eu-dsa"], "Narahubung"), Actor.System("test"), default));
        await jaga.Ask<VerifyAgency, AgencyCard>(verify => verify.Run(agency.Id, new("called back"), Actor.System("test"), default));
        using var officer = jaga.WithCookie(await jaga.SignedInFor(Subject.Of("agency", agency.Id)));
        var form = await officer.GetStringAsync("/agency/orders/new");
        Assert.DoesNotContain(">csam<", form, StringComparison.Ordinal);
        Assert.Contains("SAMAN, Ministerial Decree", form, StringComparison.Ordinal);
        var sent = await Post(officer, "/agency/orders", ("category", "terrorism"), ("locations", "group:812"), ("legalBasis", "UU 5/2018"), ("reasons", "It calls for attacks."), ("regime", "id-saman"));
        var order = await officer.GetStringAsync(sent.Headers.Location);
        Assert.Contains("Take the named urgent content down", order, StringComparison.Ordinal);
        Assert.DoesNotContain("id-saman.takedown-urgent", order, StringComparison.Ordinal);

        using var anybody = jaga.Anybody();
        Assert.Contains("Sign in for your authority", await anybody.GetStringAsync("/sign-in?then=/agency"), StringComparison.Ordinal);
        Assert.Contains("For the people who work at this desk", await anybody.GetStringAsync("/sign-in?then=/queue"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_administrator_the_door_says_where_the_link_is_and_a_wrong_link_asks_for_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        var link = (await jaga.Ask<PrepareSetUp, string?>(prepare => prepare.Run(default)))!;
        Assert.StartsWith("/sign-in", (await anybody.GetAsync("/")).Headers.Location?.OriginalString ?? (await anybody.SendAsync(Asked("/"))).Headers.Location!.OriginalString, StringComparison.Ordinal);
        var door = await anybody.GetStringAsync("/sign-in");
        Assert.Contains("jaga people link", door, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"password\"", door, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Split('=')[1], door, StringComparison.Ordinal);

        Assert.Contains("name=\"password\"", await anybody.GetStringAsync(link), StringComparison.Ordinal);
        foreach (var wrong in (string[])["/set-up?token=wrong", "/invitation?token=wrong", "/sign-in/link?token=wrong"])
        {
            var refused = await anybody.GetAsync(wrong);
            Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
            Assert.DoesNotContain("<form class=\"fields\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // The link was only looked at; once somebody is here, it opens nothing more.
        await jaga.AddStaff("sari@example.org", "empat kuda biru laut", Role.Administrator);
        Assert.Equal(HttpStatusCode.Gone, (await anybody.GetAsync(link)).StatusCode);
        Assert.Contains("name=\"password\"", await anybody.GetStringAsync("/sign-in"), StringComparison.Ordinal);

        static HttpRequestMessage Asked(string path) => new(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
    }

    private static async Task<HttpResponseMessage> Post(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await browser.PostAsync(path, form);
    }

    [GeneratedRegex("(?<=class=\"secret\">)[A-Z2-7 ]+")]
    private static partial Regex Secret();
}
