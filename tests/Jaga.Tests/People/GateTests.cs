using System.Collections.Concurrent;
using Jaga.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.People;

public sealed class GateTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_session_ends_when_it_is_idle_and_when_it_is_old(Store store)
    {
        await using var jaga = await Start(store);
        using var client = await jaga.As(Role.Reviewer);
        for (var i = 0; i < 12; i++)
        {
            jaga.Clock.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/for-reviewers")).StatusCode);
        }

        jaga.Clock.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/for-reviewers")).StatusCode);

        using var idle = await jaga.As(Role.Reviewer);
        jaga.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(HttpStatusCode.Unauthorized, (await idle.GetAsync("/api/v1/for-reviewers")).StatusCode);
    }

    [Fact]
    public async Task Nobody_gets_a_problem_from_the_interface_and_the_way_to_sign_in_from_a_page()
    {
        await using var jaga = await Start(Store.Sqlite);
        using var client = jaga.Anybody();
        var api = await client.GetAsync("/api/v1/for-reviewers");
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);

        using var page = new HttpRequestMessage(HttpMethod.Get, "/page?a=1&b=2") { Headers = { { "Accept", "text/html" } } };
        var answer = await client.SendAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in?then=%2Fpage%3Fa%3D1%26b%3D2", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/cases?x=1", "/cases?x=1")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void A_sign_in_leads_only_to_this_host(string? then, string expected) => Assert.Equal(expected, LocalPath.OrHome(then));

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "SELF", true)]
    [InlineData("X-Jaga-Csrf", "1", true)]
    [InlineData("X-Other", "1", false)]
    public async Task A_write_with_a_session_must_not_come_from_another_site(string header, string value, bool passes)
    {
        await using var jaga = await Start(Store.Sqlite);
        using var client = await jaga.As(Role.Reviewer);
        client.DefaultRequestHeaders.Remove(CrossSite.Header);
        client.DefaultRequestHeaders.Add(header, value == "SELF" ? jaga.Address.ToString().TrimEnd('/') : value);
        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await client.PostAsync("/api/v1/write", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/for-reviewers")).StatusCode);
    }

    [Fact]
    public async Task A_proxys_password_beside_the_session_makes_no_key_of_it()
    {
        await using var jaga = await Start(Store.Sqlite);
        using var client = await jaga.As(Role.Reviewer);
        client.DefaultRequestHeaders.Authorization = new("Basic", "cHJveHk6cHJveHk=");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-site");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/api/v1/write", null)).StatusCode);

        using var key = await jaga.Key(Permission.CheckItems);
        key.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.OK, (await key.PostAsync("/api/v1/key-write", null)).StatusCode);
    }

    [Fact]
    public async Task Nobody_unknown_may_send_more_than_a_megabyte_where_no_upload_is_expected()
    {
        await using var jaga = await Start(Store.Sqlite);
        foreach (var (path, answer) in new[] { ("/api/v1/sign-in", "HTTP/1.1 413"), ("/report", "HTTP/1.1 422") })
        {
            // The head alone: what would be read is refused before it comes.
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(jaga.Address.Host, jaga.Address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Gate.MostOfAnybody + 1}\r\n\r\n"));
            using var reader = new StreamReader(stream);
            Assert.StartsWith(answer, await reader.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Behind_a_proxy_that_nobody_named_people_are_counted_each_by_their_own_address()
    {
        static Caller From(string peer, params (string Name, string Value)[] headers)
        {
            var http = new DefaultHttpContext();
            http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
            foreach (var (name, value) in headers)
            {
                http.Request.Headers[name] = value;
            }

            return Caller.Of(http);
        }

        Assert.Equal(("10.0.0.2", "203.0.113.7"), (From("10.0.0.2", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7")).Address, From("10.0.0.2", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7")).Counted));
        Assert.Equal("2001:db8::1", From("::1", ("X-Forwarded-For", "2001:db8::1")).Counted);
        Assert.Equal("10.0.0.2", From("10.0.0.2").Counted);
        Assert.Equal("10.0.0.2", From("10.0.0.2", ("X-Forwarded-For", "anything")).Counted);

        // A stranger's own word, and one that a trusted proxy let through, count for nothing.
        Assert.Equal("203.0.113.9", From("203.0.113.9", ("X-Forwarded-For", "198.51.100.1")).Counted);
        Assert.Equal("10.0.0.9", From("10.0.0.9", ("X-Forwarded-For", "198.51.100.1"), ("X-Original-For", "10.0.0.2:443")).Counted);
    }

    [Fact]
    public async Task A_proxy_that_nobody_named_is_warned_of_once()
    {
        var heard = new ConcurrentQueue<string>();
        await using var jaga = await JagaHost.Start(Store.Sqlite, b => b.Logging.AddProvider(new Ear(heard)));
        using var client = jaga.Anybody();
        await client.GetAsync("/health/live");
        Assert.DoesNotContain(heard, line => line.Contains("TrustedProxies", StringComparison.Ordinal));
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        await client.GetAsync("/health/live");
        await client.GetAsync("/health/live");
        Assert.Single(heard, line => line.Contains("TrustedProxies", StringComparison.Ordinal));
    }

    private sealed class Ear(ConcurrentQueue<string> heard) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => heard.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_key_works_until_it_is_revoked_or_expires_and_its_use_is_noted(Store store)
    {
        await using var jaga = await Start(store);
        using var client = await jaga.Key(Permission.CheckItems);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/for-platforms")).StatusCode);
        await jaga.Do(async db =>
        {
            var key = await db.ApiKeys.AsNoTracking().SingleAsync();
            Assert.Equal(jaga.Clock.Now, key.UsedAt);
            var now = jaga.Clock.Now;
            await db.ApiKeys.ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, now));
        });

        jaga.Clock.Advance(KnownKeys.Fresh + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/for-platforms")).StatusCode);
    }

    [Fact]
    public async Task One_wrong_character_in_a_key_is_a_wrong_key()
    {
        await using var jaga = await Start(Store.Sqlite);
        using var client = await jaga.Key(Permission.CheckItems);
        var key = client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var wrong = jaga.Bearing(key[..^1] + (key[^1] == 'A' ? 'B' : 'A'));
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/v1/for-platforms")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/for-platforms")).StatusCode);
    }

    [Fact]
    public async Task Every_answer_carries_the_strict_headers_also_a_failure()
    {
        await using var jaga = await Start(Store.Sqlite);
        using var client = await jaga.As(Role.Reviewer);
        foreach (var path in new[] { "/api/v1/for-reviewers", "/api/v1/failing", "/nowhere" })
        {
            using var answer = await client.GetAsync(path);
            Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
    }

    [Fact]
    public void Where_a_second_factor_is_required_a_password_alone_opens_only_ones_own_account()
    {
        var settings = new PeopleSettings { RequireSecondFactor = true };
        var staff = StaffMember.New("a@example.org", "A", "en", [Role.Administrator, Role.Reviewer], new FakeClock().Now);
        foreach (var (method, whole) in new[] { (SignInMethod.Password, false), (SignInMethod.Link, false), (SignInMethod.PasswordAndCode, true), (SignInMethod.Passkey, true) })
        {
            var presence = Presence.Of(staff, Session.New(staff, method, Caller.Here, settings, new FakeClock().Now).Session, settings);
            Assert.Equal(whole, presence.May(Permission.DecideCases));
            Assert.True(presence.May(Permission.OwnAccount));
        }

    }

    private static Task<JagaHost> Start(Store store) => JagaHost.Start(store, JagaHost.Routes(routes =>
    {
        routes.MapGet("/api/v1/for-reviewers", (Actor actor) => actor.Name).Requires(Permission.DecideCases);
        routes.MapGet("/api/v1/for-platforms", (Actor actor) => actor.Name).Requires(Permission.CheckItems);
        routes.MapGet("/api/v1/failing", string () => throw new InvalidOperationException("on purpose")).Public("test");
        routes.MapPost("/api/v1/key-write", () => "written").Requires(Permission.CheckItems);
        routes.MapPost("/api/v1/write", () => "written").Requires(Permission.DecideCases);
        routes.MapGet("/page", () => "page").Requires(Permission.DecideCases);
    }));
}
