using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Jaga.Deliveries;

/// <summary>
/// Sends what is due: one pump per receiver, so that a slow receiver delays nobody else. Any number of senders may work on one database.
/// A delivery is taken, sent, and recorded; a crash at any point in between sends it again with the same id, after the lease.
/// </summary>
public sealed class Sender(
    IServiceScopeFactory scopes, WorkerSettings worker, TimeProvider clock, IEnumerable<ISend> ways, DeliveryMeter meter, ILogger<Sender> logger) : BackgroundService
{
    /// <summary>Tries recorded in one transaction.</summary>
    internal const int MaxRecord = 256;

    // Who answers quickly is given more at once, up to so many for each try at once; what is taken has to be sent well within its lease.
    // Messages by mail hold files, up to 2 MiB each: of these only so many are in memory at once.
    private const int LeastTurns = 8, MostTurns = 32, MailTurns = 2;
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(1);

    private readonly Guid _me = Id<Sender>.New(clock).Value;
    private readonly Dictionary<ReceiverKind, ISend> _ways = ways.ToDictionary(w => w.Kind);

    /// <summary>Sends everything that is due now, once each, and returns how many were tried: how tests drive the house without waiting.</summary>
    public async Task<int> SendDue(CancellationToken ct)
    {
        var tried = await Task.WhenAll((await Ready(ct)).Select(receiver => SendBatch(receiver, LeastTurns, ct)));
        return tried.Sum();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!worker.Enabled)
        {
            return;
        }

        var pumps = new Dictionary<Id<Receiver>, Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var receiver in await Ready(stoppingToken))
                {
                    if (!pumps.TryGetValue(receiver, out var running) || running.IsCompleted)
                    {
                        pumps[receiver] = Pump(receiver, stoppingToken);
                    }
                }

                await Task.Delay(worker.Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "The sender could not reach its work");
                await Task.WhenAny(Task.Delay(worker.Poll, stoppingToken));
            }
        }

        await Task.WhenAll(pumps.Values);
        await GiveBack();
    }

    private async Task Pump(Id<Receiver> receiver, CancellationToken ct)
    {
        try
        {
            for (var (turns, sent) = (LeastTurns, 1); sent > 0;)
            {
                var began = Stopwatch.GetTimestamp();
                sent = await SendBatch(receiver, turns, ct);
                turns = Stopwatch.GetElapsedTime(began) < Quickly ? Math.Min(turns * 2, MostTurns) : LeastTurns;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Sending to receiver {Receiver} failed", receiver);
        }
    }

    private async Task<List<Id<Receiver>>> Ready(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = clock.GetUtcNow();
        return await db.Receivers
            .Where(r => !r.Disabled && !db.Circuits.Any(c => c.Receiver == r.Id && c.OpenUntil > now))
            .Where(r => db.Deliveries.Any(d => d.Receiver == r.Id && d.State == DeliveryState.Waiting && d.DueAt <= now && (d.LeasedUntil == null || d.LeasedUntil < now)))
            .Select(r => r.Id).ToListAsync(ct);
    }

    private async Task<int> SendBatch(Id<Receiver> id, int turns, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var receiver = await db.Receivers.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        var open = await db.Circuits.AnyAsync(c => c.Receiver == id && c.OpenedAt != null, ct);
        var lease = scope.ServiceProvider.GetRequiredService<LeaseDeliveries>();
        var taken = open ? await lease.Probe(receiver, _me, ct) : await lease.Run(receiver, _me, receiver.Concurrency * (receiver.Kind is ReceiverKind.Mail ? MailTurns : turns), ct);
        if (taken.Count == 0)
        {
            return 0;
        }

        // Sending and recording overlap: while one transaction commits, the next messages are on their way.
        var done = Channel.CreateUnbounded<Sent>(new() { SingleReader = true });
        var recording = Record(receiver, done.Reader);
        try
        {
            await Parallel.ForEachAsync(taken, new ParallelOptions { MaxDegreeOfParallelism = receiver.Concurrency, CancellationToken = ct }, async (delivery, stop) =>
            {
                // Whose lease would end while it is on its way is left for a fresh one.
                if (clock.GetUtcNow() + receiver.Timeout < delivery.LeasedUntil)
                {
                    done.Writer.TryWrite(await TryOnce(receiver, delivery, stop));
                }
            });
        }
        finally
        {
            done.Writer.Complete();
            await recording;
        }

        return taken.Count;
    }

    private async Task<Sent> TryOnce(Receiver receiver, Delivery delivery, CancellationToken ct)
    {
        var (at, watch) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        Tried tried;
        try
        {
            tried = await _ways[receiver.Kind].Try(receiver, delivery, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A message that cannot even be put together must not stop the others.
            logger.LogError(failure, "Delivery {Delivery} could not be tried", delivery.Id);
            tried = new(Outcome.NotSendable, Answer: failure.GetType().Name);
        }

        var took = Stopwatch.GetElapsedTime(watch);
        meter.Tried(tried.Outcome, took);
        return new(delivery, tried, at, took);
    }

    private async Task Record(Receiver receiver, ChannelReader<Sent> done)
    {
        var batch = new List<Sent>(MaxRecord);
        while (await done.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxRecord && done.TryRead(out var sent))
            {
                batch.Add(sent);
            }

            try
            {
                await Record(receiver, batch);
            }
            catch (Exception failure)
            {
                logger.LogWarning(failure, "A batch of {Count} tries could not be recorded together", batch.Count);
                await OneByOne(receiver, batch);
            }
        }
    }

    // One receipt that a room cannot take must not keep its neighbours from being confirmed.
    private async Task OneByOne(Receiver receiver, List<Sent> batch)
    {
        foreach (var sent in batch)
        {
            try
            {
                await Record(receiver, [sent]);
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "The receipt of delivery {Delivery} could not be taken", sent.Delivery.Id);
                await Try(() => Record(receiver, [sent with { Tried = new(Outcome.ReceiptNotTaken, sent.Tried.Status, failure.GetType().Name) }]));
            }
        }
    }

    // What was sent is recorded even while Jaga is stopping: hence no token.
    private async Task Record(Receiver receiver, IReadOnlyList<Sent> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RecordTries>().Run(receiver, batch, CancellationToken.None);
    }

    private async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            // The database is away. The lease ends, and the delivery is sent again with the same id.
            logger.LogError(failure, "A try could not be recorded");
        }
    }

    // At an orderly stop others may go on at once with what was taken and not sent.
    private Task GiveBack() => Try(async () =>
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        using var turn = await db.WriteAlone(CancellationToken.None);
        await db.Deliveries.Where(d => d.LeasedBy == _me && d.State == DeliveryState.Waiting).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.LeasedBy, (Guid?)null).SetProperty(d => d.LeasedUntil, (DateTimeOffset?)null), CancellationToken.None);
    });
}
