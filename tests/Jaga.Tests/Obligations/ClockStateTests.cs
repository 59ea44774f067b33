using FsCheck;
using FsCheck.Fluent;
using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

/// <summary>Whatever is done to an obligation, in whatever order: its clock moves by the pauses that people recorded, and by nothing else.</summary>
public sealed class ClockStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Clause[] Clauses = [.. new Regimes(new()).All.SelectMany(r => r.Clauses)];

    private enum Act
    {
        Wait,
        Walk,
        Pause,
        Resume,
    }

    [Fact]
    public void No_clock_moves_later_by_itself_and_a_pause_moves_it_by_exactly_its_own_length()
    {
        var cases = from clause in Gen.Elements(Clauses)
                    from acts in (from act in Gen.Elements(Enum.GetValues<Act>()) from share in Gen.Choose(1, 300) select (act, share)).ListOf(30)
                    select (clause, acts);
        Prop.ForAll(cases.ToArbitrary(), x => Lives(x.clause, x.acts)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static bool Lives(Clause clause, IEnumerable<(Act Act, int Share)> acts)
    {
        var (now, stood, since) = (Start, TimeSpan.Zero, Start);
        var owed = Obligation.Open(clause, Owing.Item, "somebody", null, Start, clause.Due.After(Start), Start);
        var fired = new List<Rung>();
        foreach (var (act, share) in acts)
        {
            now += (owed.FirstDueAt - owed.OpenedAt) * share / 1000;
            var (due, next, number, paused) = (owed.DueAt, owed.NextRungAt, owed.NextRung, owed.PausedAt is not null);
            switch (act)
            {
                case Act.Walk:
                    while (owed.NextRungAt <= now)
                    {
                        fired.Add(owed.Climb(now));
                    }

                    break;
                case Act.Pause when !paused && owed.State is ObligationState.Open && now < owed.DueAt:
                    owed.StandStill("A question was asked.", Owing.Tester, now);
                    since = now;
                    break;
                case Act.Resume when paused:
                    owed.RunAgain(now);
                    stood += now - since;
                    break;
                default:
                    break;
            }

            var resumed = act is Act.Resume && paused;
            if (owed.DueAt != (resumed ? due + (now - since) : due) || (owed.NextRung == number && !resumed && owed.NextRungAt is not null && owed.NextRungAt != next))
            {
                return false;
            }
        }

        // A rung is never acted on before its time, and none is told twice.
        return owed.DueAt == owed.FirstDueAt + stood && fired.All(r => r.FiredAt >= r.DueAt) && fired.Select(r => r.Number).Distinct().Count() == fired.Count
            && fired.Zip(fired.Skip(1)).All(p => p.First.DueAt <= p.Second.DueAt);
    }
}
