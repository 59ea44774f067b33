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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(5 * DigestIndex.FewRecent)]
    public async Task It_holds_what_a_dictionary_holds_after_any_additions_and_removals_and_after_a_snapshot(int changes)
    {
        var (random, index, model) = (new Random(7), new DigestIndex(), new Dictionary<Digest, HashSet<int>>());
        for (var i = 0; i < changes; i++)
        {
            // A third are alike in their first bits, as nobody's list is by chance; few digests, so that they meet again.
            var digest = Some(random.Next(changes / 2), alike: i % 3 == 0);
            var values = model.TryGetValue(digest, out var there) ? there : model[digest] = [];
            var value = random.Next(4);
            Assert.True(random.Next(3) > 0 ? index.Add(digest, value) == values.Add(value) : index.Remove(digest, value) == values.Remove(value));
        }
        var folder = Directory.CreateTempSubdirectory("jaga-digests-");
        try
        {
            var path = Path.Combine(folder.FullName, "digests");
            var saving = index.SaveAsync(path);
            var later = Some(-1, alike: false);
            Assert.True(index.Add(later, 9));
            await saving;
            Assert.True(index.Remove(later, 9));
            var all = index.All.ToList();
            foreach (var one in (DigestIndex[])[index, DigestIndex.Open(path), new([.. all.Select(a => a.Digest)], [.. all.Select(a => a.Value)])])
            {
                Assert.Equal(model.Sum(m => m.Value.Count), one.Count);
                Assert.All(model, m => Assert.Equal(m.Value.Order(), one.Find(m.Key).Order()));
                Assert.Equal(all.OrderBy(a => a.Digest.ToString()).ThenBy(a => a.Value), one.All.OrderBy(a => a.Digest.ToString()).ThenBy(a => a.Value));
                Assert.True(one.Find(later).IsEmpty);
                Assert.True(one.Add(later, 9));
                Assert.Equal([9], one.Find(later));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static Digest Some(int number, bool alike)
        {
            var algorithm = (DigestAlgorithm)(((number % 3) + 3) % 3);
            var bytes = Digests.Of(BitConverter.GetBytes(number))[algorithm].ToArray();
            if (alike)
                bytes.AsSpan(0, 6).Clear();
            return Digest.FromBytes(algorithm, bytes);
        }
    }

    [Fact]
    public async Task A_snapshot_that_is_altered_torn_or_of_another_kind_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-digests-");
        try
        {
            var path = Path.Combine(folder.FullName, "digests");
            await new DigestIndex([A, B], [1, 2]).SaveAsync(path);
            var whole = await File.ReadAllBytesAsync(path);
            Assert.Equal(2, DigestIndex.Open(path).Count);
            await File.WriteAllBytesAsync(path, [.. whole[..^1], (byte)(whole[^1] ^ 1)]);
            Assert.Throws<InvalidDataException>(() => DigestIndex.Open(path));
            await File.WriteAllBytesAsync(path, whole[..^1]);
            Assert.Throws<InvalidDataException>(() => DigestIndex.Open(path));
            await new HammingIndex().SaveAsync(path);
            Assert.Throws<InvalidDataException>(() => DigestIndex.Open(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Lookups_find_everything_while_tables_are_written()
    {
        var index = new DigestIndex();
        var digests = Enumerable.Range(0, 2 * DigestIndex.FewRecent).Select(i => Digests.Of(BitConverter.GetBytes(i)).Sha1).ToArray();
        var added = 0;
        var adding = Task.Run(() =>
        {
            for (var i = 0; i < digests.Length; i++)
            {
                index.Add(digests[i], i);
                Volatile.Write(ref added, i + 1);
            }
        });
        var random = new Random(8);
        while (!adding.IsCompleted)
            if (Volatile.Read(ref added) is > 0 and var some && random.Next(some) is var one)
                Assert.Equal([one], index.Find(digests[one]));
        await adding;
        Assert.Equal(digests.Length, index.Count);
    }
}
