using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Jaga.Kernel;

/// <summary>One small write of the hot path, as raw commands on the connection and transaction given.</summary>
public delegate Task RawWrite(DbConnection connection, DbTransaction transaction, CancellationToken ct);

/// <summary>
/// The hot path's writer. Writes that arrive together are committed together, so that a thousand items cost a few disk syncs and not a thousand;
/// each caller is answered only after the commit that holds its write (first law of the house).
/// </summary>
public sealed class GroupCommit(StorageSettings storage, WriteGate gate) : BackgroundService
{
    /// <summary>The most writes in one commit.</summary>
    public const int MaxGroup = 256;

    private readonly Channel<(RawWrite Write, TaskCompletionSource Done)> _waiting =
        Channel.CreateBounded<(RawWrite, TaskCompletionSource)>(new BoundedChannelOptions(4096) { SingleReader = true });

    /// <summary>Has <paramref name="write"/> committed. When this returns, it survives a crash.</summary>
    public async Task Commit(RawWrite write, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((write, done), ct);
        await done.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<(RawWrite Write, TaskCompletionSource Done)>(MaxGroup);
        DbConnection? connection = null;
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                group.Clear();
                while (group.Count < MaxGroup && _waiting.Reader.TryRead(out var one))
                {
                    group.Add(one);
                }

                try
                {
                    connection ??= await Storage.Open(storage, stoppingToken);
                    await Save(connection, group, stoppingToken);
                }
                catch (Exception)
                {
                    // One bad write must not fail its neighbours, and a lost connection must not fail the next: each alone, on a fresh connection.
                    await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                    connection = null;
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

            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task Save(DbConnection connection, List<(RawWrite Write, TaskCompletionSource Done)> group, CancellationToken ct)
    {
        using (await gate.Enter(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            foreach (var (write, _) in group)
            {
                await write(connection, transaction, ct);
            }

            await transaction.CommitAsync(ct);
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
                await using var alone = await Storage.Open(storage, ct);
                await Save(alone, [one], ct);
            }
            catch (Exception failure)
            {
                one.Done.TrySetException(failure);
            }
        }
    }
}
