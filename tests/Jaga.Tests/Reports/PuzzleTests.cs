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
        Assert.False(puzzle.Waited(tokens[0]));
        Assert.Equal(TimeSpan.FromSeconds(3), puzzle.Wait);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3, tokens.Count(puzzle.Waited));
        Assert.Equal(TimeSpan.FromMinutes(1), puzzle.Wait);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, tokens.Count(puzzle.Waited));

        // Whoever came too late has lost nothing, and whoever was let through is not let through again.
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, tokens.Count(puzzle.Waited));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, tokens.Count(puzzle.Waited));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, tokens.Count(puzzle.Waited));
    }

    [Fact]
    public void What_is_spent_is_good_for_nothing_more_however_much_is_spent_and_however_it_is_written()
    {
        var puzzle = New(new() { StepsPerMinute = 1000, Step = TimeSpan.Zero }, most: 4);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var (first, unused) = (puzzle.New(), puzzle.New());
        Assert.True(puzzle.Waited(first));
        Assert.False(puzzle.Waited(first.ToUpperInvariant()));
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(puzzle.Waited(puzzle.New()));
            Assert.False(puzzle.Waited(first));
            Assert.InRange(puzzle.Remembered, 1, 8);
        }

        // As old as what is forgotten: nobody knows whether it was spent.
        Assert.False(puzzle.Waited(unused));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True(puzzle.Waited(puzzle.New()));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True(puzzle.Waited(puzzle.New()));
        Assert.Equal(2, puzzle.Remembered);
    }

    private Puzzle New(ReportSettings settings, int most = 100) =>
        new(new(new(), new() { MasterKey = Convert.ToBase64String(new byte[MasterKey.Bytes]) }), _clock, new(_clock), settings) { MostSpent = most };
}
