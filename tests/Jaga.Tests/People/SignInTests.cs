using System.Text.Json;
using Jaga.Audit;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary><see cref="SignIn"/>, <see cref="SignOut"/>, <see cref="SignInWithLink"/>, <see cref="CreateFirstAdministrator"/>, and what keeps strangers out.</summary>
public sealed class SignInTests
{
    private const string Email = "Sari@Example.org";
    private const string Password = "empat kuda biru laut";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_first_administrator_is_created_once_and_only_with_the_printed_link(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var link = (await jaga.Ask<PrepareSetUp, string?>(p => p.Run(default)))!;
        var token = link.Split('=')[1];
        using var browser = jaga.Anybody();

        Assert.Equal(HttpStatusCode.Conflict, (await browser.PostAsJsonAsync("/api/v1/set-up", SetUp("wrong" + token))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsJsonAsync("/api/v1/set-up", SetUp(token))).StatusCode);
        var me = await browser.GetFromJsonAsync<JsonElement>("/api/v1/me");
        Assert.Equal("sari@example.org", me.GetProperty("email").GetString());
        Assert.Equal("administrator", me.GetProperty("roles")[0].GetString());

        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/set-up", SetUp(token) with { Email = "b@example.org" })).StatusCode);
        Assert.Null(await jaga.Ask<PrepareSetUp, string?>(p => p.Run(default)));
        await jaga.Do(async db => Assert.Equal(1, await db.Staff.CountAsync()));
    }

    [Fact]
    public async Task Of_two_who_use_the_first_link_at_once_one_is_created()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        var token = (await jaga.Ask<PrepareSetUp, string?>(p => p.Run(default)))!.Split('=')[1];
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => jaga.Anybody().PostAsJsonAsync("/api/v1/set-up", SetUp(token) with { Email = $"a{i}@example.org" })));
        Assert.Equal(1, answers.Count(a => a.IsSuccessStatusCode));
        await jaga.Do(async db => Assert.Equal(1, await db.Staff.CountAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_password_signs_in_and_out(Store store)
    {
        await using var jaga = await WithSari(store);
        using var browser = jaga.Anybody();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/me")).StatusCode);

        var answer = await Try(browser, Password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);

        browser.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/api/v1/sign-out", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/me")).StatusCode);
        using var stolen = jaga.WithCookie(cookie.Split(['=', ';'])[1]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stolen.GetAsync("/api/v1/me")).StatusCode);
        await jaga.Do(async db => Assert.Equal(["staff.signed-in", "staff.signed-out"], await db.AuditLines.OrderByDescending(l => l.Seq).Take(2).OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));
    }

    [Fact]
    public async Task A_refusal_says_the_same_of_everybody_and_cannot_be_told_apart()
    {
        await using var jaga = await WithSari(Store.Sqlite);
        using var browser = jaga.Anybody();
        var wrong = await Try(browser, "not the password at all");
        var nobody = await browser.PostAsJsonAsync("/api/v1/sign-in", new { email = "nobody@example.org", password = Password });
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (wrong.StatusCode, nobody.StatusCode));
        Assert.Equal(WithoutTrace(await wrong.Content.ReadAsStringAsync()), WithoutTrace(await nobody.Content.ReadAsStringAsync()));
        Assert.Equal(wrong.Headers.Select(h => h.Key).Order(), nobody.Headers.Select(h => h.Key).Order());
        await jaga.Do(async db => Assert.Equal(2, await db.AuditLines.CountAsync(l => l.Action == "sign-in.refused")));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Five_wrong_passwords_lock_the_account_longer_each_time(Store store)
    {
        await using var jaga = await WithSari(store);
        using var browser = jaga.Anybody();
        for (var i = 0; i < StaffMember.FailuresBeforeLock; i++)
        {
            await Try(browser, "wrong wrong wrong");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await Try(browser, Password)).StatusCode);
        jaga.Clock.Advance(StaffMember.FirstLock);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Try(browser, "wrong again and again")).StatusCode);
        jaga.Clock.Advance(StaffMember.FirstLock);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Try(browser, Password)).StatusCode);
        jaga.Clock.Advance(StaffMember.FirstLock);
        Assert.Equal(HttpStatusCode.OK, (await Try(browser, Password)).StatusCode);
        await jaga.Do(async db => Assert.Equal(0, (await db.Staff.SingleAsync()).FailedSignIns));
    }

    [Fact]
    public void No_lock_is_longer_than_an_hour()
    {
        var clock = new FakeClock();
        var staff = StaffMember.New(Email, "Sari", "id", [Role.Lead], clock.Now);
        for (var i = 0; i < 1000; i++)
        {
            staff.Fail(clock.Now);
        }

        Assert.Equal(clock.Now + StaffMember.LongestLock, staff.LockedUntil);
    }

    [Fact]
    public async Task Too_many_tries_are_told_when_to_come_back_for_accounts_that_exist_and_that_do_not()
    {
        await using var jaga = await WithSari(Store.Sqlite);
        foreach (var email in new[] { Email, "nobody@example.org" })
        {
            using var browser = jaga.Anybody();
            HttpResponseMessage? last = null;
            for (var i = 0; i <= SignInLimits.PerAccount; i++)
            {
                last = await browser.PostAsJsonAsync("/api/v1/sign-in", new { email, password = new string('x', Passwords.Longest + 1) });
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
            Assert.Equal(SignInLimits.Window, last.Headers.RetryAfter?.Delta);
        }

        jaga.Clock.Advance(StaffMember.LongestLock);
        Assert.Equal(HttpStatusCode.OK, (await Try(jaga.Anybody(), Password)).StatusCode);
    }

    [Fact]
    public void One_address_is_limited_whatever_accounts_it_tries_and_a_network_of_IPv6_is_one_address()
    {
        var limits = new SignInLimits(new FakeClock());
        for (var i = 0; i < SignInLimits.PerAddress; i++)
        {
            limits.Count(new($"2001:db8::{i:x}", ""), $"somebody{i}");
        }

        Assert.Throws<TooMany>(() => limits.Count(new("2001:db8::ffff", ""), "another"));
        limits.Count(new("2001:db8:0:1::1", ""), "another");
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_sign_in_link_works_once_and_for_ten_minutes(Store store)
    {
        await using var jaga = await WithSari(store);
        var late = await Link(jaga);
        jaga.Clock.Advance(StaffLink.Life(LinkKind.SignIn));
        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/sign-in/link", new { token = late })).StatusCode);

        var (replaced, token) = (await Link(jaga), await Link(jaga));
        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/sign-in/link", new { token = replaced })).StatusCode);
        using var browser = jaga.Anybody();
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsJsonAsync("/api/v1/sign-in/link", new { token })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await jaga.Anybody().PostAsJsonAsync("/api/v1/sign-in/link", new { token })).StatusCode);
    }

    [Fact]
    public async Task What_is_secret_stands_neither_in_the_audit_log_nor_in_the_tables()
    {
        await using var jaga = await WithSari(Store.Sqlite);
        using var browser = jaga.Anybody();
        var cookie = (await Try(browser, Password)).Headers.GetValues("Set-Cookie").Single().Split(['=', ';'])[1];
        var link = await Link(jaga);
        await jaga.Do(async db =>
        {
            var everything = JsonSerializer.Serialize(new { lines = await db.AuditLines.ToListAsync(), staff = await db.Staff.ToListAsync(), sessions = await db.Sessions.ToListAsync(), links = await db.StaffLinks.ToListAsync() });
            Assert.All([Password, cookie, link], secret => Assert.DoesNotContain(secret, everything));
        });
    }

    private static CreateFirstAdministratorRequest SetUp(string token) => new(token, Email, "Sari", "id", Password);

    private static async Task<string> Link(JagaHost jaga) => (await jaga.Ask<MakeSignInLink, string>(m => m.Run(null, Actor.System("test"), default))).Split('=')[1];

    private static Task<HttpResponseMessage> Try(HttpClient browser, string password) => browser.PostAsJsonAsync("/api/v1/sign-in", new { email = Email, password });

    private static string WithoutTrace(string problem) => System.Text.RegularExpressions.Regex.Replace(problem, "\"traceId\":\"[^\"]*\"", "");

    private static async Task<JagaHost> WithSari(Store store)
    {
        var jaga = await JagaHost.Start(store);
        await jaga.AddStaff(Email, Password, Role.Administrator);
        return jaga;
    }

    private sealed record CreateFirstAdministratorRequest(string Token, string Email, string Name, string Language, string Password);
}
