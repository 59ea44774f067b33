using Jaga.Audit;
using Jaga.People;
using Jaga.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Support;

/// <summary>The store a test runs on; a test on both takes it as <c>[Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]</c>.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>The whole product in this process, on an empty store of its own, over a real socket, under a fake clock. The worker runs only when <see cref="RunWorker"/> says so, unless asked otherwise.</summary>
public sealed class JagaHost : IAsyncDisposable
{
    private readonly Func<WebApplication> _build;
    private readonly string _folder;
    private WebApplication _app;

    private JagaHost(Func<WebApplication> build, string folder, FakeClock clock) => (_build, _app, _folder, Clock) = (build, build(), folder, clock);

    public FakeClock Clock { get; }

    /// <summary>The folder of its data.</summary>
    public string Data => Path.Combine(_folder, "data");

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">Settings below <c>Jaga:</c>, e.g. <c>("Worker:Parallel", "2")</c>.</param>
    public static async Task<JagaHost> Start(Store store, Action<WebApplicationBuilder>? change = null, params (string Key, string Value)[] settings)
    {
        var connection = store is Store.Postgres ? await PostgresCluster.NewStore() : "";
        var folder = Directory.CreateTempSubdirectory("jaga-test-").FullName;
        if (store is Store.Sqlite)
        {
            await EmptyStore.LayInto(Path.Combine(folder, "data"));
        }

        var clock = new FakeClock();
        WebApplication Build() => App.Build([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            if (Environment.GetEnvironmentVariable("JAGA_TEST_LOG") is { Length: > 0 })
            {
                builder.Logging.AddConsole();
            }

            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Jaga:Storage:Data"] = Path.Combine(folder, "data"),
                ["Jaga:Storage:Connection"] = connection,
                // No test cuts the power; what is killed has handed its writes to the system.
                ["Jaga:Storage:Synchronous"] = "NORMAL",
                ["Jaga:Worker:Enabled"] = "false",
                ["Jaga:Media:Warm"] = "false",
                ["Jaga:Media:Workers"] = "1",
                ["Jaga:Media:Deadline"] = "00:01:00",
                ["Jaga:Matching:StartWait"] = "00:10:00",
            });
            builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Jaga:" + s.Key, (string?)s.Value)));
            builder.Services.AddSingleton<TimeProvider>(clock);
            // Hashing a password is slow on purpose; a thousand tests need not feel it.
            builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
            change?.Invoke(builder);
        });
        var host = new JagaHost(Build, folder, clock);
        await host.Open();
        return host;
    }

    /// <summary>Stops the product and starts it again on the same store and folder, at the same time of the fake clock. Its address is another then.</summary>
    public async Task Restart()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = _build();
        await Open();
    }

    private async Task Open()
    {
        foreach (var map in _app.Services.GetServices<Action<IEndpointRouteBuilder>>())
        {
            map(_app);
        }

        await _app.Start(default);
    }

    /// <summary>A client without any credentials.</summary>
#pragma warning disable RS0030 // A test's own client, disposed with the test.
    public HttpClient Anybody() => new(new SocketsHttpHandler { UseCookies = true, AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
#pragma warning restore RS0030

    /// <summary>A browser in which somebody with these roles is signed in, the same person each time for the same roles. Its writes show that they come from no other site.</summary>
    public async Task<HttpClient> As(params Role[] roles) => WithCookie(await SignedIn(roles));

    /// <summary>The session token of somebody with these roles, the same person each time for the same roles.</summary>
    public async Task<string> SignedIn(params Role[] roles)
    {
        var email = $"{string.Join('-', roles).ToLowerInvariant()}@example.org";
        await using var scope = Services.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using var transaction = await db.Begin(default);
        if (await db.Staff.SingleOrDefaultAsync(s => s.Email == email) is not { } staff)
        {
            staff = roles is [Role.Officer] ? StaffMember.NewOfficer(email, "Officer", "en", new("agency", "test"), Clock.Now) : StaffMember.New(email, string.Join(' ', roles), "en", roles, Clock.Now);
            db.Add(staff);
            audit.Record(Actor.System("test"), "staff.added", staff.Subject);
        }

        var (session, token) = Session.New(staff, SignInMethod.Passkey, Caller.Here, Services.GetRequiredService<PeopleSettings>(), Clock.Now);
        db.Add(session);
        await transaction.Commit(default);
        return token;
    }

    /// <summary>The session token of an officer of <paramref name="agency"/>.</summary>
    public async Task<string> SignedInFor(Subject agency)
    {
        await using var scope = Services.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using var transaction = await db.Begin(default);
        var officer = StaffMember.NewOfficer($"{agency.Id}@example.org", "Officer", "en", agency, Clock.Now);
        var (session, token) = Session.New(officer, SignInMethod.Passkey, Caller.Here, Services.GetRequiredService<PeopleSettings>(), Clock.Now);
        db.Add(officer);
        db.Add(session);
        audit.Record(Actor.System("test"), "staff.added", officer.Subject);
        await transaction.Commit(default);
        return token;
    }

    /// <summary>Adds a member of staff who signs in with <paramref name="password"/>.</summary>
    public async Task<Id<StaffMember>> AddStaff(string email, string password, params Role[] roles)
    {
        await using var scope = Services.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        var staff = StaffMember.New(email, "Test", "en", roles, Clock.Now);
        staff.PasswordHash = Services.GetRequiredService<Passwords>().Hash(staff, password);
        await using var transaction = await db.Begin(default);
        db.Add(staff);
        audit.Record(Actor.System("test"), "staff.added", staff.Subject);
        await transaction.Commit(default);
        return staff.Id;
    }

    /// <summary>A program with a new API key for <paramref name="scopes"/>.</summary>
    public Task<HttpClient> Key(params Permission[] scopes) => KeyFor(null, scopes);

    /// <summary>A program of the agency or flagger <paramref name="whom"/>, or with null of a platform, with a new API key for <paramref name="scopes"/>.</summary>
    public async Task<HttpClient> KeyFor(Subject? whom, params Permission[] scopes)
    {
        await using var scope = Services.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using var transaction = await db.Begin(default);
        var (key, text) = ApiKey.New("test", scopes, "platform.example", null, Actor.System("test"), Services.GetRequiredService<MasterKey>(), Clock.Now, whom);
        db.Add(key);
        audit.Record(Actor.System("test"), "api-key.created", key.Subject);
        await transaction.Commit(default);
        return Bearing(text);
    }

    /// <summary>A client that carries <paramref name="key"/> as a bearer token.</summary>
    public HttpClient Bearing(string key)
    {
        var client = Anybody();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>A browser with the session cookie <paramref name="token"/>.</summary>
    public HttpClient WithCookie(string token)
    {
        var cookies = new CookieContainer();
        cookies.Add(Address, new Cookie(SessionCookie.Plain, token));
#pragma warning disable RS0030 // A test's own client, disposed with the test.
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Add(CrossSite.Header, "test");
        return client;
    }

    /// <summary>A change that adds routes to the product, as a room would map them.</summary>
    public static Action<WebApplicationBuilder> Routes(Action<IEndpointRouteBuilder> map) => builder => builder.Services.AddSingleton(map);

    /// <summary>Runs what is due until nothing is, and says how much was.</summary>
    public async Task<int> RunWorker(int rounds = 20)
    {
        var worker = Services.GetRequiredService<Worker>();
        var total = 0;
        for (var i = 0; i < rounds && await worker.RunDue(default) is > 0 and var ran; i++)
        {
            total += ran;
        }

        return total;
    }

    /// <summary>Returns once a transaction on PostgreSQL waits for what another one holds.</summary>
    public Task OneWaits() => Poll.Until(async () => await Ask<Db, int>(db => db.Database.SqlQueryRaw<int>(
        "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").SingleAsync()) > 0, "one waits");

    /// <summary>Works on the database in a scope of its own.</summary>
    public Task Do(Func<Db, Task> work) => Ask<Db, bool>(async db =>
    {
        await work(db);
        return true;
    });

    /// <summary>Asks a part of the product, in a scope of its own.</summary>
    public async Task<TAnswer> Ask<TPart, TAnswer>(Func<TPart, Task<TAnswer>> question)
        where TPart : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<TPart>());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
