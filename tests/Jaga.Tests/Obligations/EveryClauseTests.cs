using FsCheck;
using FsCheck.Fluent;
using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

/// <summary>Every clause of every regime that comes with Jaga, as it stands in its file: no clock of theirs moves by itself, whatever happens to an obligation and whatever the clocks on the wall do.</summary>
public sealed class EveryClauseTests
{
    private static readonly IReadOnlyList<Clause> Clauses = [.. new Regimes(new()).All.SelectMany(r => r.Clauses)];
    private static readonly Actor Me = Actor.System("test");

    // Moments around every change of the clocks in two years of Brussels, and anywhere else in twenty years.
    private static readonly Gen<DateTimeOffset> Moments = Gen.OneOf(
        Gen.Elements("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z").SelectMany(change => Gen.Choose(-200_000, 200_000).Select(s => DateTimeOffset.Parse(change).AddSeconds(s))),
        Gen.Choose(0, int.MaxValue / 4).Select(s => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(s)));

    private static readonly Gen<Clause> SomeClause = Gen.Elements(Clauses.ToArray());

    /// <summary>What happens to an obligation: time passes by so many seconds, then a person or the ladder does something.</summary>
    private static readonly Gen<List<(int Seconds, int Act)>> Lives = (from seconds in Gen.Choose(1, 400_000) from act in Gen.Choose(0, 3) select (seconds, act)).ListOf(12).Select(l => l.ToList());

    [Fact]
    public void It_is_always_due_at_the_same_moment_for_the_same_beginning_wherever_one_reads_it() => Check(
        from clause in SomeClause
        from moment in Moments
        from hours in Gen.Choose(-12, 14)
        select (clause, moment, hours),
        x => x.clause.Due.After(x.moment) == x.clause.Due.After(x.moment.ToOffset(TimeSpan.FromHours(x.hours))) && x.clause.Due.After(x.moment) > x.moment && x.clause.Due.After(x.moment).Offset == TimeSpan.Zero);

    [Fact]
    public void Who_begins_later_is_never_due_earlier_but_where_the_calendar_itself_folds() => Check(
        from clause in SomeClause
        from moment in Moments
        from later in Gen.Choose(0, 200_000)
        select (clause, moment, later: moment.AddSeconds(later)),
        x =>
        {
            // Six months after the evening of 30 March and the morning of 31 March is 30 September, evening and morning.
            // 02:50 comes before the second 02:10 on the night when clocks are set back, and a day later after it.
            var (due, twice) = (x.clause.Due, x.clause.Due.Calendar.Zone.IsAmbiguousTime(x.moment));
            var folds = (due.Months > 0 ? TimeSpan.FromDays(1) : TimeSpan.Zero) + (twice ? TimeSpan.FromHours(1) : TimeSpan.Zero);
            return due.After(x.later) >= due.After(x.moment) - folds;
        });

    [Fact]
    public void Hours_are_hours_and_days_are_the_calendar_s_by_at_most_the_change_of_the_clocks() => Check(
        from clause in SomeClause
        from moment in Moments
        select (clause, moment),
        x =>
        {
            var due = x.clause.Due;
            var naive = x.moment.AddMonths(due.Months).AddDays(due.Days) + due.Exact;
            var off = (due.After(x.moment) - naive).Duration();
            // A month may end on another day where the zone is on another day than UTC; days and hours may not.
            return due.Counted is CountedDays.Business || off <= (due.Months > 0 ? TimeSpan.FromDays(3) : due.Days > 0 ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        });

    [Fact]
    public void Whatever_happens_a_due_time_moves_only_when_a_pause_ends_and_by_exactly_its_length() => Check(
        from clause in SomeClause
        from moment in Moments
        from life in Lives
        select (clause, moment, life),
        x =>
        {
            var now = x.moment;
            var owed = Obligation.Open(x.clause, new("test", "1"), "somebody", null, now, x.clause.Due.After(now), now);
            var (first, expected) = (owed.DueAt, owed.DueAt);
            DateTimeOffset? stands = null;
            foreach (var (seconds, act) in x.life)
            {
                now = now.AddSeconds(seconds);
                switch (act)
                {
                    case 0:
                        while (owed.NextRungAt <= now)
                        {
                            owed.Climb(now);
                        }

                        break;
                    case 1 when stands is null && owed.State is ObligationState.Open && now < owed.DueAt:
                        stands = owed.StandStill("a question", Me, now).StartsAt;
                        break;
                    case 2 when stands is { } since:
                        owed.RunAgain(now);
                        (expected, stands) = (expected + (now - since), null);
                        break;
                    case 3:
                        owed.Assign("somebody");
                        break;
                    default:
                        break;
                }

                if (owed.DueAt != expected || owed.FirstDueAt != first || owed.NextRungAt > stands)
                {
                    return false;
                }
            }

            return true;
        });

    [Fact]
    public void What_the_house_rules_is_never_given_out_as_the_law_s() => Assert.All(Clauses.Where(c => c.Cites.StartsWith("house rule", StringComparison.Ordinal)), c => Assert.Equal(DueBy.House, c.DueBy));

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) => Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
