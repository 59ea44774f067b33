namespace Jaga.Hashing.Tests;

public class VectorIndexTests
{
    [Fact]
    public void Every_vector_within_the_radius_is_found_and_nothing_else_while_others_come_and_go()
    {
        var random = new Random(20261122);
        var centres = Enumerable.Range(0, 20).Select(_ => Random(random)).ToArray();
        var index = new VectorIndex();
        var held = new List<(byte[] Vector, int Value)>();
        for (var value = 0; value < 6_000; value++)
        {
            var vector = Near(centres[random.Next(20)], random.Next(60), random);
            index.Add(vector, value);
            held.Add((vector, value));
            if (value % 5 == 0)
            {
                var gone = random.Next(held.Count);
                Assert.True(index.Remove(held[gone].Vector, held[gone].Value));
                Assert.False(index.Remove(held[gone].Vector, held[gone].Value));
                held.RemoveAt(gone);
            }
        }

        Assert.Equal(held.Count, index.Count);
        var near = new List<VectorNeighbour>();
        foreach (var radius in (double[])[0, 10.5, 100, 250, 400, 3060])
            for (var i = 0; i < 5; i++)
            {
                var query = i == 0 ? held[7].Vector : Near(centres[random.Next(20)], random.Next(60), random);
                near.Clear();
                index.Find(query, radius, near);
                Assert.Equal(
                    held.Select(h => (h.Value, Distance: Slow(h.Vector, query))).Where(h => h.Distance <= radius).Order(),
                    near.Select(n => (n.Value, n.Distance)).Order());
            }
    }

    [Fact]
    public void The_distance_is_the_root_of_the_squares()
    {
        var (low, high) = (new byte[VectorIndex.Bytes], Enumerable.Repeat((byte)255, VectorIndex.Bytes).ToArray());
        Assert.Equal(3060, VectorIndex.DistanceBetween(low, high));
        high[0] = 3;
        high.AsSpan(1).Clear();
        high[143] = 4;
        Assert.Equal(5, VectorIndex.DistanceBetween(low, high));
    }

    [Fact]
    public void What_is_no_vector_is_refused()
    {
        var index = new VectorIndex();
        Assert.Throws<ArgumentException>(() => index.Add(new byte[143], 1));
        Assert.Throws<ArgumentException>(() => index.Find(new byte[145], 1, []));
        Assert.ThrowsAny<ArgumentException>(() => index.Find(new byte[144], -1, []));
        Assert.ThrowsAny<ArgumentException>(() => index.Find(new byte[144], double.NaN, []));
        Assert.ThrowsAny<ArgumentException>(() => index.Add(new byte[144], -1));
    }

    private static double Slow(byte[] one, byte[] other) => Math.Sqrt(one.Zip(other).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));

    private static byte[] Random(Random random)
    {
        var vector = new byte[VectorIndex.Bytes];
        random.NextBytes(vector);
        return vector;
    }

    private static byte[] Near(byte[] centre, int spread, Random random) => [.. centre.Select(one => (byte)Math.Clamp(one + random.Next(-spread, spread + 1), 0, 255))];
}
