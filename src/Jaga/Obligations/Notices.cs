namespace Jaga.Obligations;

/// <summary>Tells staff something, in the caller's transaction: whoever is on call, or has the role.</summary>
public sealed class Notices(Db db, TimeProvider clock, OnCall onCall, ObligationSettings settings, IEnumerable<INotify> outside, ILogger<Notices> logger)
{
    private static readonly TimeSpan GapEvery = TimeSpan.FromHours(24);

    // What this use case told of already, and when: asked for once, however many rungs it walks.
    private readonly Dictionary<Subject, DateTimeOffset> _gaps = [];

    /// <summary>Writes a notice, and leaves word outside Jaga wherever that is set up. An urgent one is repeated up the ladder until somebody takes it.</summary>
    public async Task<Notice> Tell(Whom whom, string queue, string? person, Subject about, Sentence says, bool urgent, Id<Rung>? rung, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var called = await onCall.Who(whom, queue, person, now, ct);
        if (called.Gap is { } gap)
        {
            await TellGap(gap, called.Level, now, ct);
        }

        return await Write(
            new()
            {
                Id = Id<Notice>.New(now), At = now, Whom = whom, Queue = queue, Person = whom is Whom.Owner ? person : null, Persons = called.Persons, Reached = called.Level,
                About = about, Rung = rung, Urgent = urgent, NextCallAt = urgent ? now + settings.CallAgain : null, SaysEn = says.En, SaysId = says.Id,
            },
            ct);
    }

    /// <summary>Repeats an urgent notice that nobody has taken, one level up, and sets when it is repeated next: the longer at the top, the rarer, at least daily.</summary>
    public async Task CallAgain(Notice notice, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var called = await onCall.Who(notice.Reached < Whom.Everyone ? notice.Reached + 1 : Whom.Everyone, notice.Queue, null, now, ct);
        var top = Math.Max(0, ++notice.Calls - (int)(Whom.Everyone - notice.Whom));
        (notice.Reached, notice.Persons) = (called.Level, called.Persons);
        notice.NextCallAt = now + TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerDay, settings.CallAgain.Ticks << Math.Min(top, 20)));
        db.Add(new NoticeCall { Notice = notice.Id, Number = notice.Calls, At = now, Whom = called.Level, Persons = called.Persons });
        await PassOn(notice, ct);
    }

    /// <summary>What <paramref name="about"/> was told of is over: nobody is called about it any more. In the caller's transaction; obligations need it not, they end by themselves.</summary>
    public Task Over(Subject about, CancellationToken ct) =>
        db.Notices.Where(n => n.About.Kind == about.Kind && n.About.Id == about.Id && n.NextCallAt != null).ExecuteUpdateAsync(set => set.SetProperty(n => n.NextCallAt, (DateTimeOffset?)null), ct);

    // That nobody was there is itself something to hear of: once a day for each rota, by role, lest it call for itself.
    private async Task TellGap(Rota rota, Whom told, DateTimeOffset now, CancellationToken ct)
    {
        var (about, since) = (rota.Subject, now - GapEvery);
        if (_gaps.TryGetValue(about, out var at) && at > since)
        {
            return;
        }

        _gaps[about] = now;
        if (await db.Notices.AnyAsync(n => n.About.Kind == about.Kind && n.About.Id == about.Id && n.At > since, ct))
        {
            return;
        }

        await Write(
            new()
            {
                Id = Id<Notice>.New(now), At = now, Whom = Whom.Head, Queue = rota.Queue, About = about, Reached = Whom.Head, Urgent = false,
                SaysEn = $"Nobody of the rota '{rota.Queue}' ({Words.Of(rota.Level)}) is there; {Words.Of(told)} is told instead.",
                SaysId = $"Tidak ada yang bertugas di jadwal jaga '{rota.Queue}' ({Words.Of(rota.Level)}); {Words.Of(told)} diberi tahu sebagai gantinya.",
            },
            ct);
    }

    private async Task<Notice> Write(Notice notice, CancellationToken ct)
    {
        db.Add(notice);
        await PassOn(notice, ct);
        return notice;
    }

    private async Task PassOn(Notice notice, CancellationToken ct)
    {
        foreach (var way in outside)
        {
            try
            {
                await way.Notify(notice, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The notice itself stands. A way out that fails must not stop the ladders of everything else.
                logger.LogError(failure, "Notice {Notice} could not be passed on by {Way}", notice.Id, way.GetType().Name);
            }
        }
    }
}
