using Jaga.Exchanges;
using Jaga.Obligations;
using Jaga.Tests.Banks;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

public sealed class NcmecTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Entries_come_with_their_provenance_and_tombstones_take_them_away(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        var past = jaga.Clock.Now.AddYears(-3);
        server.Put(42, "one", past, $"<md5>{BankScene.Md5(1)}</md5><pdq>{BankScene.Pdq(1)}</pdq><pdna>00ff</pdna>");
        server.Put(42, "film", past.AddDays(100), $"<md5>{BankScene.Md5(2)}</md5><tmk-pdqf rel=\"self\" href=\"/v2/x\"/>", "B2", video: true);
        server.Put(7, "other", past.AddDays(1), $"<md5>{BankScene.Md5(1)}</md5>", "A2");
        var exchange = await jaga.AddNcmec(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 3L, null, 0), (seen.State, seen.Signals, seen.LastFailure, seen.SetAside));
        Assert.Equal(["pdna=1", "tmk-pdqf-linked=1"], seen.Unheld.Select(u => $"{u.Key}={u.Value}"));
        Assert.Equal([$"pdq {BankScene.Pdq(1)[..8]} one Member 42 a1", $"md5 {BankScene.Md5(2)[..8]} film Member 42 b2", $"md5 {BankScene.Md5(1)[..8]} one Member 42 a1"], Sorted(await jaga.Holds(exchange)));

        // One member's entry goes; what the other says of the same picture stays.
        server.Delete(42, "one", jaga.Clock.Now);
        await jaga.FetchAgain(exchange);
        Assert.Equal([$"md5 {BankScene.Md5(2)[..8]} film Member 42 b2", $"md5 {BankScene.Md5(1)[..8]} other Member 7 a2"], Sorted(await jaga.Holds(exchange)));
        server.Delete(7, "other", jaga.Clock.Now);
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal([$"md5 {BankScene.Md5(2)[..8]} film Member 42 b2"], await jaga.Holds(exchange));
        Assert.Equal((1L, 4L, 3L), (seen.Signals, seen.Added, seen.Removed));

        List<string> Sorted(List<string> found) => [.. found.OrderByDescending(f => f.Contains("pdq", StringComparison.Ordinal)).ThenBy(f => f.Contains(BankScene.Md5(1)[..8], StringComparison.Ordinal))];
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_window_of_many_pages_moves_the_checkpoint_at_its_end_only_and_a_crash_between_pages_loses_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.PageSize = 10;
        var at = jaga.Clock.Now.AddDays(-5);
        for (var i = 0; i < 95; i++)
        {
            server.Put(1, $"e{i}", at.AddMinutes(i), $"<md5>{BankScene.Md5(i)}</md5>");
        }

        var unbroken = await jaga.AddNcmec(server, "Unbroken");
        await jaga.Fetch(unbroken);

        // A process that dies after the fourth page: what it had saved is there, its page and its cursor together.
        var broken = await jaga.AddNcmec(server, "Broken");
        var pages = 0;
        server.Interfere = async http =>
        {
            if (http.Request.QueryString.Value!.Contains("start=", StringComparison.Ordinal) && ++pages > 3)
            {
                http.Abort();
                return await Task.FromResult(true);
            }

            return false;
        };
        await jaga.Turn();
        await jaga.Do(async db =>
        {
            var progress = await db.ExchangeProgress.SingleAsync(p => db.Exchanges.Any(e => e.Id == broken.Id && e.Bank == p.Bank));
            Assert.Contains("start=41", progress.Cursor);
            Assert.True(progress.InStepTo < at);
            Assert.Equal(40, await db.ExchangeClaims.CountAsync(c => c.Bank == progress.Bank));
        });
        server.Interfere = _ => Task.FromResult(false);
        var asked = server.Asked.Count;
        await jaga.Fetch(broken);
        Assert.Contains("start=41", server.Asked[asked]);
        Assert.Equal(await jaga.Holds(unbroken), await jaga.Holds(broken));
        Assert.Equal(95, (await jaga.See(broken)).Signals);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_page_that_is_no_xml_is_narrowed_down_and_set_aside_and_the_rest_comes(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.PageSize = 10;
        var at = jaga.Clock.Now.AddDays(-3).AddSeconds(7);
        for (var i = 0; i < 60; i++)
        {
            server.Put(1, $"e{i}", at.AddMinutes(10 * i), $"<md5>{BankScene.Md5(i)}</md5>");
        }

        server.Corrupt.Add("e33");
        var exchange = await jaga.AddNcmec(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 59L, 1), (seen.State, seen.Signals, seen.SetAside));
        var aside = Assert.Single((await jaga.SetAside(exchange)).Rows);
        Assert.True(aside.IsPage);
        Assert.Contains("was passed over", aside.Reason);

        // It is tried again by hand: first in vain, then it has been mended at the other end.
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<RetrySetAsideEntry, RetrySetAsideEntry.Answer>(retry => retry.Run(exchange.Id, aside.Id, ExchangeScene.Operator, default)));
        server.Corrupt.Clear();

        // What a run takes while it is tried is newer than what comes of trying.
        server.Interfere = async _ =>
        {
            await jaga.Do(db => db.ExchangeProgress.ExecuteUpdateAsync(set => set.SetProperty(p => p.Step, p => p.Step + 1)));
            return false;
        };
        Assert.Contains("read at the same time", (await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<RetrySetAsideEntry, RetrySetAsideEntry.Answer>(retry => retry.Run(exchange.Id, aside.Id, ExchangeScene.Operator, default)))).Message);
        server.Interfere = _ => Task.FromResult(false);
        var answer = await jaga.Ask<RetrySetAsideEntry, RetrySetAsideEntry.Answer>(retry => retry.Run(exchange.Id, aside.Id, ExchangeScene.Operator, default));
        Assert.Equal((false, 1), (answer.StillAside, answer.Taken));
        seen = await jaga.See(exchange);
        Assert.Equal((60L, 0), (seen.Signals, seen.SetAside));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_entry_that_cannot_be_is_set_aside_with_its_reason_and_its_neighbours_come(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        var at = jaga.Clock.Now.AddDays(-1);
        server.Put(1, "short", at, $"<pdq>{BankScene.Md5(1)}</pdq><md5>{BankScene.Md5(9)}</md5>");
        server.Put(1, "zero", at, $"<pdq>{new string('0', 64)}</pdq>");
        server.Put(1, "good", at, $"<pdq>{BankScene.Pdq(2)}</pdq>");
        var exchange = await jaga.AddNcmec(server);

        var seen = await jaga.Fetch(exchange);

        Assert.Equal((ExchangeState.InStep, 2L, 2), (seen.State, seen.Signals, seen.SetAside));
        var rows = (await jaga.SetAside(exchange)).Rows.ToDictionary(r => r.Key);
        Assert.Contains("32 characters", rows["1/short"].Reason);
        Assert.Contains("All zeros", rows["1/zero"].Reason);

        // Mended at the other end, it is no more aside; dismissed, it is so with a reason on record.
        server.Put(1, "short", jaga.Clock.Now, $"<pdq>{BankScene.Pdq(1)}</pdq>");
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal((2L, 1), (seen.Signals, seen.SetAside));
        await jaga.Ask<DismissSetAsideEntry, bool>(async dismiss =>
        {
            await dismiss.Run(exchange.Id, rows["1/zero"].Id, new("a tool's mistake"), ExchangeScene.Operator, default);
            return true;
        });
        Assert.Equal(0, (await jaga.See(exchange)).SetAside);
        await jaga.Do(async db => Assert.Equal("a tool's mistake", (await db.AuditLines.SingleAsync(l => l.Action == "exchange.entry-dismissed")).Why));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whatever_goes_wrong_outside_is_waited_out_and_seen(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(1, "e", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        var exchange = await jaga.AddNcmec(server);

        foreach (var (interfere, kind, words) in new (Func<HttpContext, Task<bool>>, FailureKind, string)[]
        {
            (ExchangeServer.With(500), FailureKind.Away, "500"),
            (ExchangeServer.With(429, "7200"), FailureKind.Busy, "429"),
            (ExchangeServer.With(302), FailureKind.Wrong, "redirects"),
            (ExchangeServer.CutOff, FailureKind.Away, ""),
        })
        {
            server.Interfere = interfere;
            await jaga.Turn();
            var failing = await jaga.See(exchange);
            Assert.Equal((ExchangeState.Failing, kind), (failing.State, failing.LastFailureKind));
            Assert.Contains(words, failing.LastFailure);
            Assert.True(kind is not FailureKind.Busy || failing.NextAt == jaga.Clock.Now.AddHours(2), "Retry-After is honoured");
            jaga.Clock.Advance(failing.NextAt - jaga.Clock.Now + TimeSpan.FromSeconds(1));
        }

        server.Interfere = _ => Task.FromResult(false);
        Assert.Equal((ExchangeState.InStep, 1L), ((await jaga.Fetch(exchange)).State, (await jaga.See(exchange)).Signals));
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_let_go()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: [("Exchanges:Timeout", "00:00:01")]);
        await using var server = await NcmecServer.Start();
        var exchange = await jaga.AddNcmec(server);
        server.Interfere = Slow;
        await jaga.Turn();
        var failing = await jaga.See(exchange);
        Assert.Equal((ExchangeState.Failing, FailureKind.Away), (failing.State, failing.LastFailureKind));
        Assert.Contains("within 1 s", failing.LastFailure);

        static async Task<bool> Slow(HttpContext http)
        {
            await http.Response.WriteAsync("<queryResult>");
            await http.Response.Body.FlushAsync();
            var gone = new TaskCompletionSource();
            await using var _ = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return true;
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Refused_credentials_call_for_a_person_once_and_new_ones_set_it_going_at_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(1, "e", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        var exchange = await jaga.AddNcmec(server, password: "stale");

        Assert.Equal((ExchangeState.Stopped, FailureKind.Refused), ((await jaga.Fetch(exchange)).State, (await jaga.See(exchange)).LastFailureKind));
        jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        await jaga.Turn();
        await jaga.Do(async db => Assert.Equal(1, await db.Notices.CountAsync(n => n.About.Kind == "exchange" && n.NextCallAt != null)));

        await jaga.Ask<EditExchange, ReadExchanges.Shown>(edit => edit.Run(exchange.Id, new(new() { Credentials = new Dictionary<string, string> { ["user"] = "esp", ["password"] = "p:w" } }, "the old one ran out"), ExchangeScene.Operator, default));
        await jaga.Turn();
        Assert.Equal((ExchangeState.InStep, 1L), ((await jaga.See(exchange)).State, (await jaga.See(exchange)).Signals));
        await jaga.Do(async db =>
        {
            Assert.False(await db.AuditLines.AnyAsync(l => EF.Functions.Like(l.Details, "%p:w%") || EF.Functions.Like(l.Details, "%stale%")));
            Assert.Equal(-1, (await db.Exchanges.SingleAsync()).SealedCredentials.AsSpan().IndexOf("p:w"u8));
            Assert.Null((await db.Notices.SingleAsync(n => n.About.Kind == "exchange")).NextCallAt);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Too_long_a_lag_is_an_obligation_that_the_run_which_catches_up_keeps(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        var exchange = await jaga.AddNcmec(server);
        await jaga.Fetch(exchange);
        server.Interfere = ExchangeServer.With(500);
        jaga.Clock.Advance(TimeSpan.FromHours(25));
        await jaga.Turn();
        await Watch();
        Assert.InRange((await jaga.See(exchange)).LagSeconds, 24 * 3600, 26 * 3600);
        await jaga.Do(async db => Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == WatchLag.Clause)).State));

        server.Interfere = _ => Task.FromResult(false);
        jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        await jaga.Turn();
        await Watch();
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == WatchLag.Clause)).State));

        Task<bool> Watch() => jaga.Ask<WatchLag, bool>(watch => watch.Run(default));
    }
}
