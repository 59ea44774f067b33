using System.Collections.Frozen;
using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>
/// Every signal that counts, in memory, and the one way to look among them. One writer adds and removes while any number of readers look;
/// nobody waits. Exact: what a comparison with every signal would find is found.
/// </summary>
internal sealed partial class Known
{
    [ThreadStatic]
    private static List<Neighbour>? _near;

    private readonly SignalTable _table = new();
    private readonly SignalIndexes _indexes = new();
    private readonly Dictionary<long, string> _sources = [];
    private int _removed;
    private volatile BankTerms _banks = BankTerms.None;
    private volatile FrozenDictionary<long, StandingState> _standings = FrozenDictionary<long, StandingState>.Empty;

    /// <summary>PDQ signals that count.</summary>
    public int PdqCount => _indexes.Pdq.Count;

    /// <summary>Digest signals that count.</summary>
    public int DigestCount => _indexes.Digests.Count;

    /// <summary>Signals that count, by the words of their types; PDQ and digests apart.</summary>
    public IReadOnlyDictionary<string, int> OtherCounts => new Dictionary<string, int>
    {
        ["text"] = _indexes.Texts.Count + _indexes.TextDigests.Count, ["url"] = _indexes.Links.Count, ["vpdq"] = _indexes.Films.Count,
        ["photodna"] = _indexes.Vectors.Count, ["external"] = _indexes.Others.Count,
    };

    /// <summary>Banks, enabled or not.</summary>
    public int BankCount => _banks.Count;

    /// <summary>Whether there is a bank of this name, enabled or not.</summary>
    public bool HasBank(string name) => _banks.Has(name);

    public void Change(IReadOnlyCollection<Bank> banks)
    {
        if (banks.Count > 0)
        {
            _banks = _banks.With(banks);
        }
    }

    /// <summary>
    /// Of these banks as they will be, those whose signals have to change over between the two indexes of <see cref="NearSignals"/> with <see cref="Move"/>:
    /// before the change where they will ask farther, after it where they will ask less far, so that no query in between misses any.
    /// </summary>
    public IEnumerable<(Bank Bank, SignalType Type, bool Far)> Moving(IEnumerable<Bank> changed) =>
        from bank in changed
        where _banks.Of(bank.Number) is not null
        from type in (SignalType[])[SignalType.Pdq, SignalType.Text]
        let far = SignalIndexes.IsFar(type, bank)
        where far != SignalIndexes.IsFar(type, _banks.Of(bank.Number))
        select (bank, type, far);

    /// <summary>Moves a signal to the index of banks that ask far, or back to that of the others.</summary>
    public void Move(in FedSignal signal, bool far)
    {
        var (index, hash, id) = (_indexes.Near(signal.Type), PdqHash.FromBytes(signal.Value), signal.Id);
        foreach (var place in index.Places(hash).Where(p => _table[p].Id == id).ToList())
        {
            index.Move(hash, place, far);
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

    /// <summary>Removes a signal, if it is here.</summary>
    public void Remove(Signal signal) => _removed += _indexes.Remove(signal.Type, signal.Value, place => _table[place].Id == signal.Id);

    /// <summary>The signals that match and count, each once at its least distance: what must be held first, then the nearest; at the end what is in quarantine and holds all the same.</summary>
    public IReadOnlyList<Match> Find(MatchQuery query) => [.. Look(query).Holding];

    /// <summary>False where the query has nothing but hashes of a quality that no enabled bank takes.</summary>
    public bool Compares(MatchQuery query)
    {
        var banks = _banks;
        return banks.Widest < 0 || (query.Pdq is null && query.Frames.Count + query.Film.Count == 0)
            || query.TextDigest is not null || query.Digests.Count + query.Links.Count + query.Vectors.Count + query.Others.Count + query.Keys.Count > 0
            || query.Pdq?.Quality >= banks.LeastQuality || query.Frames.Any(f => f.Pdq.Quality >= banks.LeastQuality) || query.Film.Any(f => f.Pdq.Quality >= banks.LeastFilmQuality);
    }

    /// <summary>The signals that match, each once at its least distance, parted into those that count and those that do not.</summary>
    public Found Look(MatchQuery query)
    {
        var (banks, standings, seen) = (_banks, _standings, _seen);
        if (banks.Widest < 0)
        {
            return Found.Nothing;
        }

        var hits = new Dictionary<int, Hit>();
        if (query.Pdq is { } pdq)
        {
            // Of a film or a document the picture is its first frame, and no more.
            int? first = query.Film.Count > 0 ? 0 : null;
            LookAt(pdq, Dihedral.Original, first);
            for (var turned = 1; turned < query.Dihedral.Count; turned++)
            {
                LookAt(new(query.Dihedral[turned], pdq.Quality), (Dihedral)turned, first);
            }
        }

        foreach (var (frame, of) in query.Frames)
        {
            LookAt(of, Dihedral.Original, frame);
        }

        LookForExact(_indexes.Digests, query.Digests);
        LookForExact(_indexes.Links, query.KeysOf(SignalType.Url));
        LookForExact(_indexes.Others, query.KeysOf(SignalType.External));
        LookForText();
        LookForFilm();
        LookForVectors();
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
            _indexes.Pdq.Find(of.Hash, banks.Widest, near);
            foreach (var neighbour in near)
            {
                Meet(neighbour.Value, neighbour.Distance, of.Quality, variant, frame);
            }
        }

        void LookForExact(DigestIndex index, IEnumerable<Digest> digests)
        {
            foreach (var place in digests.SelectMany(d => index.Find(d)))
            {
                Meet(place, 0, int.MaxValue, Dihedral.Original, null);
            }
        }

        void LookForText()
        {
            LookForExact(_indexes.TextDigests, query.TextDigest is { } digest ? [digest] : []);
            if (query.TextBits is { } bits)
            {
                var near = _near ??= [];
                near.Clear();
                _indexes.Texts.Find(bits, banks.WidestText, near);
                near.ForEach(n => Meet(n.Value, n.Distance, int.MaxValue, Dihedral.Original, null));
            }
        }

        void LookForFilm()
        {
            if (query.Film.Count == 0 || _indexes.Films.Count == 0)
            {
                return;
            }

            foreach (var place in _indexes.Films.Near(query.Film, banks.WidestFilm, banks.LeastFilmQuality))
            {
                if (banks.Enabled(_table[place].Bank) is { } bank && _indexes.Films.At(place) is { } film)
                {
                    var terms = new VpdqTolerance { Distance = bank.FilmDistance, Quality = bank.FilmQuality, QueryPercent = bank.FilmQueryPercent, TargetPercent = bank.FilmSignalPercent };
                    var likeness = query.Film.Compare(film, terms);
                    if (likeness.Meets(terms))
                    {
                        Meet(place, 0, int.MaxValue, Dihedral.Original, null, likeness);
                    }
                }
            }
        }

        void LookForVectors()
        {
            var near = new List<VectorNeighbour>();
            foreach (var vector in query.Vectors)
            {
                near.Clear();
                _indexes.Vectors.Find(vector.Span, banks.WidestVector, near);
                foreach (var neighbour in near)
                {
                    if (banks.Enabled(_table[neighbour.Value].Bank) is { } bank && neighbour.Distance <= bank.VectorDistance)
                    {
                        Meet(neighbour.Value, (int)Math.Ceiling(neighbour.Distance), int.MaxValue, Dihedral.Original, null);
                    }
                }
            }
        }

        void Meet(int place, int distance, int quality, Dihedral variant, int? frame, VpdqLikeness? film = null)
        {
            if (place >= seen)
            {
                return; // of a batch that is still coming in
            }

            ref readonly var slot = ref _table[place];
            if (banks.Enabled(slot.Bank) is { } bank && Counts(slot, bank, distance, quality)
                && !(standings.TryGetValue(slot.Id, out var standing) && standing is StandingState.Disabled)
                && !(hits.TryGetValue(place, out var before) && before.Distance <= distance))
            {
                hits[place] = new(place, bank, distance, variant, frame, film);
            }
        }
    }

    private static bool Counts(in Slot slot, Bank bank, int distance, int quality) => slot.Share < bank.EnabledRatio * 65536 && slot.Type switch
    {
        SignalType.Pdq => distance <= bank.MaxDistance && quality >= bank.MinQuality && (slot.Quality < 0 || slot.Quality >= bank.MinQuality),
        SignalType.Text => distance <= bank.TextDistance,
        _ => true,
    };

    private Match Tell(Hit hit)
    {
        ref readonly var slot = ref _table[hit.Place];
        var from = _table.From(slot);
        var own = LabelWords.Split(from.Labels);
        return new(
            hit.Bank.Id, hit.Bank.Name, hit.Bank.OnMatch, slot.Id, slot.Type, hit.Distance, hit.Variant, hit.Frame,
            own.Count == 0 ? hit.Bank.Labels : [.. hit.Bank.Labels.Union(own)], from.Source, from.Member, _table.Entry(slot)) { BankNumber = slot.Bank, BankLabels = hit.Bank.Labels, Film = hit.Film };
    }

    private readonly record struct Hit(int Place, Bank Bank, int Distance, Dihedral Variant, int? Frame, VpdqLikeness? Film);
}
