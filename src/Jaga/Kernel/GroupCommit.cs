using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Jaga.Kernel;

/// <summary>One small write of the hot path: rows, and whatever else is done on their connection and transaction.</summary>
public delegate ValueTask RawWrite(RawRows rows, CancellationToken ct);

/// <summary>
/// The hot path's writer. Writes that arrive together are committed together, so that a thousand items cost a few disk syncs and not a thousand;
/// each caller is answered only after the commit that holds its write (first law of the house).
/// </summary>
public sealed class GroupCommit(StorageSettings storage, WriteGate gate) : BackgroundService
{
    /// <summary>The most writes in one commit.</summary>
    public const int MaxGroup = 256;

    // Where several come at once, more come within a millisecond; what they then share costs more than the rows. Whoever comes alone waits for nobody.
    private const int Crowd = 4;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(1);

    private readonly bool _postgres = Storage.IsPostgres(storage.Effective);

    private readonly Channel<(RawWrite Write, TaskCompletionSource Done)> _waiting =
        Channel.CreateBounded<(RawWrite, TaskCompletionSource)>(new BoundedChannelOptions(4096) { SingleReader = true });

    /// <summary>Has <paramref name="write"/> committed. When this returns, it survives a crash.</summary>
    public async Task Commit(RawWrite write, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((write, done), ct);
        await done.Task;
    }

    // SQLite works on the thread that calls it. It gets one of its own: those that answer requests are as few as the cores, and must not wait for the disk.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _postgres ? Work(stoppingToken) : Task.Factory.StartNew(() => Work(stoppingToken).GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task Work(CancellationToken stoppingToken)
    {
        var group = new List<(RawWrite Write, TaskCompletionSource Done)>(MaxGroup);
        RawRows? rows = null;
        try
        {
            while (await Here(_waiting.Reader.WaitToReadAsync(stoppingToken)))
            {
                if (!_postgres && group.Count >= Crowd)
                {
                    Thread.Sleep(Gather);
                }

                group.Clear();
                while (group.Count < MaxGroup && _waiting.Reader.TryRead(out var one))
                {
                    group.Add(one);
                }

                try
                {
                    rows ??= new(await Storage.Open(storage, stoppingToken));
                    await Save(rows, group, stoppingToken);
                }
                catch (Exception)
                {
                    // One bad write must not fail its neighbours, and a lost connection must not fail the next: each alone, on a fresh connection.
                    await (rows?.DisposeAsync() ?? ValueTask.CompletedTask);
                    rows = null;
                    await OneByOne(group, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var late))
            {
                late.Done.TrySetCanceled(CancellationToken.None);
            }

            await (rows?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task Save(RawRows rows, List<(RawWrite Write, TaskCompletionSource Done)> group, CancellationToken ct)
    {
        using (await Here(gate.Enter(ct)))
        {
            await rows.Begin(ct);
            foreach (var (write, _) in group)
            {
                await write(rows, ct);
            }

            await rows.Commit(ct);
        }

        foreach (var (_, done) in group)
        {
            done.TrySetResult();
        }
    }

    private async Task OneByOne(List<(RawWrite Write, TaskCompletionSource Done)> group, CancellationToken ct)
    {
        foreach (var one in group.Where(o => !o.Done.Task.IsCompleted))
        {
            try
            {
                await using var alone = new RawRows(await Storage.Open(storage, ct));
                await Save(alone, [one], ct);
            }
            catch (Exception failure)
            {
                one.Done.TrySetException(failure);
            }
        }
    }

    // On a thread of one's own one may wait, and what comes after stays on it.
    private ValueTask<T> Here<T>(ValueTask<T> wait) => _postgres || wait.IsCompleted ? wait : new(wait.AsTask().GetAwaiter().GetResult());
}
