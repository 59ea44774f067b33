using System.Runtime.InteropServices;
using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>Where signals are found by their values: an index for each way to compare. What an index answers is places in the <see cref="SignalTable"/>.</summary>
internal sealed class SignalIndexes
{
    private static readonly string[] ExactFiles = ["digests", "text.exact", "links", "others"];

    private readonly DigestIndex[] _exact = [new(), new(), new(), new()];

    /// <summary>PDQ hashes.</summary>
    public NearSignals Pdq { get; } = new();

    /// <summary>Fingerprints of texts.</summary>
    public NearSignals Texts { get; } = new();

    /// <summary>Digests of files.</summary>
    public DigestIndex Digests => _exact[0];

    /// <summary>Digests of texts, which no file's may meet.</summary>
    public DigestIndex TextDigests => _exact[1];

    /// <summary>Digests of links.</summary>
    public DigestIndex Links => _exact[2];

    /// <summary>Named hashes, each by the SHA-256 of its value.</summary>
    public DigestIndex Others => _exact[3];

    public FilmSignals Films { get; } = new();

    public VectorIndex Vectors { get; } = new();

    /// <summary>Adds a signal of a bank with these terms.</summary>
    public void Add(in FedSignal signal, int place, Bank? bank)
    {
        switch (signal.Type)
        {
            case SignalType.Pdq: Pdq.Add(PdqHash.FromBytes(signal.Value), place, IsFar(signal.Type, bank)); break;
            case SignalType.Text: Texts.Add(PdqHash.FromBytes(signal.Value), place, IsFar(signal.Type, bank)); break;
            case SignalType.Vpdq: Films.Add(SignalValue.Film(signal.Content), place); break;
            case SignalType.PhotoDna: Vectors.Add(signal.Value, place); break;
            default: Exact(signal.Type).Add(Key(signal.Type, signal.Value), place); break;
        }
    }

    /// <summary>Removes the signals of this type and value that are the one sought, and answers how many those were.</summary>
    /// <param name="isIt">Whether the signal at a place is the one sought.</param>
    public int Remove(SignalType type, byte[] value, Func<int, bool> isIt)
    {
        switch (type)
        {
            case SignalType.Pdq or SignalType.Text:
                var (near, hash) = (Near(type), PdqHash.FromBytes(value));
                return Each(near.Places(hash), place => near.Remove(hash, place));
            case SignalType.Vpdq:
                return Each(Films.All.Select(f => f.Key), Films.Remove);
            case SignalType.PhotoDna:
                var same = new List<VectorNeighbour>();
                Vectors.Find(value, 0, same);
                return Each(same.Select(s => s.Value), place => Vectors.Remove(value, place));
            default:
                var (exact, key) = (Exact(type), Key(type, value));
                return Each(exact.Find(key), place => exact.Remove(key, place));
        }

        int Each(IEnumerable<int> places, Action<int> remove)
        {
            var sought = places.Where(isIt).ToList();
            sought.ForEach(remove);
            return sought.Count;
        }
    }

    /// <summary>The index of a type that is compared by the Hamming distance.</summary>
    public NearSignals Near(SignalType type) => type is SignalType.Pdq ? Pdq : Texts;

    /// <summary>Whether a bank asks farther for signals of this type than the index answers fast.</summary>
    public static bool IsFar(SignalType type, Bank? bank) => bank is not null && NearSignals.IsFar(type is SignalType.Pdq ? bank.MaxDistance : bank.TextDistance);

    /// <summary>The index of a type that is compared for equality.</summary>
    public DigestIndex Exact(SignalType type) => _exact[ExactNumber(type)];

    private static int ExactNumber(SignalType type) => type switch
    {
        SignalType.Md5 or SignalType.Sha1 or SignalType.Sha256 => 0,
        SignalType.TextSha256 => 1,
        SignalType.Url => 2,
        SignalType.External => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not compared for equality."),
    };

    /// <summary>By what a value of such a type is found.</summary>
    public static Digest Key(SignalType type, ReadOnlySpan<byte> value) => type switch
    {
        SignalType.Md5 => Digest.FromBytes(DigestAlgorithm.Md5, value),
        SignalType.Sha1 => Digest.FromBytes(DigestAlgorithm.Sha1, value),
        SignalType.External => ExternalHash.KeyOf(value),
        _ => Digest.FromBytes(DigestAlgorithm.Sha256, value),
    };

    /// <summary>Writes those to files in a folder that are files of their own: not films and vectors.</summary>
    public Task Save(string folder, CancellationToken ct)
    {
        var ((pdqNear, pdqFar), (textNear, textFar)) = (Pdq.Save(folder, "pdq", ct), Texts.Save(folder, "text", ct));
        return Task.WhenAll([pdqNear, pdqFar, textNear, textFar, .. _exact.Zip(ExactFiles, (index, file) => index.SaveAsync(Path.Combine(folder, file), ct))]);
    }

    /// <summary>Takes those from the files.</summary>
    /// <exception cref="IOException">One is not there.</exception>
    /// <exception cref="InvalidDataException">One cannot be believed.</exception>
    public void Open(string folder)
    {
        Pdq.Open(folder, "pdq");
        Texts.Open(folder, "text");
        for (var i = 0; i < _exact.Length; i++)
        {
            _exact[i] = DigestIndex.Open(Path.Combine(folder, ExactFiles[i]));
        }
    }

    /// <summary>Gathers signals, so that their indexes are built once, on all processors.</summary>
    internal sealed class Gathering
    {
        private readonly Hashes _pdq = new();
        private readonly Hashes _texts = new();
        private readonly List<Digest>[] _exact = [[], [], [], []];
        private readonly List<int>[] _exactPlaces = [[], [], [], []];

        /// <summary>Takes a signal; false for one of the few that are added by themselves.</summary>
        public bool Take(in FedSignal signal, int place, Bank? bank)
        {
            switch (signal.Type)
            {
                case SignalType.Pdq: _pdq.Add(signal.Value, place, IsFar(signal.Type, bank)); return true;
                case SignalType.Text: _texts.Add(signal.Value, place, IsFar(signal.Type, bank)); return true;
                case SignalType.Vpdq or SignalType.PhotoDna: return false;
                default:
                    _exact[ExactNumber(signal.Type)].Add(Key(signal.Type, signal.Value));
                    _exactPlaces[ExactNumber(signal.Type)].Add(place);
                    return true;
            }
        }

        /// <summary>Takes the place of what is empty.</summary>
        public void FillInto(SignalIndexes indexes)
        {
            _pdq.FillInto(indexes.Pdq);
            _texts.FillInto(indexes.Texts);
            for (var i = 0; i < _exact.Length; i++)
            {
                indexes._exact[i] = new(CollectionsMarshal.AsSpan(_exact[i]), CollectionsMarshal.AsSpan(_exactPlaces[i]));
            }
        }

        private sealed class Hashes
        {
            private readonly List<PdqHash>[] _hashes = [[], []];
            private readonly List<int>[] _places = [[], []];

            public void Add(ReadOnlySpan<byte> value, int place, bool far)
            {
                _hashes[far ? 1 : 0].Add(PdqHash.FromBytes(value));
                _places[far ? 1 : 0].Add(place);
            }

            public void FillInto(NearSignals index) => index.Fill(
                CollectionsMarshal.AsSpan(_hashes[0]), CollectionsMarshal.AsSpan(_places[0]), CollectionsMarshal.AsSpan(_hashes[1]), CollectionsMarshal.AsSpan(_places[1]));
        }
    }
}
