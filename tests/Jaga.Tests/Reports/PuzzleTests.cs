using System.Net;
using Jaga.Reports;

namespace Jaga.Tests.Reports;

public sealed class PuzzleTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void Tokens_gathered_ahead_let_no_more_through_in_a_minute_than_the_setting_says()
    {
        var puzzle = New(new() { StepsPerMinute = 3 });
        var tokens = Enumerable.Range(0, 10).Select(_ => puzzle.New()).ToList();
        Assert.False(puzzle.Waited(tokens[0], null));
        Assert.Equal(TimeSpan.FromSeconds(3), puzzle.Wait(null));
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3, tokens.Count(t => puzzle.Waited(t, null)));
        Assert.Equal(TimeSpan.FromMinutes(1), puzzle.Wait(null));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, tokens.Count(t => puzzle.Waited(t, null)));

        // Whoever came too late has lost nothing, and whoever was let through is not let through again.
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, tokens.Count(t => puzzle.Waited(t, null)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, tokens.Count(t => puzzle.Waited(t, null)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, tokens.Count(t => puzzle.Waited(t, null)));
    }

    [Fact]
    public void One_part_of_the_network_has_its_share_of_a_minute_and_no_more()
    {
        var puzzle = New(new() { StepsPerMinute = 8, StepsPerNetwork = 2, Step = TimeSpan.Zero });
        bool From(string address) => puzzle.Waited(puzzle.New(), IPAddress.Parse(address));
        Assert.Equal([true, true, false, false], new[] { "9.9.1.1", "9.9.1.200", "9.9.1.3", "::ffff:9.9.1.4" }.Select(From));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.Zero), (puzzle.Wait(IPAddress.Parse("9.9.1.9")), puzzle.Wait(IPAddress.Parse("9.9.2.9"))));
        Assert.Equal([true, true, true, false], new[] { "9.9.2.1", "2606:4700:1:1::1", "2606:4700:1:ffff::2", "2606:4700:1:2::3" }.Select(From));

        // What the internet does not know stands for many; and what is let through of all is as before.
        Assert.Equal([true, true, true, false], new[] { "10.0.0.1", "10.0.0.1", "10.0.0.1", "9.9.3.1" }.Select(From));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(From("9.9.1.1"));
    }

    [Fact]
    public void What_is_spent_is_good_for_nothing_more_however_much_is_spent_and_however_it_is_written()
    {
        var puzzle = New(new() { StepsPerMinute = 1000, Step = TimeSpan.Zero }, most: 4);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var (first, unused) = (puzzle.New(), puzzle.New());
        Assert.True(puzzle.Waited(first, null));
        Assert.False(puzzle.Waited(first.ToUpperInvariant(), null));
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(puzzle.Waited(puzzle.New(), null));
            Assert.False(puzzle.Waited(first, null));
            Assert.InRange(puzzle.Remembered, 1, 8);
        }

        // As old as what is forgotten: nobody knows whether it was spent.
        Assert.False(puzzle.Waited(unused, null));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True(puzzle.Waited(puzzle.New(), null));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True(puzzle.Waited(puzzle.New(), null));
        Assert.Equal(2, puzzle.Remembered);
    }

    private Puzzle New(ReportSettings settings, int most = 100) =>
        new(new(new(), new() { MasterKey = Convert.ToBase64String(new byte[MasterKey.Bytes]) }), _clock, new(_clock), settings) { MostSpent = most };
}
