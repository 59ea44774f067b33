using System.Globalization;
using System.Text;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Items.Fingerprints;
using Jaga.Kernel;

namespace Jaga.Server.Cli.Bench;

/// <summary>
/// Fills an empty store as if very many pictures had been checked, by the fast way: whole blocks, and rows of items only where something is planted. Every picture has its
/// own hash and its three mirrored ones, random, as <see cref="KeptFingerprints"/> keeps them.
/// </summary>
internal sealed class LookbackStore(IServiceProvider parts, int seed)
{
    private const int HashesOfPicture = 4;

    private readonly Random _random = new(seed);
    private readonly List<PdqHash> _signals = [];

    /// <summary>Keeps <paramref name="pictures"/> checks, evenly among them <paramref name="planted"/> that a signal is near to: at every distance from 0 to 31, turned in every way.</summary>
    public async Task Fill(int pictures, int planted, Action<double> progress, CancellationToken ct)
    {
        var every = planted == 0 ? int.MaxValue : pictures / planted;
        for (var first = 0; first < pictures; first += PackFingerprints.MostItems)
        {
            var count = Math.Min(PackFingerprints.MostItems, pictures - first);
            await using var scope = parts.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            await using var transaction = await db.Begin(ct);
            var (heads, hashes) = Block(first, count, every, planted, db);
            await PackFingerprints.Insert(db, 0, db.Time(DateTimeOffset.UnixEpoch), heads, hashes, ct);
            await transaction.Commit(ct);
            progress((double)first / pictures);
        }
    }

    /// <summary>The signals, as a file to import: those that something is planted near, and strangers up to <paramref name="count"/>.</summary>
    public Stream Signals(int count)
    {
        while (_signals.Count < count)
        {
            _signals.Add(Random());
        }

        var csv = new StringBuilder("hash,algorithm,quality\n");
        foreach (var signal in _signals)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{signal},{SignalType.Pdq.Word()},100\n");
        }

        return new MemoryStream(Encoding.ASCII.GetBytes(csv.ToString()));
    }

    private (byte[] Heads, byte[] Hashes) Block(int first, int count, int every, int planted, Db db)
    {
        var (heads, hashes) = (new KeptHead[count], new byte[count * HashesOfPicture * KeptHash.Bytes]);
        _random.NextBytes(hashes);
        Span<byte> id = stackalloc byte[16];
        for (var i = 0; i < count; i++)
        {
            for (var form = 0; form < HashesOfPicture; form++)
            {
                var at = hashes.AsSpan(((i * HashesOfPicture) + form) * KeptHash.Bytes, KeptHash.Bytes);
                new KeptHash(PdqHash.FromBytes(at[..PdqHash.Bytes]), 100, (HashForm)form).Write(at);
            }

            _random.NextBytes(id);
            var item = new Id<Item>(new Guid(id));
            heads[i] = new(item, null, null, null, HashesOfPicture);
            if ((first + i) % every == 0 && _signals.Count < planted)
            {
                Plant(item, hashes.AsSpan(i * HashesOfPicture * KeptHash.Bytes), db);
            }
        }

        return (System.Runtime.InteropServices.MemoryMarshal.AsBytes<KeptHead>(heads).ToArray(), hashes);
    }

    private void Plant(Id<Item> id, ReadOnlySpan<byte> hashes, Db db)
    {
        var number = _signals.Count;
        var turned = KeptHash.Read(hashes.Slice(number % HashesOfPicture * KeptHash.Bytes, KeptHash.Bytes)).Hash;
        _signals.Add(Altered(number / HashesOfPicture % 2 == 0 ? turned : turned.Transposed(), number % 32));
        db.Add(new Item { Id = id, ExternalId = string.Create(CultureInfo.InvariantCulture, $"planted-{number}"), Outcome = "hashesOnly", Pdq = KeptHash.Read(hashes).Hash.ToArray(), Quality = 100, SentBy = "bench" });
    }

    private PdqHash Random()
    {
        Span<byte> bytes = stackalloc byte[PdqHash.Bytes];
        _random.NextBytes(bytes);
        return PdqHash.FromBytes(bytes);
    }

    private PdqHash Altered(PdqHash hash, int bits)
    {
        var bytes = hash.ToArray();
        foreach (var bit in Enumerable.Range(0, PdqHash.Bits).OrderBy(_ => _random.Next()).Take(bits))
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return PdqHash.FromBytes(bytes);
    }
}
