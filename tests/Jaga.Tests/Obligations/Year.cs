using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Obligations;

/// <summary>A year of a house on the fake clock, from one seed: duties of every regime, staff who come and go, receivers that are dead for up to a month, a walker that sleeps, and restarts.</summary>
internal sealed class Year : IAsyncDisposable
{
    private const int Receivers = 3;
    private readonly int _seed;
    private readonly int _duties;
    private readonly int _ticks;
    private readonly JagaHost _jaga;
    private readonly List<WebhookReceiver> _outside = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> _dead = [];
    private readonly List<Id<Obligation>> _opened = [];
    private readonly List<Id<Obligation>> _paused = [];
    private readonly List<string> _staff = [];
    private readonly HashSet<int> _noticed = [];
    private Random _random;

    private Year(JagaHost jaga, int duties, int ticks, int seed) => (_jaga, _duties, _ticks, _seed, _random) = (jaga, duties, ticks, seed, new(seed));

    /// <summary>Messages that were left for the receivers, with a duty that only their receipt keeps.</summary>
    public int Sent { get; private set; }

    public int Restarts { get; private set; }

    public IReadOnlyList<WebhookReceiver> Outside => _outside;

    public static async Task<Year> Begin(Store store, int duties, int ticks, int seed)
    {
        var jaga = await JagaHost.Start(store, b => b.Services.AddScoped<IOnDelivered, KeepByReceipt>());
        var year = new Year(jaga, duties, ticks, seed);
        for (var i = 0; i < 9; i++)
        {
            year._staff.Add((await jaga.AddStaff($"member{i}@example.org", "correct horse battery", i < 5 ? Role.Lead : Role.Reviewer)).ToString());
        }

        foreach (var (queue, level, i) in new[] { ("leads", Whom.Owner, 0), ("leads", Whom.Lead, 1), ("reviewers", Whom.Owner, 2), ("reviewers", Whom.Lead, 0) })
        {
            await jaga.Ask<SetRota, SetRota.Answer>(set => set.Run(new(queue, level, i == 2 ? "Europe/Brussels" : "Asia/Jakarta", "2026-03-02T09:00", [.. year._staff.Skip(i * 3).Take(3)]), Owing.Tester, default));
        }

        for (var i = 0; i < Receivers; i++)
        {
            var receiver = await WebhookReceiver.Start();
            await jaga.Receiver(receiver, $"r{i}");
            year._outside.Add(receiver);
            var from = jaga.Clock.Now.AddDays(year._random.Next(20, 300));
            year._dead.Add((from, from.AddDays(year._random.Next(10, 31))));
        }

        return year;
    }

    /// <summary>Lives through it: a year, then as long as it takes until every holding time is over and every ladder walked.</summary>
    public async Task Run()
    {
        var restarts = Enumerable.Range(0, 5).Select(_ => _random.Next(_ticks)).ToHashSet();
        for (var tick = 0; tick < _ticks; tick++)
        {
            // Each tick draws its own lots, its length first: how often something had to be tried, which chance decides, changes nothing of the year's course.
            _random = new((_seed * 10_007) + tick);
            var length = TimeSpan.FromMinutes(_random.Next(1, 2 * 365 * 24 * 60 / _ticks));
            Receive();
            await Work(tick);
            await Absences();
            await _jaga.SendAll();
            if (_random.Next(4) > 0)
            {
                await _jaga.Walk();
                await Call();
            }

            if (restarts.Contains(tick))
            {
                Restarts++;
                await _jaga.Restart();
            }

            _jaga.Clock.Advance(length);
        }

        await AllBack();
    }

    private void Receive()
    {
        for (var i = 0; i < Receivers; i++)
        {
            var lost = new Random(_random.Next());
            _outside[i].Answer = IsDead(i)
                ? WebhookReceiver.With(503)
                : (got, http) => lost.Next(50) == 0 ? WebhookReceiver.With(500)(got, http) : WebhookReceiver.Taken(got, http); // it took effect, and the answer was lost
        }
    }

    private bool IsDead(int receiver) => _jaga.Clock.Now >= _dead[receiver].From && _jaga.Clock.Now < _dead[receiver].Until;

    // Whoever dies is written to at once as often as it takes to be noticed.
    private async Task Rush(Outbox outbox)
    {
        foreach (var i in Enumerable.Range(0, Receivers).Where(i => IsDead(i) && _noticed.Add(i)))
        {
            for (var n = 0; n < new DeliverySettings().OpenAfter; n++)
            {
                await outbox.Send($"r{i}", KeepByReceipt.Message, new { n = -++Sent }, new("item", "rush"));
            }
        }
    }

    // What a day brings: new duties, half of them with a message whose receipt keeps them, and what people do about the older ones.
    private async Task Work(int tick)
    {
        var until = (int)((long)_duties * (tick + 1) / _ticks);
        await using var scope = _jaga.Services.CreateAsyncScope();
        var (db, duties, outbox) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Duties>(), scope.ServiceProvider.GetRequiredService<Outbox>());
        var clauses = scope.ServiceProvider.GetRequiredService<Regimes>().All.SelectMany(r => r.Clauses).Where(c => c.Name != CircuitBreaker.Clause).ToList();
        await using var transaction = await db.Begin(default);
        await Rush(outbox);
        var fresh = new List<Id<Obligation>>();
        for (var n = _opened.Count + fresh.Count; n < until; n++)
        {
            var (clause, about) = (clauses[n % clauses.Count], new Subject("item", $"i{n}"));
            var owed = duties.Open(clause.Name, about, "somebody", Owing.Tester, person: _random.Next(3) == 0 ? _staff[_random.Next(_staff.Count)] : null);
            fresh.Add(owed.Id);
            if (clause.Kind is ClauseKind.Deadline && _random.Next(2) == 0)
            {
                await outbox.Send($"r{_random.Next(Receivers)}", KeepByReceipt.Message, new { n }, about, $"s{n % 5}");
                Sent++;
            }
        }

        for (var i = 0; i < fresh.Count / 2 && _opened.Count > 0; i++)
        {
            await Decide(db, duties, _opened[_random.Next(_opened.Count)]);
        }

        foreach (var again in _paused.Where(_ => _random.Next(3) == 0).ToList())
        {
            _paused.Remove(again);
            if ((await Find(db, again)).PausedAt is not null)
            {
                await duties.Resume(again, Owing.Tester, default);
            }
        }

        await transaction.Commit(default);
        _opened.AddRange(fresh);
    }

    private async Task Decide(Db db, Duties duties, Id<Obligation> id)
    {
        var (owed, now) = (await Find(db, id), _jaga.Clock.Now);
        if (!owed.IsOwed)
        {
            return;
        }

        switch (_random.Next(10))
        {
            case 0:
                await duties.Cancel(id, "It was opened by mistake.", Owing.Tester, default);
                break;
            case < 4 when owed.State is ObligationState.Open && owed.PausedAt is null && now < owed.DueAt:
                await duties.Pause(id, "A question was asked.", Owing.Tester, default);
                _paused.Add(id);
                break;
            case < 9 when owed.Kind is ClauseKind.Deadline || now >= owed.DueAt:
                await duties.Keep(owed.About, owed.Clause, new("decision", $"d{id}"), Owing.Tester, default);
                break;
            default:
                break;
        }
    }

    private static Task<Obligation> Find(Db db, Id<Obligation> id) => db.Obligations.Include(o => o.Pauses).SingleAsync(o => o.Id == id);

    private async Task Absences()
    {
        if (_random.Next(3) == 0)
        {
            var now = _jaga.Clock.Now;
            await _jaga.Ask<RecordAbsence, RecordAbsence.Answer>(r => r.Run(new(_staff[_random.Next(_staff.Count)], now, now.AddDays(_random.Next(1, 40))), Owing.Tester, default));
        }
    }

    // Urgent notices are repeated; people take most of them.
    private async Task Call()
    {
        while (await _jaga.Ask<CallAgain, bool>(again => again.Run(default)))
        {
        }

        await using var scope = _jaga.Services.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using var transaction = await db.Begin(default);
        foreach (var notice in (await db.Notices.Where(n => n.NextCallAt != null).ToListAsync()).Where(_ => _random.Next(8) > 0))
        {
            notice.Take(Owing.Tester, _jaga.Clock.Now);
        }

        await transaction.Commit(default);
    }

    private async Task AllBack()
    {
        foreach (var receiver in _outside)
        {
            receiver.Answer = WebhookReceiver.Taken;
        }

        foreach (var again in _paused)
        {
            await _jaga.Act(async duties => (await _jaga.Story(again)).Obligation.PausedAt is null ? null : await duties.Resume(again, Owing.Tester, default));
        }

        for (var hours = 0; hours < 24 * 7 && (await _jaga.Numbers()).Unsent > 0; hours += 4)
        {
            _jaga.Clock.Advance(TimeSpan.FromHours(4));
            await _jaga.SendAll();
        }

        _jaga.Clock.Advance(TimeSpan.FromDays(3 * 366));
        await _jaga.Walk();
        await Call();
    }

    /// <summary>What the database holds of one obligation at the end.</summary>
    public sealed record End(Obligation Owed, IReadOnlyList<Rung> Rungs);

    public async Task<IReadOnlyList<End>> Ends()
    {
        var ends = new List<End>();
        await _jaga.Do(async db =>
        {
            var rungs = (await db.Rungs.AsNoTracking().OrderBy(r => r.Number).ToListAsync()).ToLookup(r => r.Obligation);
            ends.AddRange((await db.Obligations.AsNoTracking().Include(o => o.Pauses).ToListAsync()).Select(o => new End(o, [.. rungs[o.Id]])));
        });
        return ends;
    }

    public JagaHost Jaga => _jaga;

    public async ValueTask DisposeAsync()
    {
        await _jaga.DisposeAsync();
        foreach (var receiver in _outside)
        {
            await receiver.DisposeAsync();
        }
    }

    /// <summary>A room above, which keeps its duty when the other side has the message.</summary>
    private sealed class KeepByReceipt(Duties duties) : IOnDelivered
    {
        public const string Message = "duty.done";

        public string Type => Message;

        public Task Delivered(Delivery delivery, string receipt, CancellationToken ct) => duties.KeepAll(delivery.About, delivery.Subject, Owing.Tester, ct);
    }
}
