using System.Runtime.InteropServices;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Items.Fingerprints;
using Jaga.Matching;
using Jaga.Media;

namespace Jaga.Tests.Items;

/// <summary>Every check's fingerprints are kept, and packed into blocks without one being lost.</summary>
public sealed class FingerprintTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_check_keeps_its_fingerprints_and_packing_loses_none(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.CheckItems);
        for (var i = 0; i < 5; i++)
        {
            using var answer = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = $"i{i}" }, hashes = new { pdq = Banks.BankScene.Pdq(i), quality = 90, md5 = Banks.BankScene.Md5(i) } });
            Assert.True(answer.IsSuccessStatusCode);
        }

        // Too few for a block of their own: they stay in the tail until a look-back or their number asks for one.
        Assert.False(await jaga.Ask<PackFingerprints, bool>(pack => pack.Run(default)));
        await jaga.Do(async db =>
        {
            await using var transaction = await db.Begin(default);
            await new PackFingerprints(db).All(0, default);
            await transaction.Commit(default);
        });

        await jaga.Do(async db =>
        {
            Assert.Equal([0], await db.Database.SqlQuery<int>($"SELECT CAST(count(*) AS integer) AS \"Value\" FROM fingerprint_tail").ToListAsync());
            var heads = (await db.Database.SqlQuery<byte[]>($"SELECT heads AS \"Value\" FROM fingerprint_blocks").ToListAsync()).Single();
            var hashes = (await db.Database.SqlQuery<byte[]>($"SELECT hashes AS \"Value\" FROM fingerprint_blocks").ToListAsync()).Single();
            var kept = MemoryMarshal.Cast<byte, KeptHead>(heads).ToArray();
            var items = await db.Items.AsNoTracking().ToListAsync();
            Assert.Equal(items.Select(i => i.Id).Order(), kept.Select(k => k.Item).Order());
            for (var i = 0; i < kept.Length; i++)
            {
                var item = items.Single(of => of.Id == kept[i].Item);
                Assert.Equal(KeptHead.First(item.Md5), kept[i].Md5);
                Assert.Equal((0UL, 0UL, 1), (kept[i].Sha1, kept[i].Sha256, kept[i].Hashes));
                Assert.Equal(new KeptHash(PdqHash.FromBytes(item.Pdq), 90, HashForm.Alone), KeptHash.Read(hashes.AsSpan(i * KeptHash.Bytes)));
            }
        });
    }

    [Fact]
    public void A_picture_keeps_four_hashes_its_frames_one_each_and_its_row_by_its_id()
    {
        var eight = new PdqHash[Pdq.DihedralCount];
        var luma = new byte[64 * 64];
        new Random(7).NextBytes(luma);
        var quality = Pdq.HashAll(luma, 64, 64, 64, eight);
        var reading = new MediaReading
        {
            Outcome = MediaOutcome.Read, Reason = "", Format = "gif", Size = luma.Length, Digests = Digests.Of(luma), Pdq = new(eight[0], quality), Dihedral = eight,
            Frames = new([new(0, new(eight[0], quality), 0, 2), new(70_000, new(eight[3], 12), 70_000)]),
        };
        var item = new Item { Id = Id<Item>.New(DateTimeOffset.UnixEpoch), Pdq = eight[0].ToArray(), Quality = quality, Sha1 = reading.Digests.Sha1.ToArray() };

        var kept = KeptFingerprints.Of(item, MatchQuery.Of(reading), 9);

        var head = MemoryMarshal.Cast<byte, KeptHead>(kept.Heads)[0];
        Assert.Equal((KeptHead.Bytes, item.Id, 6, KeptHead.First(item.Sha1)), (kept.Heads.Length, head.Item, head.Hashes, head.Sha1));
        var hashes = Enumerable.Range(0, 6).Select(i => KeptHash.Read(kept.Hashes.AsSpan(i * KeptHash.Bytes))).ToList();
        Assert.Equal([HashForm.Picture, HashForm.FlipY, HashForm.Rotate180, HashForm.FlipX, HashForm.Frame, HashForm.Frame], hashes.Select(h => h.Form));
        Assert.Equal((0, 2, 70_000, 12), (hashes[4].Frame, hashes[4].Seen, hashes[5].Frame, hashes[5].Quality));

        // The crossed four are not kept: they are these with rows and columns exchanged.
        Assert.Equal<IEnumerable<PdqHash>>(eight, [eight[0], hashes[1].Hash.Transposed(), hashes[2].Hash, hashes[3].Hash.Transposed(), hashes[3].Hash, hashes[1].Hash, hashes[0].Hash.Transposed(), hashes[2].Hash.Transposed()]);
    }
}
