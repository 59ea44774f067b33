using System.Diagnostics;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>Children come and go; files that are not theirs never notice.</summary>
public sealed class PoolTests
{
    private static readonly byte[] Good = Forged.Png(64, 64);

    /// <summary>Small to send, and work for a second or more: nearly every pixel that is allowed, in sixteen bits.</summary>
    private static readonly Lazy<byte[]> Slow = new(() => Forged.Png(7_000, 7_000, bits: 16, colour: 6));

    [Fact]
    public async Task A_child_killed_over_a_file_costs_that_file_only()
    {
        using var reader = Pool.With(new() { Workers = 2, Deadline = TimeSpan.FromMinutes(5) });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Read(reader, Good)));
        var slow = Read(reader, Slow.Value);
        var lane = await Eventually(() => reader.Lanes.FirstOrDefault(l => l.IsBusy));
        var others = Enumerable.Range(0, 20).Select(_ => Read(reader, Good)).ToList();

        Process.GetProcessById(lane.Child!.Id).Kill();

        Assert.Equal(MediaOutcome.Crashed, (await slow).Outcome);
        Assert.All(await Task.WhenAll(others), reading => Assert.Equal(MediaOutcome.Read, reading.Outcome));
        await Eventually(() => reader.Lanes.All(l => l.Child is { IsAlive: true }) ? reader : null);
    }

    [Fact]
    public async Task A_child_that_died_idle_costs_nothing()
    {
        using var reader = Pool.With(new());
        await Read(reader, Good);
        var first = reader.Lanes[0].Child!;
        Process.GetProcessById(first.Id).Kill();
        await Eventually(() => first.IsAlive ? null : first);

        Assert.Equal(MediaOutcome.Read, (await Read(reader, Good)).Outcome);
    }

    [Fact]
    public async Task A_file_that_takes_too_long_is_given_up_and_the_next_is_read()
    {
        using var reader = Pool.With(new() { Deadline = TimeSpan.FromMilliseconds(150) });

        var reading = await Read(reader, Slow.Value);

        Assert.Equal(MediaOutcome.TimedOut, reading.Outcome);
        Assert.Equal(Hashing.Digests.Of(Slow.Value), reading.Digests);
        await Eventually(() => Read(reader, Good), r => r.Outcome == MediaOutcome.Read);
    }

    [Fact]
    public async Task A_child_that_has_served_long_is_replaced()
    {
        using var reader = Pool.With(new() { ReadsPerChild = 2 });
        var children = new HashSet<int>();

        for (var i = 0; i < 4; i++)
        {
            await Read(reader, Good);
            children.Add(await Eventually(() => reader.Lanes[0].Child is { IsAlive: true, Reads: < 2 } child ? (int?)child.Id : null) ?? 0);
        }

        Assert.True(children.Count >= 2);
    }

    [Fact]
    public async Task A_caller_who_leaves_the_queue_costs_no_child()
    {
        using var reader = Pool.With(new() { Deadline = TimeSpan.FromMinutes(5) });
        await Read(reader, Good);
        var child = reader.Lanes[0].Child!.Id;
        var slow = Read(reader, Slow.Value);
        await Eventually(() => reader.Lanes.FirstOrDefault(l => l.IsBusy));
        using var leaving = new CancellationTokenSource();
        var waiting = reader.Read(Good, MediaWish.Fingerprint, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(MediaOutcome.Read, (await slow).Outcome);
        Assert.Equal(child, reader.Lanes[0].Child!.Id);
    }

    [Fact]
    public async Task Where_no_child_starts_the_fault_is_not_the_files()
    {
        using var reader = Pool.With(new() { Executable = "/bin/false" });

        var reading = await Read(reader, Good);

        Assert.Equal(MediaOutcome.Unavailable, reading.Outcome);
        Assert.NotEmpty(reading.Reason);
        Assert.NotNull(reader.Trouble);
    }

    [Fact]
    public async Task A_closing_reader_leaves_nobody_waiting_and_no_child_behind()
    {
        var reader = Pool.With(new() { Deadline = TimeSpan.FromMinutes(5) });
        await Read(reader, Good);
        using var child = Process.GetProcessById(reader.Lanes[0].Child!.Id);
        var slow = Read(reader, Slow.Value);
        await Eventually(() => reader.Lanes.FirstOrDefault(l => l.IsBusy));
        var waiting = Read(reader, Good);

        reader.Dispose();

        Assert.Equal(MediaOutcome.Unavailable, (await slow).Outcome);
        Assert.Equal(MediaOutcome.Unavailable, (await waiting).Outcome);
        Assert.True(child.WaitForExit(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_wrong_setting_is_named()
    {
        var wrong = new MediaSettings { Workers = 0, Deadline = TimeSpan.Zero, MaxFramePixels = 1, Executable = "/no/such/file" }.Wrong().ToList();

        Assert.Equal(4, wrong.Count);
        Assert.Contains("Media:Workers is 0.", wrong[0], StringComparison.Ordinal);
    }

    private static Task<MediaReading> Read(MediaReader reader, byte[] file) => reader.Read(file, MediaWish.Fingerprint, default);

    private static Task<T> Eventually<T>(Func<T?> look) => Eventually(() => Task.FromResult(look()!), found => found is not null);

    private static async Task<T> Eventually<T>(Func<Task<T>> look, Func<T, bool> isRight)
    {
        for (var i = 0; i < 60_000; i++)
        {
            if (await look() is var found && isRight(found))
            {
                return found;
            }

            await Task.Delay(5);
        }

        throw new TimeoutException("It never came to be.");
    }
}
