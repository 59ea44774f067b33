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
    /// <summary>Above this much memory for what is gathered, or for the sieves, the matcher is asked about every check: it has the same signals in memory already.</summary>
    private const long MostBytes = 128 * 1024 * 1024;

    private const int QualityAt = PdqHash.Bytes, FormAt = QualityAt + 1;

    private readonly Lookback _lookback;
    private readonly (long First, long End)[] _ids;
    private readonly Id<Bank>? _bank;
    private readonly List<HammingSieve> _pictures = [];
    private readonly List<HammingSieve> _texts = [];
    private readonly DigestSieve _md5, _sha1, _sha256, _keys;
    private readonly VectorIndex _vectors;
    private readonly double _widestVector;
    private readonly int _leastQuality;

    private SoughtSignals(Lookback lookback, Id<Bank>? bank, IReadOnlyList<SignalBatch> batches, Gathered gathered)
    {
        (_lookback, _bank) = (lookback, bank);
        _ids = [.. batches.Select(b => (b.FirstSignal, b.FirstSignal + b.Reserved))];
        (_md5, _sha1, _sha256, _keys) = (new(gathered.Md5), new(gathered.Sha1), new(gathered.Sha256), new(gathered.Keys));
        (_vectors, _widestVector, _leastQuality) = (gathered.Vectors, gathered.WidestVector, gathered.LeastQuality);
        Everything = gathered.IsFull || gathered.Pictures.Concat(gathered.Texts).Sum(r => HammingSieve.BytesOf(r.Value.Count, r.Key)) > MostBytes;
        if (!Everything)
        {
            _pictures.AddRange(Sieves(gathered.Pictures));
            _texts.AddRange(Sieves(gathered.Texts));
        }

        static IEnumerable<HammingSieve> Sieves(Dictionary<int, List<PdqHash>> byRadius) => byRadius.SelectMany(r => r.Value.Chunk(HammingSieve.MostHashes).Select(some => new HammingSieve(some, r.Key)));
    }

    /// <summary>Whether so many are sought that every check is proposed.</summary>
    public bool Everything { get; }

    /// <summary>Whether only digests of files are sought, so that hashes need not be read.</summary>
    public bool OnlyDigests => !Everything && _pictures.Count == 0 && _texts.Count == 0 && _keys.IsEmpty && _vectors.Count == 0;

    /// <summary>Reads them. Signals of banks that are switched off or that allow are left out: they match nothing.</summary>
    /// <param name="mostBytes">Of what is gathered.</param>
    public static async Task<SoughtSignals> Read(Db db, Lookback lookback, CancellationToken ct, long mostBytes = MostBytes)
    {
        var banks = await db.Banks.AsNoTracking().ToDictionaryAsync(b => b.Number, ct);
        var batches = await db.SignalBatches.AsNoTracking()
            .Where(b => b.PublishedSeq > lookback.FromSeq && b.PublishedSeq <= lookback.ToSeq && (lookback.Bank == null || b.Bank == lookback.Bank)
                && (lookback.Signal == null || (b.FirstSignal <= lookback.Signal && lookback.Signal < b.FirstSignal + b.Reserved))).ToListAsync(ct);
        var (feed, gathered) = (new SignalFeed(db), new Gathered(mostBytes));
        var counting = batches.Where(b => banks[b.Bank] is { Enabled: true, OnMatch: not OnMatch.Allow }).ToList();

        // Tens of millions are not even read.
        gathered.Expect(lookback.Signal is null ? counting.Sum(b => (long)b.Added - b.Removed) : 1);
        foreach (var batch in counting.TakeWhile(_ => !gathered.IsFull))
        {
            var (first, count) = lookback.Signal is { } one ? (one, 1) : (batch.FirstSignal, batch.Reserved);
            await feed.Read(new(batch.Number, batch.Bank, first, count, batch.Source), signal => gathered.Add(signal, banks[batch.Bank]), ct);
        }

        return new(lookback, banks.Values.FirstOrDefault(b => b.Number == lookback.Bank)?.Id, batches, gathered);
    }

    /// <summary>Whether a match is with one of them.</summary>
    public bool Holds(Match match) => _lookback.Signal is { } one ? match.Signal == one : _lookback.Bank is not null ? match.Bank == _bank : _ids.Any(i => match.Signal >= i.First && match.Signal < i.End);

    /// <summary>Appends the places of the checks in which one of them may be.</summary>
    /// <param name="heads">A block's checks.</param>
    /// <param name="hashes">Their hashes, or nothing if <see cref="OnlyDigests"/>.</param>
    /// <param name="desk">Room to work in, used again for each block.</param>
    public void Propose(ReadOnlySpan<KeptHead> heads, ReadOnlySpan<byte> hashes, Desk desk, List<int> to)
    {
        var count = hashes.Length / KeptHash.Bytes;
        desk.Clear(count);
        var marks = desk.Marks.AsSpan(0, count);
        Sieve(_pictures, hashes, desk.Hashes.AsSpan(0, count), marks, texts: false);
        Sieve(_texts, hashes, desk.Hashes.AsSpan(0, count), marks, texts: true);
        if (!_keys.IsEmpty || _vectors.Count > 0)
        {
            MarkOthers(hashes, marks);
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

    private void Sieve(List<HammingSieve> sieves, ReadOnlySpan<byte> hashes, Span<PdqHash> room, Span<bool> marks, bool texts)
    {
        if (sieves.Count == 0)
        {
            return;
        }

        for (var i = 0; i < room.Length; i++)
        {
            var one = hashes.Slice(i * KeptHash.Bytes, KeptHash.Bytes);
            room[i] = (texts ? one[FormAt] == (byte)HashForm.Text : one[FormAt] < (byte)HashForm.Text && one[QualityAt] >= _leastQuality) ? PdqHash.FromBytes(one[..PdqHash.Bytes]) : default;
        }

        foreach (var sieve in sieves)
        {
            sieve.Mark(room, marks);
        }
    }

    private void MarkOthers(ReadOnlySpan<byte> hashes, Span<bool> marks)
    {
        Span<byte> vector = stackalloc byte[VectorIndex.Bytes];
        var near = new List<VectorNeighbour>();
        for (var i = 0; i < marks.Length; i++)
        {
            var one = hashes.Slice(i * KeptHash.Bytes, KeptHash.Bytes);
            switch ((HashForm)one[FormAt])
            {
                case HashForm.TextDigest or HashForm.Link or HashForm.Named:
                    marks[i] |= _keys.May(KeptHead.First(one));
                    break;
                case HashForm.Vector when _vectors.Count > 0:
                    var kept = KeptHash.Read(one);
                    var from = kept.Frame * PdqHash.Bytes;
                    one[..Math.Min(PdqHash.Bytes, VectorIndex.Bytes - from)].CopyTo(vector[from..]);
                    if (from + PdqHash.Bytes >= VectorIndex.Bytes)
                    {
                        near.Clear();
                        _vectors.Find(vector, _widestVector, near);
                        marks[i] |= near.Count > 0;
                    }

                    break;
                default:
                    break; // sieved
            }
        }
    }

    /// <summary>Signals by how they are sought.</summary>
    private sealed class Gathered(long mostBytes)
    {
        /// <summary>Of a digest, with its share of the bits by which it is sieved.</summary>
        private const int DigestBytes = 32;

        private long _bytes;

        /// <summary>Whether there are too many to be laid out; then nothing is gathered.</summary>
        public bool IsFull { get; private set; }

        /// <summary>Hashes of pictures and of frames by the radius that their banks ask, and those of texts.</summary>
        public Dictionary<int, List<PdqHash>> Pictures { get; } = [];

        public Dictionary<int, List<PdqHash>> Texts { get; } = [];

        public List<ulong> Md5 { get; private set; } = [];

        public List<ulong> Sha1 { get; private set; } = [];

        public List<ulong> Sha256 { get; private set; } = [];

        /// <summary>By what texts, links and named hashes are found.</summary>
        public List<ulong> Keys { get; private set; } = [];

        public VectorIndex Vectors { get; private set; } = new();

        public double WidestVector { get; private set; }

        public int LeastQuality { get; private set; } = int.MaxValue;

        /// <summary>Says how many are to come, at least so large each.</summary>
        public void Expect(long signals) => IsFull = signals * DigestBytes > mostBytes;

        public void Add(FedSignal signal, Bank bank)
        {
            if (IsFull)
            {
                return;
            }

            switch (signal.Type)
            {
                case SignalType.Pdq:
                    // Of a picture's eight hashes four are kept; the crossed ones are met by crossing the signal.
                    var hash = PdqHash.FromBytes(signal.Value);
                    Add(Pictures, bank.MaxDistance, hash);
                    Add(Pictures, bank.MaxDistance, hash.Transposed());
                    Take(2, PdqHash.Bytes);
                    LeastQuality = Math.Min(LeastQuality, bank.MinQuality);
                    break;
                case SignalType.Vpdq:
                    foreach (var frame in SignalValue.Film(signal.Content))
                    {
                        Add(Pictures, bank.FilmDistance, frame.Pdq.Hash);
                        Take(1, PdqHash.Bytes);
                    }

                    LeastQuality = Math.Min(LeastQuality, bank.FilmQuality);
                    break;
                case SignalType.Text:
                    Add(Texts, bank.TextDistance, PdqHash.FromBytes(signal.Value));
                    Take(1, PdqHash.Bytes);
                    break;
                case SignalType.PhotoDna:
                    Vectors.Add(signal.Value, Vectors.Count);
                    WidestVector = Math.Max(WidestVector, bank.VectorDistance);
                    Take(1, VectorIndex.Bytes);
                    break;
                case SignalType.Md5:
                    Add(Md5, signal.Value);
                    break;
                case SignalType.Sha1:
                    Add(Sha1, signal.Value);
                    break;
                case SignalType.Sha256:
                    Add(Sha256, signal.Value);
                    break;
                default:
                    Add(Keys, signal.Type is SignalType.External ? ExternalHash.KeyOf(signal.Value).ToArray() : signal.Value);
                    break;
            }
        }

        // Lets go of everything when it becomes too much.
        private void Take(int count, int bytes)
        {
            _bytes += count * bytes;
            if (_bytes > mostBytes)
            {
                IsFull = true;
                Pictures.Clear();
                Texts.Clear();
                (Md5, Sha1, Sha256, Keys, Vectors) = ([], [], [], [], new());
            }
        }

        private void Add(List<ulong> to, byte[] value)
        {
            to.Add(KeptHead.First(value));
            Take(1, DigestBytes);
        }

        private static void Add(Dictionary<int, List<PdqHash>> to, int radius, PdqHash hash) => (CollectionsMarshal.GetValueRefOrAddDefault(to, radius, out _) ??= []).Add(hash);
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

    /// <summary>Which digests may be sought, by their first eight bytes: a bit each, which turns nearly all away, and then their sorted list.</summary>
    private sealed class DigestSieve
    {
        private readonly List<ulong> _known;
        private readonly ulong[] _bits;

        public DigestSieve(List<ulong> known)
        {
            _known = known;
            _known.Sort();
            _bits = new ulong[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _known.Count / 2))];
            foreach (var one in _known)
            {
                _bits[(one >> 6) & (ulong)(_bits.Length - 1)] |= 1UL << (int)(one & 63);
            }
        }

        public bool IsEmpty => _known.Count == 0;

        public bool May(ulong digest) => digest != 0 && (_bits[(digest >> 6) & (ulong)(_bits.Length - 1)] >> (int)(digest & 63) & 1) != 0 && _known.BinarySearch(digest) >= 0;
    }
}
