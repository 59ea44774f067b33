using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>A sieve marks what a comparison with every hash would mark, and nothing else.</summary>
public sealed class HammingSieveTests
{
    [Theory, InlineData(HashKind.Random), InlineData(HashKind.HalfWeight), InlineData(HashKind.Clustered), InlineData(HashKind.Sparse)]
    public void It_marks_what_a_linear_scan_marks(HashKind kind)
    {
        foreach (var radius in (int[])[0, 1, 15, 16, 31, 32, 47, 48, 63])
        {
            var hashes = new Hashes(kind, 100 + radius);
            var few = hashes.Take(200);
            // Near ones at every distance round the radius, and strangers.
            PdqHash[] many = [.. few.Select((hash, i) => hashes.Altered(hash, Math.Max(0, radius - 3 + i % 7))), .. hashes.Take(300)];
            var marks = new bool[many.Length];

            new HammingSieve(few, radius).Mark(many, marks);

            Assert.Equal(many.Select(hash => few.Any(one => one.DistanceTo(hash) <= radius)), marks);
        }
    }

    [Fact]
    public void At_every_distance_from_0_to_63_nothing_is_missed()
    {
        var hashes = new Hashes(HashKind.HalfWeight, 7);
        var few = hashes.Take(20);
        for (var distance = 0; distance <= HammingSieve.LargestRadius; distance++)
        {
            var many = few.Select(hash => hashes.Altered(hash, distance)).ToArray();
            var marks = new bool[many.Length];
            new HammingSieve(few, distance).Mark(many, marks);
            Assert.All(marks, Assert.True);
        }
    }

    [Fact]
    public void Marks_that_are_set_stay_and_an_empty_sieve_sets_none()
    {
        var hashes = new Hashes(HashKind.Random, 3).Take(4);
        bool[] marks = [true, false, true, false];
        new HammingSieve([], 31).Mark(hashes, marks);
        new HammingSieve(hashes.AsSpan(3), 31).Mark(hashes, marks);
        Assert.Equal([true, false, true, true], marks);
    }

    [Fact]
    public void What_it_cannot_do_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HammingSieve(new PdqHash[HammingSieve.MostHashes + 1], 31));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HammingSieve([], 64));
        Assert.Throws<ArgumentException>(() => new HammingSieve([], 31).Mark(new PdqHash[2], new bool[1]));
    }
}
