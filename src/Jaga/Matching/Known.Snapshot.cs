using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>All signals as files in a folder, and back: not the banks' terms, which are few and may have changed since.</summary>
internal sealed partial class Known
{
    private const string TableFile = "signals";
    private const long Version = 2;

    /// <summary>Removed signals that are worth a new start: their places are not used again.</summary>
    private const int ManyRemoved = 100_000;

    /// <summary>Whether more of the memory is for signals that were removed than for those that count.</summary>
    public bool IsMostlyRemoved => _removed > ManyRemoved && _removed > _table.Count / 2;

    /// <summary>Places taken, those of removed signals too.</summary>
    public int Places => _table.Count;

    /// <summary>Signals that count, of all types.</summary>
    public int Count => PdqCount + DigestCount + OtherCounts.Values.Sum();

    /// <summary>Writes what is known at this moment into an empty folder. What is taken is settled before this returns; writing it takes longer.</summary>
    /// <param name="seq">The change up to which that is all.</param>
    /// <param name="footprint">By which the database is known again.</param>
    public Task Save(string folder, long seq, string footprint, CancellationToken ct)
    {
        var (table, places, banks, sources) = (_table.Image(), _table.Count, _banks, _sources.ToArray());
        var indexes = _indexes.Save(folder, ct);
        var rest = Task.Run(() =>
        {
            using var file = new FileStream(Path.Combine(folder, TableFile), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
            var to = new SnapshotWriter(file);
            to.Number(Version);
            to.Number(seq);
            to.Text(footprint);
            foreach (var far in (IEnumerable<int>[])[banks.Far(SignalType.Pdq), banks.Far(SignalType.Text)])
            {
                to.Text(string.Join(' ', far));
            }

            to.Number(sources.Length);
            foreach (var (batch, source) in sources)
            {
                to.Number(batch);
                to.Text(source);
            }

            table(to);
            WriteOthers(to, places);
            file.Flush(flushToDisk: true);
        }, ct);
        return Task.WhenAll(indexes, rest);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="far">The banks that asked far then, for PDQ and for texts.</param>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file cannot be believed.</exception>
    public static Known Open(string folder, out long seq, out string footprint, out (HashSet<int> Pdq, HashSet<int> Text) far)
    {
        var known = new Known();
        var indexes = Task.Run(() => known._indexes.Open(folder));
        try
        {
            using var file = new FileStream(Path.Combine(folder, TableFile), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            var from = new SnapshotReader(file);
            if (from.Number() is not Version and var version)
            {
                throw new InvalidDataException($"It is of version {version}.");
            }

            (seq, footprint, far) = (from.Number(), from.Text(), (Numbers(from.Text()), Numbers(from.Text())));
            for (var left = from.Number(); left > 0; left--)
            {
                known._sources.Add(from.Number(), from.Text());
            }

            known._table.Take(from);
            known.ReadOthers(from);
        }
        finally
        {
            ((IAsyncResult)indexes).AsyncWaitHandle.WaitOne();
        }

        indexes.GetAwaiter().GetResult();

        // What was removed before the snapshot holds its place in the table still: it counts towards a new start, or memory would grow from start to start.
        (known._seen, known._removed) = (known._table.Count, known._table.Count - known.Count);
        return known;

        static HashSet<int> Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    private void WriteOthers(SnapshotWriter to, int places)
    {
        var films = _indexes.Films.All.Where(f => f.Key < places).ToList();
        to.Number(films.Count);
        foreach (var (place, film) in films)
        {
            to.Number(place);
            to.Bytes(SignalValue.Of(film).Content);
        }

        var vectors = _indexes.Vectors.All.Where(v => v.Value < places).ToList();
        to.Number(vectors.Count);
        foreach (var (vector, place) in vectors)
        {
            to.Number(place);
            to.Bytes(vector.Span);
        }
    }

    private void ReadOthers(SnapshotReader from)
    {
        for (var left = from.Number(); left > 0; left--)
        {
            var place = (int)from.Number();
            _indexes.Films.Add(SignalValue.Film(from.Bytes()), place);
        }

        for (var left = from.Number(); left > 0; left--)
        {
            var place = (int)from.Number();
            _indexes.Vectors.Add(from.Bytes(), place);
        }
    }
}
