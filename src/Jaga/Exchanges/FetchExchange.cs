using System.Data.Common;
using System.Diagnostics;
using Jaga.Deliveries;
using Jaga.Exchanges.Protocols;
using Jaga.Obligations;

namespace Jaga.Exchanges;

/// <summary>Reads one exchange for a while: page after page, each taken whole with the progress that belongs to it. A failure is kept on the progress, and waited out.</summary>
public sealed class FetchExchange(
    IServiceScopeFactory scopes, AllProtocols protocols, Wire wire, MasterKey master, StorageSettings storage, ExchangeSettings settings, ExchangeMeter meter, TimeProvider clock, ILogger<FetchExchange> logger)
{
    /// <summary>Tries of a page that cannot be read, before it is passed over.</summary>
    internal const int MaxTries = 3;

    /// <summary>Tries of a page at which the exchange fails, before it is asked whether it lives.</summary>
    internal const int MaxFailures = 6;

    /// <summary>Pages passed over in a row, before the exchange as a whole is taken to be out of order.</summary>
    internal const int MaxLost = 5;

    private enum Went
    {
        On,
        RunIsOver,
        Waits,
    }

    /// <summary>Reads pages until the run is over, something has to be waited for, or <paramref name="within"/> has passed.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    public async Task<bool> Run(Id<Exchange> id, TimeSpan within, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var exchange = await db.Exchanges.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct);
        if (exchange is null or { Paused: true })
        {
            return false;
        }

        using var link = Open(exchange);
        var since = Stopwatch.GetTimestamp();
        Went went;
        do
        {
            went = await Step(exchange, link, ct);
        }
        while (went is Went.On && Stopwatch.GetElapsedTime(since) < within);

        return went is Went.On;
    }

    /// <summary>A line to the exchange, with its credentials.</summary>
    internal Link Open(Exchange exchange) =>
        new(exchange, exchange.Credentials(master), wire, settings, clock, storage.Data);

    private async Task<Went> Step(Exchange exchange, Link link, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var progress = await db.ExchangeProgress.AsNoTracking().SingleAsync(p => p.Bank == exchange.Bank, ct);
        var (protocol, now) = (protocols.Of(exchange.Kind), clock.GetUtcNow());
        progress.LastTryAt = now;
        try
        {
            if (progress.Cursor is null)
            {
                Begin(progress, protocol, now);
            }

            var cursor = progress.Cursor!;
            var page = cursor == Sweep.Cursor
                ? await scope.ServiceProvider.GetRequiredService<Sweep>().Read(progress, ct)
                : await Read(protocol, link, cursor, progress, now, ct);
            var failedBefore = progress.LastFailureKind is not null;
            Advance(progress, exchange, page, now);
            await scope.ServiceProvider.GetRequiredService<TakePage>().Run(exchange, progress, page, cursor, failedBefore, ct);
            meter.Page(exchange.Name, page);
            return progress.Cursor is null ? Went.RunIsOver : Went.On;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another process has read this page meanwhile; the next step begins from what it saved.
            return Went.Waits;
        }
        catch (RuleBroken busy)
        {
            await Fail(exchange, new(FailureKind.Busy, busy.Message), now, ct);
            return Went.Waits;
        }
        catch (ExchangeFailure failure)
        {
            await Fail(exchange, failure, now, ct);
            return Went.Waits;
        }
        catch (Exception unforeseen) when (IsUnforeseen(unforeseen))
        {
            // An exchange that stands still must be seen to: failing, with its reason, and asked ever more seldom.
            logger.LogError(unforeseen, "Exchange {Exchange} could not be read", exchange.Name);
            await Fail(exchange, Unforeseen(unforeseen), now, ct);
            return Went.Waits;
        }
    }

    // What comes of the other side's words. What comes of the database, or of the end of the process, says nothing about the exchange.
    private static bool IsUnforeseen(Exception failure) => failure is not (OperationCanceledException or DbUpdateException) && failure.GetBaseException() is not DbException;

    private static ExchangeFailure Unforeseen(Exception failure) => new(FailureKind.Unreadable, $"It could not be read, and nobody foresaw why: {ToldEntries.Clean(failure.Message, 200)}");

    private static void Begin(ExchangeProgress progress, IProtocol protocol, DateTimeOffset now)
    {
        var (cursor, whole) = protocol.Start(progress.Checkpoint, now);
        (progress.Cursor, progress.IsWhole, progress.RunStartedAt) = (cursor, whole, now);
        (progress.Run, progress.Pages, progress.Entries, progress.Lost, progress.Share, progress.Unheld) = (progress.Run + 1, 0, 0, 0, null, "");
    }

    private static async Task<ExchangePage> Read(IProtocol protocol, Link link, string cursor, ExchangeProgress progress, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            return await protocol.Read(link, cursor, now, ct);
        }
        catch (Exception any) when (any is ExchangeFailure || IsUnforeseen(any))
        {
            var failure = any as ExchangeFailure ?? Unforeseen(any);
            if (!await MayGoAround(failure, protocol, link, cursor, progress, now, ct) || protocol.Around(cursor, failure.Excerpt, now) is not { } around)
            {
                throw failure;
            }

            // A smaller question costs nothing. What would be lost is tried a few times more.
            if (around.Lost is null)
            {
                return around;
            }

            if (progress.PageTries + 1 < MaxTries || progress.LostInRow >= MaxLost)
            {
                throw failure;
            }

            return around with { Lost = $"{around.Lost} {failure.Message}", Excerpt = failure.Excerpt };
        }
    }

    private static async Task<bool> MayGoAround(ExchangeFailure failure, IProtocol protocol, Link link, string cursor, ExchangeProgress progress, DateTimeOffset now, CancellationToken ct)
    {
        switch (failure.Kind)
        {
            case FailureKind.Unreadable:
                return true;
            case FailureKind.Wrong:
                return protocol.IsWithin(cursor);
            case FailureKind.Away when progress.PageTries + 1 >= MaxFailures:
                // One page that always fails, or an exchange that is down? It says so itself.
                try
                {
                    await protocol.Probe(link, now, ct);
                    return true;
                }
                catch (ExchangeFailure)
                {
                    return false;
                }

            default:
                return false;
        }
    }

    private static void Advance(ExchangeProgress progress, Exchange exchange, ExchangePage page, DateTimeOffset now)
    {
        var told = page.Entries.Count + page.Unreadable.Count;
        (progress.Pages, progress.Entries) = (progress.Pages + 1, progress.Entries + (progress.Cursor == Sweep.Cursor ? 0 : told));
        (progress.Failures, progress.PageTries, progress.LastFailure, progress.LastFailureKind) = (0, 0, null, null);
        progress.LostInRow = page.Lost is not null ? progress.LostInRow + 1 : told > 0 ? 0 : progress.LostInRow;
        progress.Checkpoint = page.Checkpoint ?? progress.Checkpoint;
        progress.Share = page.Share ?? progress.Share;
        progress.Unheld = UnheldWords.Add(progress.Unheld, page.Unheld);
        progress.InStepTo = page.InStepTo ?? progress.InStepTo;
        progress.Lost += page.Lost is null ? 0 : 1;

        // After the other side's last page a whole run has one part more, which asks nobody: the sweep of what it did not tell of, under a cursor of its own
        // that no protocol makes. Where a part was passed over there is none: nobody knows what is gone and what was not told.
        progress.Cursor = page.Next ?? (progress is { IsWhole: true, Lost: 0 } && progress.Cursor != Sweep.Cursor && !page.Unchanged ? Sweep.Cursor : null);
        if (progress.Cursor is null)
        {
            (progress.LastSuccessAt, progress.Share, progress.MayShrink) = (now, 1, false);
            progress.DueAt = now.AddMinutes(exchange.EveryMinutes);
        }
    }

    private async Task Fail(Exchange exchange, ExchangeFailure failure, DateTimeOffset now, CancellationToken ct)
    {
        logger.LogWarning("Exchange {Exchange} could not be read: {Kind}: {Failure}", exchange.Name, failure.Kind, failure.Message);
        meter.Failed(exchange.Name, failure.Kind);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var transaction = await db.Begin(ct);
        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == exchange.Bank, ct);
        var isNews = progress.LastFailureKind != failure.Kind;
        (progress.Step, progress.Failures, progress.PageTries, progress.LastTryAt) = (progress.Step + 1, progress.Failures + 1, progress.PageTries + 1, now);
        (progress.LastFailure, progress.LastFailureKind) = (failure.Message.Length > 500 ? failure.Message[..500] : failure.Message, failure.Kind);
        var wait = Backoff.After(progress.Failures);
        progress.DueAt = now + (failure.RetryAfter > wait ? failure.RetryAfter.Value : wait);
        if (isNews && failure.Kind is (FailureKind.Refused or FailureKind.Shrunk))
        {
            // Waiting does not help here: a person must look.
            await scope.ServiceProvider.GetRequiredService<Notices>().Tell(
                Whom.Lead, "leads", null, exchange.Subject, new($"The exchange '{exchange.Name}' stands still. {failure.Message}", $"Pertukaran '{exchange.Name}' berhenti. {failure.Message}"), urgent: true, null, ct);
        }

        await transaction.Commit(ct);
    }
}
