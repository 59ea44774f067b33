using FsCheck;
using FsCheck.Fluent;
using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

public class HammingIndexTests
{
    [Theory]
    [InlineData(0, HammingIndex.FullBytesPerHash)]
    [InlineData(1, HammingIndex.FullBytesPerHash)]
    [InlineData(5, HammingIndex.CompactBytesPerHash)]
    [InlineData(500, HammingIndex.FullBytesPerHash)]
    [InlineData(20_000, HammingIndex.FullBytesPerHash)]
    [InlineData(10_000, HammingIndex.CompactBytesPerHash)]
    public void Every_neighbour_is_found_at_every_distance_and_nothing_else(int count, int bytesPerHash)
    {
        foreach (var kind in Enum.GetValues<HashKind>())
        {
            var hashes = new Hashes(kind, seed: count + 1).Take(count);
            var index = new HammingIndex(hashes, [.. Enumerable.Range(0, count)], bytesPerHash);
            Assert.Equal(count, index.Count);
            var random = new Hashes(HashKind.Random, seed: count + 2);
            (PdqHash, int)[] list = [.. hashes.Select((hash, value) => (hash, value))];
            for (var distance = 0; distance < 64; distance++)
            {
                var query = count == 0 ? random.Next() : random.Altered(hashes[random.Below(count)], distance);
                Agree(index, list, query, distance);
                Agree(index, list, query, 31);
            }
        }
    }

    [Fact]
    public void A_planted_neighbour_is_found_from_every_direction()
    {
        // The planted hash differs from the query in bits that are chosen to fall into as few slots as possible.
        var random = new Hashes(HashKind.Random, seed: 77);
        var hashes = random.Take(9_000);
        var index = new HammingIndex(hashes, [.. Enumerable.Range(0, hashes.Length)]);
        for (var first = 0; first < PdqHash.Bits; first++)
            for (var step = 1; step <= 8; step++)
            {
                var bytes = hashes[first].ToArray();
                for (var i = 0; i < 31; i++)
                    bytes[(first + i * step) % 256 / 8] ^= (byte)(1 << (first + i * step) % 8);
                var query = PdqHash.FromBytes(bytes);
                Assert.Contains(index.Find(query, query.DistanceTo(hashes[first])), found => found.Value == first);
            }
    }

    [Fact]
    public void What_was_added_is_found_at_once_and_what_was_removed_is_not()
    {
        var index = new HammingIndex();
        var hash = PdqHash.Parse(new string('5', 64));
        Assert.Empty(index.Find(hash, 256));
        index.Add(hash, 7);
        index.Add(hash, 8);
        Assert.Equal([new(7, hash, 0), new(8, hash, 0)], index.Find(hash, 0));
        Assert.True(index.Remove(hash, 7));
        Assert.False(index.Remove(hash, 7));
        Assert.False(index.Remove(default, 8));
        Assert.Equal([new(8, hash, 0)], index.Find(hash, 31));
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public async Task A_pair_that_is_added_twice_is_found_twice_until_one_is_removed()
    {
        var index = new HammingIndex();
        var hash = PdqHash.Parse(new string('c', 64));
        for (var i = 0; i < 2 * HammingIndex.LongestTail; i++)
            index.Add(hash, i / 2);
        await index.SettleAsync();
        Assert.Equal(2, index.Find(hash, 3).Count(found => found.Value == 5));
        Assert.True(index.Remove(hash, 5));
        Assert.Single(index.Find(hash, 3), found => found.Value == 5);
        Assert.True(index.Remove(hash, 5));
        Assert.DoesNotContain(index.Find(hash, 3), found => found.Value == 5);
        Assert.Equal(2 * HammingIndex.LongestTail - 2, index.Find(hash, 31).Count);
    }

    [Fact]
    public async Task Additions_and_removals_in_any_order_leave_what_a_list_would_hold()
    {
        var hashes = new Hashes(HashKind.Clustered, seed: 5);
        var index = new HammingIndex();
        var kept = new List<(PdqHash Hash, int Value)>();
        for (var value = 0; value < 40_000; value++)
        {
            var hash = hashes.Next();
            index.Add(hash, value);
            kept.Add((hash, value));
            while (kept.Count > 20_000 || (kept.Count > 0 && hashes.Below(4) == 0))
            {
                var at = hashes.Below(kept.Count);
                Assert.True(index.Remove(kept[at].Hash, kept[at].Value));
                kept[at] = kept[^1];
                kept.RemoveAt(kept.Count - 1);
            }
            if (value % 5_000 == 0)
                Agree(index, kept, hashes.Next(), 31);
        }
        await index.SettleAsync();
        Assert.Equal(kept.Count, index.Count);
        for (var radius = 0; radius < 64; radius++)
            Agree(index, kept, hashes.Next(), radius);

        foreach (var (hash, value) in kept)
            Assert.True(index.Remove(hash, value));
        await index.SettleAsync();
        Assert.Equal(0, index.Count);
        Assert.Empty(index.Find(kept[0].Hash, 256));
    }

    [Fact]
    public Task Queries_are_exact_while_others_add_and_remove() => StaysExact(HashKind.Clustered, additions: 20_000, bytesPerHash: HammingIndex.FullBytesPerHash);

    [Theory]
    [InlineData(HashKind.Random, HammingIndex.FullBytesPerHash)]
    [InlineData(HashKind.HalfWeight, HammingIndex.FullBytesPerHash)]
    [InlineData(HashKind.Clustered, HammingIndex.CompactBytesPerHash)]
    [InlineData(HashKind.Sparse, HammingIndex.CompactBytesPerHash)]
    public Task Queries_are_exact_while_others_add_and_remove_for_long(HashKind kind, int bytesPerHash)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JAGA_LONG") == "1", "Takes minutes; JAGA_LONG=1 runs it.");
        return StaysExact(kind, additions: 150_000, bytesPerHash);
    }

    [Theory]
    [InlineData(HashKind.Random)]
    [InlineData(HashKind.HalfWeight)]
    [InlineData(HashKind.Clustered)]
    public void Every_neighbour_of_many_hashes_is_found_at_every_distance(HashKind kind)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JAGA_LONG") == "1", "Takes minutes; JAGA_LONG=1 runs it.");
        var from = new Hashes(kind, seed: 12);
        var hashes = from.Take(1_000_000);
        (PdqHash, int)[] list = [.. hashes.Select((hash, value) => (hash, value))];
        foreach (var bytesPerHash in new[] { HammingIndex.FullBytesPerHash, HammingIndex.CompactBytesPerHash })
        {
            var index = new HammingIndex(hashes, [.. Enumerable.Range(0, hashes.Length)], bytesPerHash);
            for (var radius = 0; radius < 64; radius++)
            {
                Agree(index, list, from.Altered(hashes[from.Below(hashes.Length)], radius), radius);
                Agree(index, list, from.Next(), radius);
            }
        }
    }

    [Fact]
    public void What_is_removed_during_a_merge_is_missing_once_from_what_it_builds()
    {
        var hash = PdqHash.Parse(new string('3', 64));
        var now = HammingSnapshot.Empty();
        for (var i = 0; i < 3; i++)
            now.Tail.Append(hash, value: 1);
        now.Remove(hash, 1);
        now = now.WithClosedTail();
        var merge = HammingMerge.Of(now);
        merge.NoteRemoval(now.Remove(hash, 1)!, hash, 1);
        now.Tail.Append(hash, value: 1);
        merge.NoteRemoval(now.Remove(hash, 1)!, hash, 1); // from the new tail: not the merge's business
        now.Tail.Append(hash, value: 2);
        Assert.Same(now, merge.AppliedTo(now)); // not built: nothing is lost

        merge.Build(HammingIndex.FullBytesPerHash, processors: 1);
        var found = new List<Neighbour>();
        now = merge.AppliedTo(now);
        now.Find(hash, 31, found);
        Assert.Equal([1, 2], found.Select(neighbour => neighbour.Value));
        Assert.Empty(now.Closed);
    }

    [Fact]
    public async Task What_is_mostly_removed_is_merged_away()
    {
        var hashes = new Hashes(HashKind.Random, seed: 8).Take(40_000);
        var index = new HammingIndex(hashes, [.. Enumerable.Range(0, hashes.Length)]);
        for (var value = 0; value < 30_000; value++)
            Assert.True(index.Remove(hashes[value], value));
        await index.SettleAsync();
        Assert.InRange(index.RowsHeld, 10_000, 20_000);
        Assert.Equal(10_000, index.Count);
        Assert.Equal(39_999, Assert.Single(index.Find(hashes[39_999], 20)).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Many_queries_at_once_find_what_each_finds_alone(int processors)
    {
        var hashes = new Hashes(HashKind.Clustered, seed: 9);
        var index = new HammingIndex(hashes.Take(3_000), [.. Enumerable.Range(0, 3_000)]);
        foreach (var count in new[] { 0, 1, 16, 333 })
        {
            var queries = hashes.Take(count);
            var found = index.Find(queries, 31, processors);
            Assert.Equal(queries.Select(query => index.Find(query, 31).Order(ByValue)), found.Select(near => near.Order(ByValue)));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Find(hashes.Take(1), 257));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Find(hashes.Take(1), 31, processors: -1));
        Assert.ThrowsAny<OperationCanceledException>(() => index.Find(hashes.Take(1), 31, cancellation: new(canceled: true)));
    }

    [Fact]
    public void Slots_cover_every_bit_once_and_thresholds_leave_no_gap() =>
        Prop.ForAll(Gen.Choose(0, 2_000_000_000).Select(count => Math.Max(1, count >> count % 31)).ToArbitrary(), count =>
        {
            foreach (var bytesPerHash in new[] { HammingIndex.FullBytesPerHash, HammingIndex.CompactBytesPerHash })
            {
                var layout = HammingLayout.For(count, bytesPerHash);
                var next = 0;
                foreach (var slot in layout.Slots)
                {
                    Assert.Equal(next, slot.Lowest);
                    Assert.InRange(slot.KeyBits, 1, Math.Min(slot.Width, HammingFlips.WidestKey));
                    next += slot.Width;
                }
                Assert.Equal(PdqHash.Bits, next);
                Assert.True(count < 10_000 || count > 100_000_000 || HammingLayout.BytesOf(layout.Slots, count) <= (long)count * bytesPerHash);
                for (var radius = 0; radius <= HammingLayout.LargestRadius; radius++)
                    if (layout.Reach(radius) is { } reach)
                        Assert.Equal(radius + 1, reach.Thresholds.Sum(threshold => threshold + 1));
                Assert.Null(layout.Reach(HammingLayout.LargestRadius + 1));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50).WithQuietOnSuccess(true));

    [Fact]
    public void A_slot_proposes_whatever_a_ring_of_thresholds_cannot_exclude()
    {
        // Among hashes as far away as the radius allows, each is proposed by some slot: with thresholds as far apart as they come.
        var random = new Hashes(HashKind.Random, seed: 10);
        foreach (var count in new[] { 100, 10_000, 1_000_000, 50_000_000 })
            foreach (var bytesPerHash in new[] { HammingIndex.FullBytesPerHash, HammingIndex.CompactBytesPerHash })
            {
                var layout = HammingLayout.For(count, bytesPerHash);
                for (var radius = 0; radius <= HammingLayout.LargestRadius; radius++)
                    for (var i = 0; i < 50 && layout.Reach(radius) is { } reach; i++)
                    {
                        var query = random.Next();
                        var hash = random.Altered(query, radius);
                        Assert.Contains(Enumerable.Range(0, layout.Slots.Length), slot => reach.Proposes(slot, layout.Slots[slot], hash, query));
                    }
            }
    }

    [Fact]
    public void Flips_are_all_the_masks_of_so_many_bits()
    {
        for (var bits = 0; bits <= HammingFlips.MostBits; bits++)
            Assert.Equal(
                Enumerable.Range(0, 1 << 11).Select(mask => (uint)mask).Where(mask => System.Numerics.BitOperations.PopCount(mask) == bits),
                HammingFlips.For(11).Changing(bits).ToArray().Order());
        Assert.Equal(24 * 23 * 22 / 6, HammingFlips.For(24).Changing(3).Length);
    }

    [Fact]
    public void Vectors_and_scalars_find_the_same_tags_near()
    {
        var random = new Random(11);
        var (wide, narrow) = (new ushort[HammingTags.MostBytes / 2], new byte[HammingTags.MostBytes]);
        for (var round = 0; round < 2_000; round++)
        {
            var tag = (ushort)random.Next(1 << 16);
            for (var i = 0; i < wide.Length; i++)
                wide[i] = (ushort)(random.Next(4) == 0 ? tag ^ 1 << random.Next(16) : random.Next(1 << 16));
            random.NextBytes(narrow);
            for (var most = 0; most <= HammingSlot.MostTagBits; most++)
            {
                Assert.Equal(HammingTags.NearScalar(ref wide[0], tag, most, HammingTags.BytesAtOnce / 2), HammingTags.Near(ref wide[0], tag, most));
                Assert.Equal(HammingTags.NearScalar(ref narrow[0], (byte)tag, most, HammingTags.BytesAtOnce), HammingTags.Near(ref narrow[0], (byte)tag, most));
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(257)]
    public void A_radius_that_no_distance_has_is_refused(int radius) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HammingIndex().Find(default, radius));

    [Fact]
    public void As_many_values_as_hashes_are_needed() =>
        Assert.Throws<ArgumentException>(() => new HammingIndex(new PdqHash[2], new int[3]));

    private static readonly Comparer<Neighbour> ByValue = Comparer<Neighbour>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static async Task StaysExact(HashKind kind, int additions, int bytesPerHash)
    {
        var hashes = new Hashes(kind, seed: 6);
        (PdqHash Hash, int Value)[] staying = [.. hashes.Take(2_000).Select((hash, value) => (hash, value))];
        var index = new HammingIndex(bytesPerHash);
        foreach (var (hash, value) in staying)
            index.Add(hash, value);
        using var over = new CancellationTokenSource();
        var writers = Enumerable.Range(1, 2).Select(writer => Task.Run(() =>
        {
            var others = new Hashes(kind, seed: 100 + writer);
            var mine = new Queue<(PdqHash Hash, int Value)>();
            for (var value = writer * 1_000_000; value < writer * 1_000_000 + additions && !over.IsCancellationRequested; value++)
            {
                var added = others.Next();
                mine.Enqueue((added, value));
                index.Add(added, value);
                if (mine.Count > 9_000)
                {
                    var (hash, old) = mine.Dequeue();
                    Assert.True(index.Remove(hash, old));
                }
                if (value % 100 == 0)
                    Assert.Contains(index.Find(added, 0), found => found.Value == value);
            }
            foreach (var (hash, value) in mine)
                Assert.True(index.Remove(hash, value));
        })).ToArray();

        var all = Task.WhenAll(writers);
        do
        {
            var query = hashes.Altered(staying[hashes.Below(staying.Length)].Hash, hashes.Below(40));
            var radius = hashes.Below(64);
            var found = index.Find(query, radius);
            Assert.Equal(Near(staying, query, radius), found.Where(neighbour => neighbour.Value < 1_000_000).Order(ByValue));
            Assert.All(found, neighbour => Assert.Equal(neighbour.Distance, neighbour.Hash.DistanceTo(query)));
            Assert.Equal(found.Count, found.Select(neighbour => neighbour.Value).Distinct().Count());
        }
        while (!all.IsCompleted);
        await over.CancelAsync();
        await all;
        await index.SettleAsync();
        Assert.Equal(staying.Length, index.Count);
        Agree(index, staying, staying[0].Hash, 256);
    }

    private static void Agree(HammingIndex index, IReadOnlyCollection<(PdqHash Hash, int Value)> list, PdqHash query, int radius) =>
        Assert.Equal(Near(list, query, radius), index.Find(query, radius).Order(ByValue));

    private static List<Neighbour> Near(IEnumerable<(PdqHash Hash, int Value)> list, PdqHash query, int radius)
    {
        var near = new List<Neighbour>();
        foreach (var (hash, value) in list)
            if (hash.DistanceTo(query) is var distance && distance <= radius)
                near.Add(new(value, hash, distance));
        near.Sort(ByValue);
        return near;
    }
}
