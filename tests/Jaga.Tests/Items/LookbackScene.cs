using System.Security.Cryptography;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Items.Fingerprints;
using Jaga.Items.Lookbacks;
using Jaga.Matching;
using Jaga.Media;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Items;

/// <summary>Short ways to what look-back does by its clocks.</summary>
internal static class LookbackScene
{
    public static PdqHash Hash(int number) => PdqHash.FromBytes(SHA256.HashData(BitConverter.GetBytes(number)));

    /// <summary>The hash with its first <paramref name="bits"/> bits changed.</summary>
    public static PdqHash Altered(PdqHash hash, int bits)
    {
        var bytes = hash.ToArray();
        for (var bit = 0; bit < bits; bit++)
        {
            bytes[bit * 7 % 256 / 8] ^= (byte)(1 << bit * 7 % 8);
        }

        return PdqHash.FromBytes(bytes);
    }

    /// <summary>An item as if it had been checked, knowing nothing of any bank unless <paramref name="seq"/> says so.</summary>
    public static Task<Item> Keep(this JagaHost jaga, string id, PdqHash? pdq = null, MediaReading? reading = null, byte[]? md5 = null, byte[]? sha256 = null, int quality = 90, long seq = 0, MatchQuery? query = null) => jaga.Ask<Db, Item>(async db =>
    {
        var item = new Item
        {
            Id = Id<Item>.New(jaga.Clock.Now), ExternalId = id, ReceivedAt = jaga.Clock.Now, Outcome = "hashesOnly", SentBy = "test", Md5 = md5, Sha256 = sha256,
            Pdq = (reading?.Pdq?.Hash ?? pdq)?.ToArray(), Quality = reading?.Pdq?.Quality ?? (pdq is null ? null : quality),
        };
        await using var transaction = await db.Begin(default);
        db.Add(item);
        await FingerprintTail.Keep(db, KeptFingerprints.Of(item, query ?? (reading is null ? new() : MatchQuery.Of(reading)), seq), item.ReceivedAt, default);
        return await transaction.Commit(item, default);
    });

    /// <summary>Packs what is in the tail into a block of its own.</summary>
    public static Task Block(this JagaHost jaga) => jaga.Do(async db =>
    {
        await using var transaction = await db.Begin(default);
        await new PackFingerprints(db).All(await Marks.Seq(db, default), default);
        await transaction.Commit(default);
    });

    public static Task<AddSignals.Answer> Signals(this JagaHost jaga, BankAnswer bank, params AddSignals.Written[] signals) =>
        jaga.Ask<AddSignals, AddSignals.Answer>(add => add.Run(bank.Id, new("test", signals), BankScene.Operator, default));

    public static Task<AddSignals.Answer> Signals(this JagaHost jaga, BankAnswer bank, params PdqHash[] signals) =>
        jaga.Signals(bank, [.. signals.Select(s => new AddSignals.Written(s.ToString(), "pdq"))]);

    public static Task Begin(this JagaHost jaga) => jaga.Ask<BeginLookback, bool>(begin => begin.Run(default));

    public static Task<int> Search(this JagaHost jaga) => jaga.Services.GetRequiredService<LookbackRunner>().RunDue(default);

    /// <summary>Takes what arrived, and searches for it.</summary>
    public static async Task LookBack(this JagaHost jaga)
    {
        await jaga.Begin();
        await jaga.Search();
    }

    public static Task<IReadOnlyList<ReadLookbacks.Row>> Lookbacks(this JagaHost jaga) =>
        jaga.Ask<ReadLookbacks, IReadOnlyList<ReadLookbacks.Row>>(async read => (await read.Run(new(null, 200), default)).Rows);

    /// <summary>What stands on the desk: subject, how it was found, signal, distance, variant.</summary>
    public static Task<List<Met>> OnTheDesk(this JagaHost jaga) => jaga.Ask<Db, List<Met>>(db =>
        db.Findings.Join(db.Cases, f => f.Case, c => c.Id, (f, c) => new Met(c.About.Id, f.Source.Kind, f.Signal, f.Distance, f.Variant)).ToListAsync());

    public sealed record Met(string Subject, string By, string Signal, int Distance, string Variant);
}
