using System.Text;
using System.Text.Json;
using Jaga.People;

namespace Jaga.Tests.People;

/// <summary><see cref="EnableTotp"/>, <see cref="DisableTotp"/> and <see cref="ConfirmSignIn"/>.</summary>
public sealed class SecondFactorTests
{
    private const string Email = "budi@example.org";
    private const string Password = "empat kuda biru laut";

    // RFC 6238, appendix B, the SHA-1 rows, last six of eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_RFC(long time, string code) =>
        Assert.Equal(code, Totp.Code("12345678901234567890"u8, Totp.Step(DateTimeOffset.FromUnixTimeSeconds(time))));

    // RFC 4648, section 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_in_base32(string plain, string text) => Assert.Equal(text, Totp.Text(Encoding.ASCII.GetBytes(plain)));

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task With_an_authenticator_app_a_password_is_half_of_a_sign_in(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (secret, recovery) = await WithApp(jaga);

        using var browser = jaga.Anybody();
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await SignIn(browser);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/me")).StatusCode);
        var code = Totp.Code(secret, Totp.Step(jaga.Clock.Now));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Code(browser, "000000")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Code(browser, code[..3] + " " + code[3..])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);

        using var shoulderSurfer = jaga.Anybody();
        await SignIn(shoulderSurfer);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Code(shoulderSurfer, code)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Code(shoulderSurfer, recovery[0])).StatusCode);

        using var again = jaga.Anybody();
        await SignIn(again);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Code(again, recovery[0])).StatusCode);
        await jaga.Do(async db => Assert.Equal(SecondFactor.RecoveryCodes - 1, (await db.Staff.SingleAsync(s => s.Email == Email)).RecoveryCodes.Count));

        // Whoever has the database alone cannot try codes against it: the digests are keyed. Those of before still count, once.
        var plain = recovery.Select(c => Convert.ToHexStringLower(Token.Hash(c))).ToList();
        await jaga.Do(async db => Assert.Empty((await db.Staff.SingleAsync(s => s.Email == Email)).RecoveryCodes.Intersect(plain)));
        await jaga.Do(db => db.Staff.Where(s => s.Email == Email).ExecuteUpdateAsync(set => set.SetProperty(s => s.RecoveryCodes, (IReadOnlyList<string>)new[] { plain[1] })));
        using var former = jaga.Anybody();
        await SignIn(former);
        Assert.Equal(HttpStatusCode.OK, (await Code(former, recovery[1])).StatusCode);
        await jaga.Do(async db => Assert.Empty((await db.Staff.SingleAsync(s => s.Email == Email)).RecoveryCodes));
    }

    [Fact]
    public async Task A_half_finished_sign_in_ends_after_five_minutes_and_when_the_password_changes()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (secret, _) = await WithApp(jaga);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));

        using var slow = jaga.Anybody();
        await SignIn(slow);
        jaga.Clock.Advance(SealedCookie.Life);
        Assert.Equal(HttpStatusCode.Conflict, (await Code(slow, Totp.Code(secret, Totp.Step(jaga.Clock.Now)))).StatusCode);

        using var thief = jaga.Anybody();
        await SignIn(thief);
        await jaga.Do(async db => await db.Staff.ExecuteUpdateAsync(set => set.SetProperty(s => s.SecurityStamp, "another")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Code(thief, Totp.Code(secret, Totp.Step(jaga.Clock.Now)))).StatusCode);
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_like_wrong_passwords()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (secret, _) = await WithApp(jaga);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        using var thief = jaga.Anybody();
        await SignIn(thief);
        for (var i = 0; i < StaffMember.FailuresBeforeLock; i++)
        {
            await Code(thief, "000000");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await Code(thief, Totp.Code(secret, Totp.Step(jaga.Clock.Now)))).StatusCode);
        await jaga.Do(async db => Assert.True((await db.Staff.SingleAsync(s => s.Email == Email)).IsLocked(jaga.Clock.Now)));
    }

    [Fact]
    public async Task The_app_is_removed_against_a_code_only()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (_, recovery) = await WithApp(jaga);
        using var browser = jaga.Anybody();
        browser.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        await SignIn(browser);
        await Code(browser, recovery[0]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsJsonAsync("/api/v1/me/totp/removal", new { code = "123456" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsJsonAsync("/api/v1/me/totp/removal", new { code = recovery[1] })).StatusCode);
        await jaga.Do(async db => Assert.Null((await db.Staff.SingleAsync(s => s.Email == Email)).TotpSecret));
    }

    [Fact]
    public async Task A_session_that_is_not_fresh_adds_no_way_to_sign_in()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var reviewer = await jaga.As(Role.Reviewer);
        jaga.Clock.Advance(Presence.Freshness + TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.PostAsync("/api/v1/me/passkeys/options", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.PostAsync("/api/v1/me/totp", null)).StatusCode);
    }

    private static Task<HttpResponseMessage> SignIn(HttpClient browser) => browser.PostAsJsonAsync("/api/v1/sign-in", new { email = Email, password = Password });

    private static Task<HttpResponseMessage> Code(HttpClient browser, string code) => browser.PostAsJsonAsync("/api/v1/sign-in/code", new { code });

    // Sets an app up as its owner would, and gives the secret that the app holds.
    private static async Task<(byte[] Secret, IReadOnlyList<string> Recovery)> WithApp(JagaHost jaga)
    {
        await jaga.AddStaff(Email, Password, Role.Reviewer);
        using var browser = jaga.Anybody();
        browser.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        await SignIn(browser);
        var made = await (await browser.PostAsync("/api/v1/me/totp", null)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("otpauth://totp/Jaga%3Abudi%40example.org", made.GetProperty("address").GetString());
        var secret = FromBase32(made.GetProperty("text").GetString()!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PutAsJsonAsync("/api/v1/me/totp", new { code = "000000" })).StatusCode);
        var enabled = await browser.PutAsJsonAsync("/api/v1/me/totp", new { code = Totp.Code(secret, Totp.Step(jaga.Clock.Now)) });
        Assert.Equal(HttpStatusCode.OK, enabled.StatusCode);
        return (secret, [.. (await enabled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("codes").EnumerateArray().Select(c => c.GetString()!)]);
    }

    internal static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
