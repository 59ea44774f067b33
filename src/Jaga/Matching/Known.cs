using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>
/// Every signal that counts, in memory, and the one way to look among them. One writer adds and removes while any number of readers look;
/// nobody waits. Exact: what a comparison with every signal would find is found.
/// </summary>
internal sealed class Known
{
    [ThreadStatic]
    private static List<Neighbour>? _near;

    private readonly SignalTable _table = new();
    private readonly DigestIndex _digests = new();
    private readonly Dictionary<long, string> _sources = [];
    private HammingIndex _pdq = new();
    private volatile BankTerms _banks = BankTerms.None;
    private volatile FrozenDictionary<long, StandingState> _standings = FrozenDictionary<long, StandingState>.Empty;

    /// <summary>PDQ signals that count.</summary>
    public int PdqCount => _pdq.Count;

    /// <summary>Digest signals that count.</summary>
    public int DigestCount => _digests.Count;

    /// <summary>Banks, enabled or not.</summary>
    public int BankCount => _banks.Count;

    public void Change(IReadOnlyCollection<Bank> banks)
    {
        if (banks.Count > 0)
        {
            _banks = _banks.With(banks);
        }
    }

    /// <summary>Puts signals aside or out of use, or lets them count again.</summary>
    public void Change(IReadOnlyCollection<SignalStanding> standings)
    {
        if (standings.Count > 0)
        {
            var now = _standings.ToDictionary();
            foreach (var one in standings)
            {
                now[one.Signal] = one.State;
            }

            _standings = now.Where(s => s.Value is not StandingState.Counts).ToFrozenDictionary();
        }
    }

    /// <summary>Whether the batch's signals were added before.</summary>
    public bool Holds(long batch) => _sources.ContainsKey(batch);

    /// <summary>Adds a batch's signals.</summary>
    public void Add(FedBatch batch, IEnumerable<FedSignal> signals)
    {
        if (!_sources.TryAdd(batch.Number, batch.Source))
        {
            return;
        }

        foreach (var signal in signals)
        {
            var place = _table.Append(signal, batch.Source);
            if (signal.Type is SignalType.Pdq)
            {
                _pdq.Add(PdqHash.FromBytes(signal.Value), place);
            }
            else
            {
                _digests.Add(DigestOf(signal.Type, signal.Value), place);
            }
        }
    }

    /// <summary>Fills what is empty with many batches at once; nobody looks yet.</summary>
    /// <param name="read">Reads the signals of all of them and hands each on.</param>
    public async Task Fill(IReadOnlyCollection<FedBatch> batches, Func<Action<FedSignal>, Task> read)
    {
        var loading = new Loading(this, batches);
        await read(loading.Take);
        loading.Finish();
    }

    /// <inheritdoc cref="Fill(IReadOnlyCollection{FedBatch}, Func{Action{FedSignal}, Task})"/>
    public void Fill(IReadOnlyCollection<FedBatch> batches, Action<Action<FedSignal>> read)
    {
        var loading = new Loading(this, batches);
        read(loading.Take);
        loading.Finish();
    }

    /// <summary>Removes a signal, if it is here.</summary>
    public void Remove(Signal signal)
    {
        if (signal.Type is SignalType.Pdq)
        {
            var hash = PdqHash.FromBytes(signal.Value);
            foreach (var same in _pdq.Find(hash, 0).Where(n => _table[n.Value].Id == signal.Id))
            {
                _pdq.Remove(hash, same.Value);
            }

            return;
        }

        var digest = DigestOf(signal.Type, signal.Value);
        foreach (var place in _digests.Find(digest).Where(p => _table[p].Id == signal.Id))
        {
            _digests.Remove(digest, place);
        }
    }

    /// <summary>The signals that match and count, each once at its least distance: what must be held first, then the nearest.</summary>
    public IReadOnlyList<Match> Find(MatchQuery query) => Look(query).Counting;

    /// <summary>The signals that match, each once at its least distance, parted into those that count and those that do not.</summary>
    public Found Look(MatchQuery query)
    {
        var (banks, standings) = (_banks, _standings);
        if (banks.Widest < 0)
        {
            return Found.Nothing;
        }

        var hits = new Dictionary<int, Hit>();
        if (query.Pdq is { } pdq)
        {
            LookAt(pdq, Dihedral.Original, null);
            for (var turned = 1; turned < query.Dihedral.Count; turned++)
            {
                LookAt(new(query.Dihedral[turned], pdq.Quality), (Dihedral)turned, null);
            }
        }

        foreach (var (frame, of) in query.Frames)
        {
            LookAt(of, Dihedral.Original, frame);
        }

        foreach (var place in query.Digests.SelectMany(d => _digests.Find(d)))
        {
            Meet(place, 0, int.MaxValue, Dihedral.Original, null);
        }

        return hits.Count == 0 ? Found.Nothing : Found.Of(
            [.. hits.Values.Select(Tell).OrderBy(m => m.OnMatch).ThenBy(m => m.Distance).ThenBy(m => m.Signal)], s => standings.ContainsKey(s));

        void LookAt(PdqFingerprint of, Dihedral variant, int? frame)
        {
            if (of.Quality < banks.LeastQuality || of.Hash == default)
            {
                return;
            }

            var near = _near ??= [];
            near.Clear();
            _pdq.Find(of.Hash, banks.Widest, near);
            foreach (var neighbour in near)
            {
                Meet(neighbour.Value, neighbour.Distance, of.Quality, variant, frame);
            }
        }

        void Meet(int place, int distance, int quality, Dihedral variant, int? frame)
        {
            ref readonly var slot = ref _table[place];
            if (banks.Enabled(slot.Bank) is { } bank && Counts(slot, bank, distance, quality)
                && !(standings.TryGetValue(slot.Id, out var standing) && standing is StandingState.Disabled)
                && !(hits.TryGetValue(place, out var before) && before.Distance <= distance))
            {
                hits[place] = new(place, bank, distance, variant, frame);
            }
        }
    }

    private static bool Counts(in Slot slot, Bank bank, int distance, int quality) =>
        (slot.Type is not SignalType.Pdq || (distance <= bank.MaxDistance && quality >= bank.MinQuality && (slot.Quality < 0 || slot.Quality >= bank.MinQuality)))
        && slot.Share < bank.EnabledRatio * 65536;

    private Match Tell(Hit hit)
    {
        ref readonly var slot = ref _table[hit.Place];
        var own = LabelWords.Split(slot.From.Labels);
        return new(
            hit.Bank.Id, hit.Bank.Name, hit.Bank.OnMatch, slot.Id, slot.Type, hit.Distance, hit.Variant, hit.Frame,
            own.Count == 0 ? hit.Bank.Labels : [.. hit.Bank.Labels.Union(own)], slot.From.Source, slot.From.Member, _table.Entry(slot)) { BankNumber = slot.Bank };
    }

    private static Digest DigestOf(SignalType type, ReadOnlySpan<byte> value) => Digest.FromBytes(
        type switch
        {
            SignalType.Md5 => DigestAlgorithm.Md5,
            SignalType.Sha1 => DigestAlgorithm.Sha1,
            SignalType.Sha256 => DigestAlgorithm.Sha256,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a digest."),
        },
        value);

    /// <summary>Gathers PDQ hashes, so that their index is built once, on all processors.</summary>
    private sealed class Loading
    {
        private readonly Known _known;
        private readonly List<PdqHash> _hashes = [];
        private readonly List<int> _places = [];

        public Loading(Known known, IReadOnlyCollection<FedBatch> batches)
        {
            _known = known;
            foreach (var batch in batches)
            {
                known._sources.Add(batch.Number, batch.Source);
            }
        }

        public void Take(FedSignal signal)
        {
            var place = _known._table.Append(signal, _known._sources[signal.Batch]);
            if (signal.Type is SignalType.Pdq)
            {
                _hashes.Add(PdqHash.FromBytes(signal.Value));
                _places.Add(place);
            }
            else
            {
                _known._digests.Add(DigestOf(signal.Type, signal.Value), place);
            }
        }

        public void Finish() => _known._pdq = new(CollectionsMarshal.AsSpan(_hashes), CollectionsMarshal.AsSpan(_places));
    }

    private readonly record struct Hit(int Place, Bank Bank, int Distance, Dihedral Variant, int? Frame);
}
