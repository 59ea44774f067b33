using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-index-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "signals.index");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(30_000)]
    public async Task An_index_comes_back_as_it_was(int count)
    {
        var hashes = new Hashes(HashKind.Clustered, seed: 40).Take(count);
        var index = new HammingIndex(hashes, [.. Enumerable.Range(0, count)]);
        var later = new Hashes(HashKind.Clustered, seed: 41).Take(500);
        for (var i = 0; i < later.Length; i++)
            index.Add(later[i], 1_000_000 + i);
        for (var i = 0; i < count; i += 3)
            Assert.True(index.Remove(hashes[i], i));
        Assert.True(index.Remove(later[7], 1_000_007));

        await index.SaveAsync(Path, "up to 17"u8.ToArray());
        var opened = HammingIndex.Open(Path, out var note);
        Assert.Equal("up to 17"u8, note);
        Assert.Equal(index.Count, opened.Count);
        for (var radius = 0; radius < 64; radius++)
            Same(index, opened, later[radius], radius);
        Assert.Equal([System.IO.Path.GetFileName(Path)], Directory.GetFiles(_folder).Select(System.IO.Path.GetFileName));
    }

    [Fact]
    public async Task An_opened_index_takes_additions_and_removals_and_is_saved_again_over_the_file_it_came_from()
    {
        var hashes = new Hashes(HashKind.Random, seed: 42).Take(12_000);
        await new HammingIndex(hashes, [.. Enumerable.Range(0, hashes.Length)]).SaveAsync(Path);
        var index = HammingIndex.Open(Path, out _);
        var more = new Hashes(HashKind.Random, seed: 43).Take(HammingIndex.LongestTail + 1);
        for (var i = 0; i < more.Length; i++)
            index.Add(more[i], 50_000 + i);
        for (var i = 0; i < 6_000; i++)
            Assert.True(index.Remove(hashes[i], i));
        await index.SaveAsync(Path);
        await index.SettleAsync();
        var again = HammingIndex.Open(Path, out var note);
        Assert.Empty(note);
        Assert.Equal(6_000 + more.Length, again.Count);
        await again.SettleAsync();
        foreach (var at in new[] { 0, 5_999, 6_000, 11_999 })
        {
            Same(index, again, hashes[at], 0);
            Assert.Equal(at >= 6_000, again.Find(hashes[at], 0).Count == 1);
        }
        Same(index, again, more[^1], 31);
    }

    [Fact]
    public async Task What_comes_after_the_call_is_not_in_the_snapshot()
    {
        var hashes = new Hashes(HashKind.Random, seed: 44).Take(3);
        var index = new HammingIndex(hashes.AsSpan(0, 2), [0, 1]);
        var saving = index.SaveAsync(Path);
        index.Add(hashes[2], 2);
        Assert.True(index.Remove(hashes[0], 0));
        await saving;
        var opened = HammingIndex.Open(Path, out _);
        Assert.Single(opened.Find(hashes[0], 0));
        Assert.Empty(opened.Find(hashes[2], 0));
    }

    [Fact]
    public async Task Any_altered_byte_is_noticed()
    {
        var hashes = new Hashes(HashKind.Random, seed: 45).Take(400);
        await new HammingIndex(hashes, [.. Enumerable.Range(0, 400)]).SaveAsync(Path);
        var whole = await File.ReadAllBytesAsync(Path);
        for (var at = 0; at < whole.Length; at = at < IndexHeader.Bytes ? at + 1 : at * 9 / 8)
        {
            if (at is >= 96 and < IndexHeader.Bytes or >= 12 and < 16)
                continue; // nothing stands there
            var altered = whole.ToArray();
            altered[at] ^= 1;
            await File.WriteAllBytesAsync(Path, altered);
            Assert.Throws<InvalidDataException>(() => HammingIndex.Open(Path, out _));
        }
    }

    [Fact]
    public async Task A_torn_a_foreign_and_a_missing_file_are_refused_with_the_reason()
    {
        var hashes = new Hashes(HashKind.Random, seed: 46).Take(400);
        await new HammingIndex(hashes, [.. Enumerable.Range(0, 400)]).SaveAsync(Path);
        var whole = await File.ReadAllBytesAsync(Path);
        await Refused(whole[..^1], "torn");
        await Refused([.. whole, 0], "torn");
        await Refused(whole[..100], "not a snapshot");
        await Refused([], "not a snapshot");
        await Refused([.. "some text"u8, .. new byte[5000]], "not a snapshot");
        var other = whole.ToArray();
        other[8]++;
        await Refused(other, "version");
        (other[8], other[11]) = (0, whole[8]);
        await Refused(other, "order of bytes");
        File.Delete(Path);
        Assert.Throws<FileNotFoundException>(() => HammingIndex.Open(Path, out _));

        async Task Refused(byte[] bytes, string reason)
        {
            await File.WriteAllBytesAsync(Path, bytes);
            Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => HammingIndex.Open(Path, out _)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_snapshot_that_is_given_up_leaves_the_older_one()
    {
        var hashes = new Hashes(HashKind.Random, seed: 47).Take(40);
        await new HammingIndex(hashes, [.. Enumerable.Range(0, 40)]).SaveAsync(Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new HammingIndex().SaveAsync(Path, cancellation: new(canceled: true)));
        await Assert.ThrowsAnyAsync<IOException>(() => new HammingIndex().SaveAsync(System.IO.Path.Combine(_folder, "none", "x")));
        Assert.Equal(40, HammingIndex.Open(Path, out _).Count);
        Assert.Single(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Same(HammingIndex one, HammingIndex other, PdqHash query, int radius) => Assert.Equal(
        one.Find(query, radius).OrderBy(near => near.Value), other.Find(query, radius).OrderBy(near => near.Value));
}
