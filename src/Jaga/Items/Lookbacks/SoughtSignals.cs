using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>
/// The signals that a look-back searches for, laid out so that millions of kept hashes stream past them. They only propose: what is proposed is asked of the
/// <see cref="Matcher"/>, which holds the rules, and of its answer what is sought counts. A few too many proposed do no harm; none is left out.
/// </summary>
internal sealed class SoughtSignals
{
    /// <summary>Above this much memory for the sieves, the matcher is asked about every check: it has the same signals in memory already.</summary>
    private const long MostBytes = 128 * 1024 * 1024;

    private readonly Lookback _lookback;
    private readonly (long First, long End)[] _ids;
    private readonly Id<Bank>? _bank;
    private readonly List<HammingSieve> _sieves = [];
    private readonly DigestSieve _md5, _sha1, _sha256;
    private readonly int _leastQuality;

    private SoughtSignals(Lookback lookback, Id<Bank>? bank, IReadOnlyList<SignalBatch> batches, Dictionary<int, Bank> banks, Dictionary<int, List<PdqHash>> pdq, Dictionary<SignalType, List<ulong>> digests)
    {
        (_lookback, _bank) = (lookback, bank);
        _ids = [.. batches.Select(b => (b.FirstSignal, b.FirstSignal + b.Reserved))];
        (_md5, _sha1, _sha256) = (new(digests[SignalType.Md5]), new(digests[SignalType.Sha1]), new(digests[SignalType.Sha256]));
        _leastQuality = pdq.Count == 0 ? int.MaxValue : pdq.Keys.Min(b => banks[b].MinQuality);
        var byRadius = pdq.GroupBy(p => banks[p.Key].MaxDistance, p => p.Value).Select(g => (Radius: g.Key, Hashes: g.SelectMany(h => h).ToArray())).ToList();
        Everything = byRadius.Sum(r => HammingSieve.BytesOf(r.Hashes.Length, r.Radius)) > MostBytes;
        if (!Everything)
        {
            _sieves.AddRange(byRadius.SelectMany(r => r.Hashes.Chunk(HammingSieve.MostHashes).Select(some => new HammingSieve(some, r.Radius))));
        }
    }

    /// <summary>Whether so many are sought that every check is proposed.</summary>
    public bool Everything { get; }

    /// <summary>Whether only digests are sought, so that hashes need not be read.</summary>
    public bool OnlyDigests => !Everything && _sieves.Count == 0;

    /// <summary>Reads them. Signals of banks that are switched off or that allow are left out: they match nothing.</summary>
    public static async Task<SoughtSignals> Read(Db db, Lookback lookback, CancellationToken ct)
    {
        var banks = await db.Banks.AsNoTracking().ToDictionaryAsync(b => b.Number, ct);
        var batches = await db.SignalBatches.AsNoTracking()
            .Where(b => b.PublishedSeq > lookback.FromSeq && b.PublishedSeq <= lookback.ToSeq && (lookback.Bank == null || b.Bank == lookback.Bank)).ToListAsync(ct);
        var pdq = new Dictionary<int, List<PdqHash>>();
        var digests = new[] { SignalType.Md5, SignalType.Sha1, SignalType.Sha256 }.ToDictionary(t => t, _ => new List<ulong>());
        foreach (var batch in batches.Where(b => banks[b.Bank] is { Enabled: true, OnMatch: not OnMatch.Allow }))
        {
            var (first, end) = (batch.FirstSignal, batch.FirstSignal + batch.Reserved);
            var signals = db.Signals.AsNoTracking().Where(s => s.Id >= first && s.Id < end && s.Batch == batch.Number && s.RemovedAt == null).Select(s => new { s.Type, s.Value });
            await foreach (var signal in signals.AsAsyncEnumerable().WithCancellation(ct))
            {
                if (signal.Type is SignalType.Pdq)
                {
                    // Of a picture's eight hashes four are kept; the crossed ones are met by crossing the signal.
                    var hash = PdqHash.FromBytes(signal.Value);
                    var of = CollectionsMarshal.GetValueRefOrAddDefault(pdq, batch.Bank, out _) ??= [];
                    of.Add(hash);
                    of.Add(hash.Transposed());
                }
                else if (digests.TryGetValue(signal.Type, out var known))
                {
                    known.Add(KeptHead.First(signal.Value));
                }
            }
        }

        return new(lookback, banks.Values.FirstOrDefault(b => b.Number == lookback.Bank)?.Id, batches, banks, pdq, digests);
    }

    /// <summary>Whether a match is with one of them.</summary>
    public bool Holds(Match match) => _lookback.Bank is not null ? match.Bank == _bank : _ids.Any(i => match.Signal >= i.First && match.Signal < i.End);

    /// <summary>Appends the places of the checks in which one of them may be.</summary>
    /// <param name="heads">A block's checks.</param>
    /// <param name="hashes">Their hashes, or nothing if <see cref="OnlyDigests"/>.</param>
    /// <param name="desk">Room to work in, used again for each block.</param>
    public void Propose(ReadOnlySpan<KeptHead> heads, ReadOnlySpan<byte> hashes, Desk desk, List<int> to)
    {
        var count = hashes.Length / KeptHash.Bytes;
        desk.Clear(count);
        var all = desk.Hashes.AsSpan(0, count);
        var marks = desk.Marks.AsSpan(0, count);
        if (_sieves.Count > 0)
        {
            for (var i = 0; i < count; i++)
            {
                var one = hashes.Slice(i * KeptHash.Bytes, KeptHash.Bytes);
                all[i] = one[PdqHash.Bytes] < _leastQuality ? default : PdqHash.FromBytes(one[..PdqHash.Bytes]);
            }

            foreach (var sieve in _sieves)
            {
                sieve.Mark(all, marks);
            }
        }

        for (var (item, hash) = (0, 0); item < heads.Length; item++)
        {
            ref readonly var head = ref heads[item];
            var own = count == 0 ? [] : marks.Slice(hash, head.Hashes);
            hash += head.Hashes;
            if (Everything || own.Contains(true) || _md5.May(head.Md5) || _sha1.May(head.Sha1) || _sha256.May(head.Sha256))
            {
                to.Add(item);
            }
        }
    }

    /// <summary>One thread's room to work in.</summary>
    internal sealed class Desk
    {
        public PdqHash[] Hashes { get; private set; } = [];

        public bool[] Marks { get; private set; } = [];

        public void Clear(int count)
        {
            if (Hashes.Length < count)
            {
                (Hashes, Marks) = (new PdqHash[count], new bool[count]);
            }

            Marks.AsSpan(0, count).Clear();
        }
    }

    /// <summary>Which digests may be sought, by their first eight bytes: a bit each, which turns nearly all away, and then the set.</summary>
    private sealed class DigestSieve
    {
        private readonly FrozenSet<ulong> _known;
        private readonly ulong[] _bits;

        public DigestSieve(IEnumerable<ulong> known)
        {
            _known = known.ToFrozenSet();
            _bits = new ulong[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _known.Count / 2))];
            foreach (var one in _known)
            {
                _bits[(one >> 6) & (ulong)(_bits.Length - 1)] |= 1UL << (int)(one & 63);
            }
        }

        public bool May(ulong digest) => digest != 0 && (_bits[(digest >> 6) & (ulong)(_bits.Length - 1)] >> (int)(digest & 63) & 1) != 0 && _known.Contains(digest);
    }
}
