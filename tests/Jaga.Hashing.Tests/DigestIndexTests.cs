namespace Jaga.Hashing.Tests;

public class DigestIndexTests
{
    private static readonly Digest A = Digests.Of("a"u8).Sha256, B = Digests.Of("b"u8).Md5;

    [Fact]
    public void What_was_added_is_found_and_what_was_removed_is_not()
    {
        var index = new DigestIndex();
        Assert.True(index.Add(A, 1));
        Assert.True(index.Add(A, 2));
        Assert.True(index.Add(B, 1));
        Assert.False(index.Add(A, 2));
        Assert.Equal([1, 2], index.Find(A));
        Assert.Equal([1], index.Find(B));
        Assert.Equal(3, index.Count);

        Assert.True(index.Remove(A, 1));
        Assert.False(index.Remove(A, 1));
        Assert.Equal([2], index.Find(A));
        Assert.True(index.Remove(A, 2));
        Assert.True(index.Find(A).IsEmpty);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public async Task Many_threads_add_to_one_digest_and_none_is_lost()
    {
        var index = new DigestIndex();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                index.Add(A, thread * 1000 + i);
                if (i % 2 == 0)
                    index.Remove(A, thread * 1000 + i);
            }
        })));
        Assert.Equal(1000, index.Count);
        Assert.Equal(1000, index.Find(A).Distinct().Count());
        Assert.All(index.Find(A), value => Assert.Equal(1, value % 2));
    }
}
