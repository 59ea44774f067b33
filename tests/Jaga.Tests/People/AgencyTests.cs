using System.Text.Json;
using Jaga.People;
using Jaga.People.Agencies;

namespace Jaga.Tests.People;

/// <summary><see cref="AddAgency"/>, <see cref="EditAgency"/>, <see cref="VerifyAgency"/>, <see cref="CloseAgency"/>, <see cref="ReadAgencies"/>, and those who speak for one:
/// <see cref="AddOfficer"/>, <see cref="RemoveOfficer"/>, <see cref="AddAgencyKey"/>, <see cref="RevokeAgencyKey"/>.</summary>
public sealed class AgencyTests
{
    private static readonly object Ministry = new
    {
        name = "Kementerian Contoh", kind = "ministry", country = "id", competence = new[] { "csam", "gambling" }, regimes = new[] { "id-permenkominfo-5-2020" }, contact = "Narahubung, +62 21 000",
    };

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Nobody_speaks_for_an_agency_before_somebody_made_sure_of_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var id = await Added(lead);

        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/officers", new { email = "o@agency.example", name = "Officer" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/keys", new { name = "Program" })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/verification", new { how = " " })).StatusCode);

        var verified = await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/verification", new { how = "Called back the number on its own site." }));
        Assert.Equal("Lead", verified.GetProperty("verifiedBy").GetString());
        var invited = await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/officers", new { email = "o@agency.example", name = "Officer" }));
        Assert.StartsWith("/invitation", invited.GetProperty("link").GetString());
        var key = await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/keys", new { name = "Program" }));
        Assert.StartsWith(ApiKey.Scheme, key.GetProperty("key").GetString());

        var whole = await lead.GetFromJsonAsync<JsonElement>($"/api/v1/agencies/{id}");
        Assert.Equal("o@agency.example", whole.GetProperty("officers")[0].GetProperty("email").GetString());
        Assert.Equal("Program", whole.GetProperty("keys")[0].GetProperty("name").GetString());
        Assert.DoesNotContain(key.GetProperty("key").GetString()!, whole.GetRawText());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_officer_s_password_alone_opens_nothing_but_the_way_to_a_second_factor(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var id = await Added(lead);
        await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/verification", new { how = "Met in person." });
        var invited = await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/officers", new { email = "o@agency.example", name = "Officer" }));
        using var officer = jaga.Anybody();
        officer.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        await officer.PostAsJsonAsync("/api/v1/invitation", new { token = invited.GetProperty("link").GetString()!.Split("token=")[1], password = "empat kuda biru laut" });

        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/api/v1/agency/orders")).StatusCode);
        Assert.True((await officer.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("secondFactorMissing").GetBoolean());
        using var page = new HttpRequestMessage(HttpMethod.Get, "/agency");
        page.Headers.Accept.ParseAdd("text/html");
        Assert.Equal("/account", (await officer.SendAsync(page)).Headers.Location?.ToString());

        var secret = SecondFactorTests.FromBase32((await Read(await officer.PostAsJsonAsync("/api/v1/me/totp", new { }))).GetProperty("text").GetString()!);
        (await officer.PutAsJsonAsync("/api/v1/me/totp", new { code = Totp.Code(secret, Totp.Step(jaga.Clock.Now)) })).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync("/api/v1/agency/orders")).StatusCode);

        // How the house stands is the staff's affair.
        Assert.DoesNotContain("id=\"numbers\"", await officer.GetStringAsync("/account"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/fragments/numbers")).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_closed_agency_s_officers_and_keys_stop_working_at_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store, JagaHost.Routes(r => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(r, "/api/v1/whom", (Actor who) => who.For?.ToString()).Requires(Permission.UseAgencyDoor)));
        using var admin = await jaga.As(Role.Administrator);
        using var lead = await jaga.As(Role.Lead);
        var id = await Added(lead);
        await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/verification", new { how = "Met in person." });
        var officer = (await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/officers", new { email = "o@agency.example", name = "Officer" }))).GetProperty("id").GetString();
        using var other = await Program(jaga, lead, id);
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        using var program = await Program(jaga, lead, id);
        Assert.Equal($"agency/{id}", await program.GetStringAsync("/api/v1/whom"));

        var keys = (await lead.GetFromJsonAsync<JsonElement>($"/api/v1/agencies/{id}")).GetProperty("keys");
        Assert.Equal(HttpStatusCode.NotFound, (await lead.DeleteAsync($"/api/v1/agencies/{Guid.NewGuid()}/keys/{keys[1].GetProperty("id").GetString()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.DeleteAsync($"/api/v1/agencies/{id}/keys/{keys[1].GetProperty("id").GetString()}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/whom")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/whom")).StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, (await lead.DeleteAsync($"/api/v1/agencies/{Guid.NewGuid()}/officers/{officer}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.DeleteAsync($"/api/v1/agencies/{id}/officers/{officer}")).StatusCode);
        await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/officers", new { email = "p@agency.example", name = "Other" });

        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/close", new { why = "Dissolved." })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/whom")).StatusCode);
        await jaga.Do(async db => Assert.Equal(2, await db.Staff.CountAsync(s => s.SpeaksFor != null && s.DisabledAt != null)));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PutAsJsonAsync($"/api/v1/agencies/{id}", Ministry)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync($"/api/v1/people/staff/{officer}/enable", new { why = "By mistake." })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_agency_is_named_once_and_acts_only_under_regimes_that_there_are(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var id = await Added(lead);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync("/api/v1/agencies", Ministry)).StatusCode);
        var wrong = new { name = "Other", kind = "court", country = "ID", competence = new[] { "*" }, regimes = new[] { "no-such-law" }, contact = "x" };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PutAsJsonAsync($"/api/v1/agencies/{id}", wrong)).StatusCode);

        var changed = await Read(await lead.PutAsJsonAsync($"/api/v1/agencies/{id}", wrong with { regimes = ["eu-dsa"], name = "Kementerian Baru" }));
        Assert.Equal("Kementerian Baru", changed.GetProperty("name").GetString());
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal("Kementerian Baru", (await reviewer.GetFromJsonAsync<JsonElement>("/api/v1/agencies")).GetProperty("rows")[0].GetProperty("name").GetString());
    }

    private static async Task<string> Added(HttpClient lead) => (await Read(await lead.PostAsJsonAsync("/api/v1/agencies", Ministry))).GetProperty("id").GetString()!;

    private static async Task<HttpClient> Program(JagaHost jaga, HttpClient lead, string agency) =>
        jaga.Bearing((await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{agency}/keys", new { name = "Program" }))).GetProperty("key").GetString()!);

    private static async Task<JsonElement> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
