using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Jaga.Audit;
using Jaga.Enforcement;
using Jaga.People;
using Jaga.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Flows;

/// <summary>
/// The server is killed with SIGKILL at random moments, in the middle of uploads, decisions and deliveries. Whatever it had acknowledged must be there afterwards,
/// and the platform must have seen every action with effect exactly once.
/// </summary>
public sealed class CrashTests
{
    private const string KnownMd5 = "9e107d9d372bb6826bd81d3542a419d6";

    [Theory, InlineData(Store.Sqlite, 50), InlineData(Store.Postgres, 10)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_has_effect_twice(Store store, int rounds)
    {
        // Every round starts the server anew; ./jaga test --long takes them all.
        rounds = Environment.GetEnvironmentVariable("JAGA_LONG") == "1" ? rounds : 3;
        await using var platform = await PlatformReceiver.Start();
        await using var house = await House.Found(store, platform);
        var random = new Random(20261121);
        for (var round = 0; round < rounds; round++)
        {
            await using var server = await house.Open();
            await house.WorkUntilKilled(server, random.Next(1, 40), TimeSpan.FromMilliseconds(random.Next(1, 150)));
        }

        await using (var last = await house.Open())
        {
            await House.Settle(last);
        }

        await house.Check(platform);
        Assert.True(house.Acted.Count >= rounds && house.Checked.Count >= rounds, "The server was not kept busy.");
    }

    [Fact]
    public async Task Two_servers_on_one_PostgreSQL_share_the_work_and_deliver_nothing_twice()
    {
        await using var platform = await PlatformReceiver.Start();
        await using var house = await House.Found(Store.Postgres, platform);
        // Nobody dies here: a lease that outlasts any pause of the machine is taken over by nobody.
        await using var one = await house.Open(lease: "01:00:00");
        await using var two = await house.Open(lease: "01:00:00");
        await Task.WhenAll(house.Work(one, 60, default), house.Work(two, 60, default));
        await House.Settle(one);

        await house.Check(platform);
        Assert.NotEmpty(house.Acted);
        Assert.All(platform.Arrivals.Values, n => Assert.Equal(1, n));
    }

    /// <summary>One installation, its credentials, and what it acknowledged to us.</summary>
    private sealed class House : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("jaga-crash-").FullName;
        private string _connection = "";
        private string _key = "";
        private string _reviewer = "";
        private int _items;

        public ConcurrentBag<string> Checked { get; } = [];

        public ConcurrentBag<string> Acted { get; } = [];

        private string Data => Path.Combine(_folder, "data");

        public static async Task<House> Found(Store store, PlatformReceiver platform)
        {
            var house = new House { _connection = store is Store.Postgres ? await PostgresCluster.NewDatabase() : "" };
            await using var app = house.Inside();
            await using var scope = app.Services.CreateAsyncScope();
            var services = scope.ServiceProvider;
            var (db, audit, me) = (services.GetRequiredService<Db>(), services.GetRequiredService<AuditLog>(), Actor.System("test"));
            await db.Migrate();
            await using (var transaction = await db.Begin(default))
            {
                var staff = StaffMember.New("reviewer@example.org", "Reviewer", "en", [Role.Reviewer], TimeProvider.System.GetUtcNow());
                var (session, token) = Session.New(staff, SignInMethod.Passkey, Caller.Here, services.GetRequiredService<PeopleSettings>(), TimeProvider.System.GetUtcNow());
                var (key, text) = ApiKey.New("platform", [Permission.CheckItems, Permission.ConfirmActions], "platform.example", null, me, services.GetRequiredService<MasterKey>(), TimeProvider.System.GetUtcNow());
                db.AddRange(staff, session, key);
                audit.Record(me, "staff.added", staff.Subject);
                audit.Record(me, "api-key.created", key.Subject);
                await transaction.Commit(default);
                (house._key, house._reviewer) = (text, token);
            }

            await FrontDesk.Found(services, platform, "known things", "gambling", KnownMd5);
            return house;
        }

        public Task<ServerProcess> Open(string lease = "00:00:05") => ServerProcess.Start(
            Data, ("Storage:Connection", _connection), ("Cases:Undo", "00:00:00"), ("Worker:Poll", "00:00:00.020"), ("Worker:Lease", lease), ("Deliveries:Lease", lease), ("Flood:Enabled", "false"), ("Media:Workers", "1"), ("Media:Warm", "false"));

        /// <summary>Keeps the server busy until it has acknowledged <paramref name="calls"/> more checks and a decision, and kills it <paramref name="breath"/> later, in the middle of whatever it does then.</summary>
        public async Task WorkUntilKilled(ServerProcess server, int calls, TimeSpan breath)
        {
            using var killed = new CancellationTokenSource();
            var (checks, actions) = (Checked.Count + calls, Acted.Count);
            var work = Work(server, int.MaxValue, killed.Token);
            await Poll.Until(() => Task.FromResult(Checked.Count >= checks && Acted.Count > actions), $"the server acknowledges {calls} more checks and a decision");
            using (var timer = new PeriodicTimer(breath))
            {
                await timer.WaitForNextTickAsync(default);
            }

            await server.Kill();
            await killed.CancelAsync();
            await work;
        }

        /// <summary>Two platforms upload and a reviewer decides, until told to stop or the server is gone.</summary>
        public Task Work(ServerProcess server, int most, CancellationToken ct) => Task.WhenAll(Upload(server, most, ct), Upload(server, most, ct), Decide(server, most, ct));

        private Task Upload(ServerProcess server, int most, CancellationToken ct) => WhileItLives(most, async client =>
        {
            client.DefaultRequestHeaders.Authorization ??= new("Bearer", _key);
            var number = Interlocked.Increment(ref _items);
            var md5 = number % 2 == 0 ? KnownMd5 : number.ToString("x32");
            using var answer = await client.PostAsJsonAsync("/api/v1/check", new { item = new { id = $"item-{number}", account = $"u{number}" }, hashes = new { md5 } }, ct);
            if (answer.StatusCode is HttpStatusCode.OK)
            {
                Checked.Add((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!["itemId"]!);
            }
        }, server, null, ct);

        private Task Decide(ServerProcess server, int most, CancellationToken ct) => WhileItLives(most, async client =>
        {
            using var next = await client.PostAsync("/api/v1/cases/next", null, ct);
            if (next.StatusCode is not HttpStatusCode.OK)
            {
                await Poll.Pause();
                return;
            }

            var @case = JsonNode.Parse(await next.Content.ReadAsStringAsync(ct))!;
            var item = (string)@case["about"]!["id"]!;
            using var answer = await client.PostAsJsonAsync(
                $"/api/v1/cases/{@case["id"]}/decision",
                new { verdict = "violation", policy = "House rule 1", reason = "known", actions = new[] { FrontDesk.Act("remove", "item", item), FrontDesk.Act("banAccount", "account", "u" + item[5..]) }, version = (int)@case["version"]! }, ct);
            if (answer.StatusCode is HttpStatusCode.OK)
            {
                foreach (var action in JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!["actions"]!.AsArray())
                {
                    Acted.Add((string)action!);
                }
            }
        }, server, _reviewer, ct);

        // A call that was cut off was not acknowledged; whatever became of it is allowed.
        private static async Task WhileItLives(int most, Func<HttpClient, Task> call, ServerProcess server, string? cookie, CancellationToken ct)
        {
            using var client = server.Client();
            if (cookie is not null)
            {
                client.DefaultRequestHeaders.Add("Cookie", $"{SessionCookie.Plain}={cookie}");
                client.DefaultRequestHeaders.Add(CrossSite.Header, "test");
            }

            for (var i = 0; i < most && !ct.IsCancellationRequested; i++)
            {
                try
                {
                    await call(client);
                }
                catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException or System.Text.Json.JsonException)
                {
                    if (ct.IsCancellationRequested)
                    {
                        return;
                    }

                    await Poll.Pause();
                }
            }
        }

        /// <summary>Waits until everything owed has left and is confirmed.</summary>
        public static Task Settled(HttpClient client) => Poll.Until(
            async () =>
            {
                var numbers = JsonNode.Parse(await client.GetStringAsync("/health/numbers"))!;
                return (int)numbers["unsent"]! == 0 && (int)numbers["unconfirmed"]! == 0;
            },
            "everything has left and is confirmed");

        public static async Task Settle(ServerProcess server)
        {
            using var client = server.Client();
            await Settled(client);
        }

        /// <summary>Compares what was acknowledged with what is on record and with what the platform saw.</summary>
        public async Task Check(PlatformReceiver platform)
        {
            await using var app = Inside();
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            var items = (await db.Items.Select(i => i.Id).ToListAsync()).Select(i => i.ToString()).ToHashSet();
            Assert.DoesNotContain(Checked, c => !items.Contains(c));

            var actions = await db.Actions.ToDictionaryAsync(a => a.Id.ToString());
            Assert.DoesNotContain(Acted, a => !actions.ContainsKey(a));
            Assert.All(actions.Values, a => Assert.Equal(ActionState.Confirmed, a.State));

            var effects = platform.Effects.GroupBy(e => e.Action).ToDictionary(g => g.Key, g => g.Count());
            Assert.Equal(actions.Keys.Order(), effects.Keys.Order());
            Assert.All(effects.Values, n => Assert.Equal(1, n));
            Assert.Equal(0, platform.Forged);
            Assert.Equal(await db.Decisions.CountAsync() * 2, actions.Count);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        // The same installation, opened in this process without serving: to lay its ground and to look at its record.
        private WebApplication Inside() => App.Build([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Jaga:Storage:Data"] = Data, ["Jaga:Storage:Connection"] = _connection, ["Jaga:Worker:Enabled"] = "false" });
        });
    }
}
