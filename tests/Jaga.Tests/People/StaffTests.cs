using System.Text.Json;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary><see cref="InviteStaff"/>, <see cref="AcceptInvitation"/>, <see cref="SetRoles"/>, <see cref="DisableStaff"/>, <see cref="EndSession"/>, <see cref="ReadStaff"/>, and one's own account: <see cref="ReadMe"/>, <see cref="ChangePassword"/>, <see cref="ChangeProfile"/>.</summary>
public sealed class StaffTests
{
    private const string Password = "empat kuda biru laut";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Somebody_invited_chooses_a_password_once_and_is_in(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var admin = await jaga.As(Role.Administrator);
        var invited = await Invite(admin, "dewi@example.org", "reviewer");
        var token = invited.GetProperty("link").GetString()!.Split('=')[1];

        using var browser = jaga.Anybody();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsJsonAsync("/api/v1/invitation", new { token, password = "dewi dewi 2026!" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsJsonAsync("/api/v1/invitation", new { token, password = Password })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/invitation", new { token, password = Password })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync("/api/v1/people/staff", new { email = "DEWI@example.org", name = "Dewi", roles = new[] { "lead" } })).StatusCode);

        var list = await admin.GetFromJsonAsync<JsonElement>("/api/v1/people/staff");
        Assert.Equal(["administrator@example.org", "dewi@example.org"], list.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("email").GetString()));
    }

    [Fact]
    public async Task An_invitation_does_not_get_round_an_authenticator_app_unless_an_administrator_resets_it()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var admin = await jaga.As(Role.Administrator);
        var id = await jaga.AddStaff("dewi@example.org", Password, Role.Reviewer);
        var since = jaga.Clock.Now;
        await jaga.Do(async db => await db.Staff.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.TotpSince, since).SetProperty(s => s.TotpSecret, new byte[40])));

        foreach (var (reset, outcome) in new[] { (false, "signInNow"), (true, "signedIn") })
        {
            var again = await (await admin.PostAsJsonAsync($"/api/v1/people/staff/{id}/invitation", new { resetSecondFactor = reset })).Content.ReadFromJsonAsync<JsonElement>();
            var accepted = await jaga.Anybody().PostAsJsonAsync("/api/v1/invitation", new { token = again.GetProperty("link").GetString()!.Split('=')[1], password = Password });
            Assert.Equal(outcome, (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("outcome").GetString());
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Roles_hold_from_the_next_request_on_and_the_last_administrator_stays(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var admin = await jaga.As(Role.Administrator);
        using var lead = await jaga.As(Role.Lead);
        var me = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("id").GetString();
        var them = (await lead.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("id").GetString();

        await HavePasswords(jaga);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PutAsJsonAsync($"/api/v1/people/staff/{me}/roles", new { roles = new[] { "auditor" } })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync($"/api/v1/people/staff/{me}/disable", new { why = "test" })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PutAsJsonAsync($"/api/v1/people/staff/{them}/roles", new { roles = new[] { "integration" } })).StatusCode);

        // Who was invited and has not come yet may never come.
        await Invite(admin, "later@example.org", "administrator");
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync($"/api/v1/people/staff/{me}/disable", new { why = "test" })).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsJsonAsync($"/api/v1/people/staff/{them}/roles", new { roles = new[] { "administrator" } })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync($"/api/v1/people/staff/{me}/roles", new { roles = new[] { "auditor" } })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.PutAsJsonAsync($"/api/v1/people/staff/{them}/roles", new { roles = new[] { "auditor" } })).StatusCode);
    }

    [Fact]
    public async Task Two_administrators_who_remove_each_other_at_once_leave_one()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        using var one = await jaga.As(Role.Administrator);
        using var two = await jaga.As(Role.Administrator, Role.Lead);
        await HavePasswords(jaga);
        var first = (await one.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("id").GetString();
        var second = (await two.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("id").GetString();
        await Task.WhenAll(one.PostAsJsonAsync($"/api/v1/people/staff/{second}/disable", new { why = "test" }), two.PostAsJsonAsync($"/api/v1/people/staff/{first}/disable", new { why = "test" }));
        await jaga.Do(async db => Assert.Equal(1, await db.Staff.CountAsync(s => s.DisabledAt == null)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_closed_account_is_out_at_once_and_can_be_opened_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var admin = await jaga.As(Role.Administrator);
        var id = await jaga.AddStaff("dewi@example.org", Password, Role.Reviewer);
        using var dewi = jaga.Anybody();
        await dewi.PostAsJsonAsync("/api/v1/sign-in", new { email = "dewi@example.org", password = Password });
        Assert.Equal(HttpStatusCode.OK, (await dewi.GetAsync("/api/v1/me")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync($"/api/v1/people/staff/{id}/disable", new { why = "left" })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await dewi.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await dewi.PostAsJsonAsync("/api/v1/sign-in", new { email = "dewi@example.org", password = Password })).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync($"/api/v1/people/staff/{id}/enable", new { why = "came back" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await dewi.PostAsJsonAsync("/api/v1/sign-in", new { email = "dewi@example.org", password = Password })).StatusCode);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions_and_one_can_end_them_by_hand()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.AddStaff("dewi@example.org", Password, Role.Reviewer);
        var browsers = new List<HttpClient>();
        for (var i = 0; i < 3; i++)
        {
            var browser = jaga.Anybody();
            browser.DefaultRequestHeaders.Add(CrossSite.Header, "test");
            await browser.PostAsJsonAsync("/api/v1/sign-in", new { email = "dewi@example.org", password = Password });
            browsers.Add(browser);
        }

        var sessions = (await browsers[0].GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal(3, sessions.Count);
        var other = sessions.First(s => !s.GetProperty("isThis").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await browsers[0].DeleteAsync($"/api/v1/me/sessions/{other}")).StatusCode);
        Assert.Equal(2, (await browsers[0].GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("sessions").GetArrayLength());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browsers[0].PutAsJsonAsync("/api/v1/me/password", new { present = "wrong", @new = "lima ayam merah padi" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browsers[0].PutAsJsonAsync("/api/v1/me/password", new { present = Password, @new = "lima ayam merah padi" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browsers[0].GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browsers[1].GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browsers[2].GetAsync("/api/v1/me")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await browsers[0].PutAsJsonAsync("/api/v1/me", new { language = "en" })).StatusCode);
        Assert.Equal("en", (await browsers[0].GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("language").GetString());
    }

    [Fact]
    public async Task Nobody_ends_the_session_of_somebody_else_without_the_permission()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        var me = await lead.GetFromJsonAsync<JsonElement>("/api/v1/me");
        var session = me.GetProperty("sessions")[0].GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.DeleteAsync($"/api/v1/me/sessions/{session}")).StatusCode);
        using var admin = await jaga.As(Role.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync($"/api/v1/people/staff/{me.GetProperty("id").GetString()}/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await lead.GetAsync("/api/v1/me")).StatusCode);
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("password1234", false)]
    [InlineData("Passw0rd!!!!", false)]
    [InlineData("123456789012", false)]
    [InlineData("katasandi2026!", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("abcabcabcabcabc", false)]
    [InlineData("Putri2026!!!", false)]
    [InlineData("putri@example.org", false)]
    [InlineData("empat kuda biru laut", true)]
    [InlineData("tr0ub4dor&3xyz", true)]
    [InlineData("83920174650192837465", true)]
    public void A_password_is_long_and_not_the_first_guess(string password, bool good)
    {
        var passwords = new Passwords(new Microsoft.AspNetCore.Identity.PasswordHasher<StaffMember>());
        var staff = StaffMember.New("putri@example.org", "Putri Ayu", "id", [Role.Lead], new FakeClock().Now);
        if (good)
        {
            staff.PasswordHash = passwords.Hash(staff, password);
            Assert.True(passwords.Check(staff, password));
            Assert.False(passwords.Check(staff, password + " "));
        }
        else
        {
            Assert.Throws<BadInput>(() => passwords.Hash(staff, password));
        }
    }

    [Fact]
    public async Task Old_sessions_and_links_are_forgotten()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var admin = await jaga.As(Role.Administrator);
        await Invite(admin, "dewi@example.org", "reviewer");
        jaga.Clock.Advance(Session.Kept + StaffLink.Life(LinkKind.Invitation) + TimeSpan.FromDays(1));
        await jaga.Ask<ForgetSessions, bool>(f => f.Run(default));
        await jaga.Do(async db => Assert.Equal((0, 0), (await db.Sessions.CountAsync(), await db.StaffLinks.CountAsync())));
    }

    private static Task HavePasswords(JagaHost jaga) => jaga.Do(db => db.Staff.ExecuteUpdateAsync(set => set.SetProperty(s => s.PasswordHash, "chosen")));

    private static async Task<JsonElement> Invite(HttpClient admin, string email, string role)
    {
        var answer = await admin.PostAsJsonAsync("/api/v1/people/staff", new { email, name = email.Split('@')[0], roles = new[] { role } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
