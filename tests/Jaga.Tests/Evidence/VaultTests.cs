using Jaga.Evidence;

namespace Jaga.Tests.Evidence;

public sealed class VaultTests
{
    private const int Chunk = 256 * 1024;

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Kept_evidence_has_its_digests_and_opens_only_with_a_line_that_says_who_and_why(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep("abc"u8.ToArray());

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", kept.Sha256);
        Assert.Equal("a9993e364706816aba3e25717850c26c9cd0d89d", kept.Sha1);
        Assert.Equal("900150983cd24fb0d6963f7d28e17f72", kept.Md5);
        Assert.Equal("abc"u8.ToArray(), await jaga.Read(kept.Id));
        Assert.Equal(["evidence.kept", "evidence.opened"], await jaga.Custody(kept.Subject));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<Vault, Stream>(v => v.Open(kept.Id, EvidenceSteps.Somebody, " ", default)));
        await Assert.ThrowsAsync<NotFound>(() => jaga.Read(Id<VaultObject>.New(jaga.Clock)));
        Assert.DoesNotContain("abc", await File.ReadAllTextAsync(Assert.Single(jaga.Files())), StringComparison.Ordinal);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(Chunk - 1), InlineData(Chunk), InlineData(Chunk + 1), InlineData(3 * Chunk)]
    public async Task Content_of_any_length_comes_back_whole_and_from_any_place(int length)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bytes = EvidenceSteps.Bytes(length);
        var kept = await jaga.Keep(bytes);
        Assert.Equal(bytes, await jaga.Read(kept.Id));
        await using var content = await jaga.Ask<Vault, Stream>(v => v.Open(kept.Id, EvidenceSteps.Somebody, "a part", default));
        foreach (var at in new[] { length / 3, length / 2, 0, Math.Max(0, length - 1) })
        {
            content.Position = at;
            var part = new byte[Math.Min(1000, length - at)];
            await content.ReadExactlyAsync(part);
            Assert.Equal(bytes[at..(at + part.Length)], part);
        }

        await jaga.Turn<ScrubVault>();
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db => Assert.Equal((BlobState.Whole, jaga.Clock.Now), await db.VaultBlobs.Select(b => ValueTuple.Create(b.State, b.CheckedAt)).SingleAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_same_content_is_stored_once_and_each_keeping_has_its_own_custody(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bytes = EvidenceSteps.Bytes(1000);
        var kept = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => jaga.Keep(bytes, about: new("item", $"{i}")))));

        Assert.Equal(12, kept.Select(k => k.Id).Distinct().Count());
        Assert.Single(kept.Select(k => k.BlobId).Distinct());
        Assert.Single(jaga.Files());
        Assert.Equal(bytes, await jaga.Read(kept[3].Id));
        Assert.Equal(["evidence.kept", "evidence.opened"], await jaga.Custody(kept[3].Subject));
        Assert.Equal(["evidence.kept"], await jaga.Custody(kept[4].Subject));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_crash_left_between_the_file_and_the_commit_is_swept_away_a_day_later_and_nothing_else_is(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep(EvidenceSteps.Bytes(10, 1));
        await Assert.ThrowsAsync<TimeoutException>(() => jaga.In<bool>(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            await scope.GetRequiredService<Vault>().Keep(EvidenceSteps.Bytes(10, 2), "image/png", EvidenceSteps.Case, EvidenceSteps.Somebody, "", null, default);
            throw new TimeoutException("The process dies here.");
        }));
        await jaga.In(scope => scope.GetRequiredService<Vault>().Put(new MemoryStream(EvidenceSteps.Bytes(10, 3)), default));

        await jaga.Do(async db => Assert.Equal([kept.Id], await db.VaultObjects.Select(o => o.Id).ToListAsync()));
        Assert.Equal(3, jaga.Files().Length);
        jaga.Clock.Advance(SweepOrphans.Age - TimeSpan.FromMinutes(1));
        await jaga.Turn<SweepOrphans>();
        Assert.Equal(3, jaga.Files().Length);
        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await jaga.Turn<SweepOrphans>();
        Assert.Single(jaga.Files());
        Assert.Equal(EvidenceSteps.Bytes(10, 1), await jaga.Read(kept.Id));
    }

    public static TheoryData<string, Func<byte[], byte[]>> Damage() => new()
    {
        { "a byte of the mark", Flip(3) },
        { "a byte of the id", Flip(12) },
        { "a byte of the first chunk", Flip(32) },
        { "a byte in the middle", Flip(Chunk + 700) },
        { "the last byte", b => Flip(b.Length - 1)(b) },
        { "the end cut off", b => b[..^1] },
        { "the last chunk cut off", b => b[..(32 + (2 * (Chunk + 16)))] },
        { "a byte added", b => [.. b, 0] },
        { "two chunks swapped", b => [.. b[..32], .. b[(32 + Chunk + 16)..(32 + (2 * (Chunk + 16)))], .. b[32..(32 + Chunk + 16)], .. b[(32 + (2 * (Chunk + 16)))..]] },
        { "a chunk repeated", b => [.. b[..(32 + Chunk + 16)], .. b[32..(32 + Chunk + 16)], .. b[(32 + (2 * (Chunk + 16)))..]] },
        { "nothing left", _ => [] },
    };

    [Theory, MemberData(nameof(Damage))]
    public async Task A_file_altered_on_the_disk_is_found_by_the_scrub_and_healed_when_the_same_content_comes_again(string what, Func<byte[], byte[]> damage)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bytes = EvidenceSteps.Bytes((2 * Chunk) + 5000);
        var kept = await jaga.Keep(bytes);
        var file = Assert.Single(jaga.Files());
        await File.WriteAllBytesAsync(file, damage(await File.ReadAllBytesAsync(file)));

        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        Assert.True((await jaga.Custody(kept.Subject)).Contains("evidence.altered"), what);
        if (what is not ("a byte of the mark" or "a byte of the id"))
        {
            // The header is bound into every chunk from the row, so the content opens even where the mark was spoilt.
            await Assert.ThrowsAsync<EvidenceAltered>(() => jaga.Read(kept.Id));
        }

        await jaga.Keep(bytes);
        Assert.Equal(bytes, await jaga.Read(kept.Id));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_missing_file_is_an_alarm_and_a_restored_one_the_end_of_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (kept, other) = (await jaga.Keep(EvidenceSteps.Bytes(100, 1)), await jaga.Keep(EvidenceSteps.Bytes(100, 2)));
        var files = jaga.Files().Order(StringComparer.Ordinal).ToList();
        var aside = Path.Combine(jaga.Data, "aside");
        foreach (var file in files)
        {
            File.Move(file, $"{aside}{files.IndexOf(file)}");
        }

        await Assert.ThrowsAsync<EvidenceAltered>(() => jaga.Read(kept.Id));
        Assert.Equal(["evidence.kept", "evidence.opened", "evidence.missed"], await jaga.Custody(kept.Subject));
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        Assert.Equal(["evidence.kept", "evidence.missed"], await jaga.Custody(other.Subject));

        // One file in the other's place is as wrong as none.
        File.Move($"{aside}0", files[1]);
        File.Move($"{aside}1", files[0]);
        await Assert.ThrowsAsync<EvidenceAltered>(() => jaga.Read(kept.Id));
        File.Move(files[0], $"{aside}1");
        File.Move(files[1], files[0]);
        File.Move($"{aside}1", files[1]);
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        Assert.Equal("evidence.restored", (await jaga.Custody(other.Subject))[^1]);
        Assert.Equal(EvidenceSteps.Bytes(100, 1), await jaga.Read(kept.Id));
    }

    [Fact]
    public async Task Sixty_four_mebibytes_pass_through_a_small_window()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var source = new Endless(64 * 1024 * 1024);
        var kept = await jaga.In(async scope =>
        {
            var bytes = await scope.GetRequiredService<Vault>().Put(source, default);
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            return await transaction.Commit(await scope.GetRequiredService<Vault>().Keep(bytes, "video/mp4", EvidenceSteps.Case, EvidenceSteps.Somebody, "", null, default), default);
        });

        Assert.Equal(64 * 1024 * 1024, kept.Length);
        Assert.InRange(source.LargestRead, 1, Chunk);
        await using var content = await jaga.Ask<Vault, Stream>(v => v.Open(kept.Id, EvidenceSteps.Somebody, "all of it", default));
        Assert.Equal(kept.Sha256, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content)));
    }

    [Fact]
    public async Task What_is_longer_than_evidence_may_be_is_refused_and_leaves_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: ("Evidence:MaxObjectBytes", "1048576"));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Keep(EvidenceSteps.Bytes((1024 * 1024) + 1)));
        Assert.Empty(jaga.Files());
        await jaga.Keep(EvidenceSteps.Bytes(1024 * 1024));
    }

    [Fact]
    public async Task Evidence_is_kept_in_a_transaction_and_opened_outside_of_one()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var kept = await jaga.Keep([1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => jaga.Ask<Vault, VaultObject>(v => v.Keep(new byte[] { 1 }, "image/png", EvidenceSteps.Case, EvidenceSteps.Somebody, "", null, default)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            return await scope.GetRequiredService<Vault>().Open(kept.Id, EvidenceSteps.Somebody, "to look", default);
        }));
    }

    [Fact]
    public async Task Without_the_master_key_a_copy_of_database_and_vault_opens_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var kept = await jaga.Keep([1, 2, 3]);
        await jaga.Do(async db =>
        {
            var blob = await db.VaultBlobs.SingleAsync();
            var stranger = new MasterKeyEnvelope(new MasterKey(new StorageSettings { Data = Path.Combine(jaga.Data, "elsewhere") }, new SecretSettings()));
            await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(async () => await stranger.Unwrap(blob.File, blob.WrappedKey, default));
            var own = jaga.Services.GetServices<IKeyEnvelope>().First();
            await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(async () => await own.Unwrap(Guid.Empty, blob.WrappedKey, default));
            Assert.Equal(32, (await own.Unwrap(blob.File, blob.WrappedKey, default)).Length);
        });
        Assert.Equal([1, 2, 3], await jaga.Read(kept.Id));
    }

    private static Func<byte[], byte[]> Flip(int at) => bytes =>
    {
        bytes[at] ^= 1;
        return bytes;
    };

    private sealed class Endless(long length) : Stream
    {
        private long _left = length;

        public int LargestRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestRead = Math.Max(LargestRead, buffer.Length);
            var read = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..read].Fill((byte)_left);
            _left -= read;
            return ValueTask.FromResult(read);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
