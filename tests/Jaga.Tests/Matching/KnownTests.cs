using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Media;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

/// <summary>What is met and how it is told, without a database.</summary>
public sealed class KnownTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly PdqHash Bridge = PdqHash.Parse(BankScene.Pdq(1));

    [Fact]
    public void Every_bank_is_asked_by_its_own_distance_quality_and_switch()
    {
        var known = Of(
            (Bank(1, new() { Name = "near", MaxDistance = 5 }), [Pdq(Flip(Bridge, 6))]),
            (Bank(2, new() { Name = "far", MaxDistance = 40, OnMatch = OnMatch.Watch }), [Pdq(Flip(Bridge, 40))]),
            (Bank(3, new() { Name = "off", Enabled = false }), [Pdq(Bridge)]),
            (Bank(4, new() { Name = "strict", MinQuality = 90 }), [Pdq(Bridge)]),
            (Bank(5, new() { Name = "usual", OnMatch = OnMatch.Case }), [Pdq(Flip(Bridge, 31)), Pdq(Flip(Bridge, 32)), Pdq(Flip(Bridge, 3), quality: 20)]),
            (Bank(6, new() { Name = "none of it", EnabledRatio = 0 }), [Pdq(Bridge)]));

        Assert.Equal([("usual", 31), ("far", 40)], known.Find(Query(80)).Select(m => (m.BankName, m.Distance)));
        Assert.Equal([("strict", 0), ("usual", 31), ("far", 40)], known.Find(Query(90)).Select(m => (m.BankName, m.Distance)));
        Assert.Empty(known.Find(Query(49)));
        Assert.Empty(known.Find(new() { Pdq = new(default, 100) }));
    }

    [Fact]
    public void A_signal_is_told_once_at_its_least_distance_with_the_turn_that_made_it_so()
    {
        var known = Of((Bank(1, new() { Name = "b", MaxDistance = 31 }), [Pdq(Bridge)]));
        var eight = Enumerable.Range(0, 8).Select(i => Flip(Bridge, i == (int)Dihedral.FlipX ? 2 : 10 + i)).ToList();

        var match = Assert.Single(known.Find(new() { Pdq = new(eight[0], 80), Dihedral = eight, Frames = [(7, new(Flip(Bridge, 9), 80))] }));
        Assert.Equal((2, Dihedral.FlipX, (int?)null), (match.Distance, match.Variant, match.Frame));

        // The first frame of a film is a frame of it.
        Assert.Equal(0, Assert.Single(known.Find(new() { Pdq = new(eight[0], 80), Dihedral = eight, Film = new([new(0, new(eight[0], 80), 0)]) })).Frame);
        var frame = Assert.Single(known.Find(new() { Frames = [(3, new(Flip(Bridge, 9), 80)), (4, new(Flip(Bridge, 8), 80)), (5, new(Bridge, 10))] }));
        Assert.Equal((8, 4), (frame.Distance, frame.Frame));
    }

    [Fact]
    public void Matches_come_gravest_first_then_nearest_and_say_where_they_come_from()
    {
        var md5 = Convert.FromHexString(BankScene.Md5(9));
        var known = Of(
            (Bank(1, new() { Name = "watched", OnMatch = OnMatch.Watch, Labels = ["other"] }), [Pdq(Bridge)]),
            (Bank(2, new() { Name = "held", Labels = ["bridge"] }), [Pdq(Flip(Bridge, 9), labels: "wide bridge", entry: "E-9", member: "house"), new(0, 0, 0, SignalType.Md5, md5, null, "", "é 🌉", "")]));

        var found = known.Find(new() { Pdq = new(Bridge, 100), Digests = [Digest.FromBytes(DigestAlgorithm.Md5, md5)] });

        Assert.Equal([("held", SignalType.Md5, 0), ("held", SignalType.Pdq, 9), ("watched", SignalType.Pdq, 0)], found.Select(m => (m.BankName, m.Type, m.Distance)));
        Assert.Equal(("batch 2", "house", "E-9"), (found[1].Source, found[1].Member, found[1].Entry));
        Assert.Equal(["bridge", "wide"], found[1].Labels);
        Assert.Equal("é 🌉", found[0].Entry);
    }

    [Theory, InlineData(0.1), InlineData(0.5), InlineData(0.9)]
    public void A_share_of_a_bank_takes_part_always_the_same_and_about_as_much_as_was_said(double ratio)
    {
        List<int> Met()
        {
            var known = Of((Bank(1, new() { Name = "b", EnabledRatio = ratio, MaxDistance = 0 }), [.. Enumerable.Range(0, 4000).Select(i => Pdq(PdqHash.Parse(BankScene.Pdq(i))))]));
            return [.. Enumerable.Range(0, 4000).Where(i => known.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(i)), 100) }).Count == 1)];
        }

        var met = Met();
        Assert.InRange(met.Count / 4000.0, ratio - 0.05, ratio + 0.05);
        Assert.Equal(met, Met());
    }

    [Fact]
    public void What_a_comparison_with_every_signal_finds_is_found_and_nothing_else()
    {
        var random = new Random(7);
        var banks = Enumerable.Range(1, 5).Select(n => Bank(n, new() { Name = $"b{n}", MaxDistance = n * 12, MinQuality = n * 10 })).ToList();
        var centres = Enumerable.Range(0, 40).Select(i => PdqHash.Parse(BankScene.Pdq(i))).ToList();
        var signals = Enumerable.Range(0, 3000).Select(i => (Bank: banks[random.Next(5)], Hash: Scatter(centres[random.Next(40)], random.Next(70), random), Quality: random.Next(4) == 0 ? (int?)null : random.Next(101), Id: (long)i)).ToList();
        var known = new Known();
        known.Change(banks);
        foreach (var (n, part) in signals.Chunk(500).Index())
        {
            known.Add(new(n, 0, 0, 0, ""), part.Select(s => new FedSignal(s.Id, s.Bank.Number, n, SignalType.Pdq, s.Hash.ToArray(), s.Quality, "", "", "")));
        }

        for (var round = 0; round < 300; round++)
        {
            var query = new PdqFingerprint(Scatter(centres[random.Next(40)], random.Next(30), random), random.Next(101));
            var expected = signals
                .Where(s => query.Hash.DistanceTo(s.Hash) <= s.Bank.MaxDistance && query.Quality >= s.Bank.MinQuality && (s.Quality ?? 100) >= s.Bank.MinQuality)
                .Select(s => (s.Id, query.Hash.DistanceTo(s.Hash))).Order();
            Assert.Equal(expected, known.Find(new() { Pdq = query }).Select(m => (m.Signal, m.Distance)).Order());
        }
    }

    [Fact]
    public async Task What_stays_is_found_by_every_query_while_others_come_and_go()
    {
        var bank = Bank(1, new() { Name = "b" });
        var known = Of((bank, [.. Enumerable.Range(0, 2000).Select(i => Pdq(PdqHash.Parse(BankScene.Pdq(i))))]));
        using var done = new CancellationTokenSource();
        var coming = Task.Run(() =>
        {
            for (var batch = 100L; batch < 160; batch++)
            {
                var from = (int)batch * 1000;
                var signals = Enumerable.Range(from, 500).Select(i => new FedSignal(i, 1, batch, SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(i)), null, "", $"E-{i}", "")).ToList();
                known.Add(new(batch, 1, from, 500, "coming"), signals);
                foreach (var s in signals)
                {
                    known.Remove(new Signal { Id = s.Id, Type = s.Type, Value = s.Value });
                }
            }

            done.Cancel();
        });

        var asked = 0;
        while (!done.IsCancellationRequested)
        {
            var i = asked++ % 2000;
            Assert.Single(known.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(i)), 100) }));
            foreach (var passing in known.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(((100 + (asked % 60)) * 1000) + (asked % 500))), 100) }))
            {
                Assert.Equal($"E-{passing.Signal}", passing.Entry);
            }
        }

        await coming;
        Assert.Equal(2000, known.PdqCount);
    }

    [Fact]
    public void A_batch_counts_from_one_moment_on_and_one_that_breaks_off_never()
    {
        var known = Of((Bank(1, new() { Name = "b" }), []));
        var met = new List<int>();
        known.Add(new(2, 1, 0, 0, "whole"), Coming(3));
        Assert.Equal([0, 0, 0], met);
        Assert.Equal((1, false), (Met(0), known.IsSpoilt));

        Assert.Throws<InvalidDataException>(() => known.Add(new(3, 1, 0, 0, "broken"), Coming(3, first: 10).Concat(Breaking())));
        Assert.Equal((0, false, true), (Met(10), known.Holds(3), known.IsSpoilt));

        int Met(int number) => known.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(number)), 100) }).Count;

        IEnumerable<FedSignal> Coming(int count, int first = 0)
        {
            for (var i = first; i < first + count; i++)
            {
                yield return Pdq(PdqHash.Parse(BankScene.Pdq(i))) with { Id = i, Bank = 1 };
                met.Add(Met(first));
            }
        }

        static IEnumerable<FedSignal> Breaking()
        {
            foreach (var _ in (int[])[1])
            {
                throw new InvalidDataException("a film that cannot be read");
            }

            yield break;
        }
    }

    [Fact]
    public void What_a_licensed_hasher_made_of_a_file_is_compared_by_distance_with_the_banked_vectors()
    {
        var banked = new byte[VectorIndex.Bytes];
        new Random(3).NextBytes(banked);
        var known = Of((Bank(1, new() { Name = "licensed", VectorDistance = 20 }), [new(0, 0, 0, SignalType.PhotoDna, banked, null, "", "P-1", "")]));

        Assert.Equal(("P-1", 15), known.Find(Read(+15)).Select(m => (m.Entry, m.Distance)).Single());
        Assert.Empty(known.Find(Read(+25)));

        MatchQuery Read(int away)
        {
            var near = (byte[])banked.Clone();
            near[7] = (byte)(near[7] < 128 ? near[7] + away : near[7] - away);
            return MatchQuery.Of(new()
            {
                Outcome = MediaOutcome.Read, Reason = "", Format = "jpeg", Size = 1, Digests = Digests.Of([1]),
                External = [new("licensed", "photodna", Convert.ToHexStringLower(near), "")],
            });
        }
    }

    private static MatchQuery Query(int quality) => new() { Pdq = new(Bridge, quality) };

    private static Bank Bank(int number, BankWish wish) => Jaga.Banks.Bank.Create(number, BankOrigin.Own, wish, Now);

    private static FedSignal Pdq(PdqHash hash, int? quality = null, string labels = "", string entry = "", string member = "") =>
        new(0, 0, 0, SignalType.Pdq, hash.ToArray(), quality, labels, entry, member);

    private static Known Of(params (Bank Bank, FedSignal[] Signals)[] banks)
    {
        var known = new Known();
        known.Change([.. banks.Select(b => b.Bank)]);
        foreach (var (bank, signals) in banks)
        {
            known.Add(new(bank.Number, bank.Number, 0, 0, $"batch {bank.Number}"), signals.Select((s, i) => s with { Id = (bank.Number * 10_000) + i, Bank = bank.Number, Batch = bank.Number }));
        }

        return known;
    }

    private static PdqHash Flip(PdqHash hash, int bits)
    {
        var bytes = hash.ToArray();
        for (var i = 0; i < bits; i++)
        {
            bytes[i * 5 % 32] ^= (byte)(1 << (i / 32));
        }

        Assert.Equal(bits, hash.DistanceTo(PdqHash.FromBytes(bytes)));
        return PdqHash.FromBytes(bytes);
    }

    private static PdqHash Scatter(PdqHash hash, int flips, Random random)
    {
        var bytes = hash.ToArray();
        for (var i = 0; i < flips; i++)
        {
            bytes[random.Next(32)] ^= (byte)(1 << random.Next(8));
        }

        return PdqHash.FromBytes(bytes);
    }
}
