using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Jaga.Hashing;

/// <summary>
/// Which values belong to a digest: exact lookup among any number of MD5, SHA-1 and SHA-256 digests. A digest may have
/// several values (the same file in two banks). Any number of threads may add, remove and look up at once; no lookup waits.
/// </summary>
/// <remarks>
/// Most pairs lie in a sorted table for each algorithm: the bytes of the digest, four of the value, and less than one to find them. What was
/// added last is in a dictionary beside them; when that is an eighth of all, whoever adds writes new tables, and lookups go on in the old
/// ones meanwhile.
/// </remarks>
public sealed class DigestIndex
{
    /// <summary>Added pairs that are not worth new tables.</summary>
    internal const int FewRecent = 1 << 14;

    private static readonly DigestAlgorithm[] Algorithms = Enum.GetValues<DigestAlgorithm>();

    private readonly Lock _writing = new();
    private volatile Moment _now = new([.. Algorithms.Select(algorithm => DigestTable.Of(Digest.LengthOf(algorithm), [], []))], new());
    private int _count;
    private int _recent;
    private int _marked;

    /// <summary>An index without digests.</summary>
    public DigestIndex()
    {
    }

    /// <summary>An index of many digests at once. A pair that comes twice is kept once.</summary>
    /// <param name="digests">The digests.</param>
    /// <param name="values">A value for each.</param>
    /// <exception cref="ArgumentException">There are not as many values as digests.</exception>
    /// <exception cref="OverflowException">There are more than 2³¹ bytes of digests of one algorithm: of SHA-256, 67 million at once.</exception>
    public DigestIndex(ReadOnlySpan<Digest> digests, ReadOnlySpan<int> values)
    {
        if (digests.Length != values.Length)
            throw new ArgumentException($"{digests.Length} digests need as many values, not {values.Length}.", nameof(values));
        var tables = new DigestTable[Algorithms.Length];
        foreach (var algorithm in Algorithms)
            tables[(int)algorithm] = TableOf(algorithm, digests, values);
        _now = new(tables, new());
        _count = tables.Sum(table => table.Count);
    }

    /// <summary>Pairs of a digest and a value in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All pairs, in no order. What is added or removed meanwhile may be among them or not.</summary>
    public IEnumerable<(Digest Digest, int Value)> All
    {
        get
        {
            var now = _now;
            return Algorithms
                .SelectMany(algorithm => now.Tables[(int)algorithm].All().Select(pair => (Digest.FromBytes(algorithm, pair.Digest), pair.Value)))
                .Concat(now.Recent.SelectMany(pair => pair.Value.Select(value => (pair.Key, value))));
        }
    }

    /// <summary>Adds a value to a digest. The next lookup finds it.</summary>
    /// <returns>False where the pair was there already; it is then kept once.</returns>
    public bool Add(in Digest digest, int value)
    {
        lock (_writing)
        {
            if (Find(digest).Contains(value))
                return false;
            _now.Recent.AddOrUpdate(digest, static (_, one) => [one], static (_, values, one) => values.Add(one), value);
            _count++;
            if (++_recent > FewRecent && _recent > _count / 8)
                Settle();
            return true;
        }
    }

    /// <summary>Takes a value from a digest. The next lookup does not find it.</summary>
    /// <returns>False where the pair was not there.</returns>
    public bool Remove(in Digest digest, int value)
    {
        lock (_writing)
        {
            if (_now.Recent.TryGetValue(digest, out var values) && values.Contains(value))
            {
                if (values.Length == 1)
                    _now.Recent.TryRemove(digest, out _);
                else
                    _now.Recent[digest] = values.Remove(value);
                _recent--;
            }
            else if (_now.Tables[(int)digest.Algorithm].Remove(Bytes(digest, stackalloc byte[digest.Length]), value))
                _marked++;
            else
                return false;
            _count--;
            if (_marked > FewRecent && _marked > _count)
                Settle();
            return true;
        }
    }

    /// <summary>The values of a digest, in no order; empty where there are none.</summary>
    public ImmutableArray<int> Find(in Digest digest)
    {
        var now = _now;
        var settled = now.Tables[(int)digest.Algorithm].Find(Bytes(digest, stackalloc byte[digest.Length]));
        return now.Recent.TryGetValue(digest, out var recent) ? settled.AddRange(recent) : settled;
    }

    /// <summary>
    /// Writes what is in the index at this moment to a file, from which <see cref="Open"/> makes an index in no time. What is added and removed
    /// after this is called is not in it, and waits for nothing.
    /// </summary>
    /// <remarks>As <see cref="HammingIndex.SaveAsync"/>: whole or not at all, and for processors with the same order of bytes.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Gives up; the older file stays.</param>
    /// <exception cref="IOException">The file cannot be written, or another snapshot is just being written to it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (_writing)
        {
            var (tables, removed, recent) = (_now.Tables, _now.Tables.Select(table => table.CopyOfRemoved()).ToArray(), _now.Recent.ToArray());
            return Task.Run(() => Save(path, Merged(tables, removed, recent), cancellation), cancellation);
        }
    }

    /// <summary>An index from a file that <see cref="SaveAsync"/> wrote: mapped into memory. All of it is checked first.</summary>
    /// <remarks>The file may be replaced or deleted while the index is in use, but not shortened or overwritten in place.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is torn, altered, something else, or of another version or order of bytes; the message says which.</exception>
    /// <exception cref="IOException">The file is not there (<see cref="FileNotFoundException"/>) or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static DigestIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = IndexReader.Open(IndexHeader.Digests, path);
        var tables = Algorithms.Select(algorithm => DigestTable.Open(file, Digest.LengthOf(algorithm))).ToArray();
        return new() { _now = new(tables, new()), _count = file.Count };
    }

    private static void Save(string path, DigestTable[] tables, CancellationToken cancellation)
    {
        using var file = new IndexWriter(IndexHeader.Digests, path, cancellation);
        foreach (var table in tables)
            table.Save(file);
        file.Finish(tables.Sum(table => table.Count));
    }

    /// <summary>Puts everything into tables. The caller holds the lock.</summary>
    private void Settle()
    {
        _now = new(Merged(_now.Tables, [.. _now.Tables.Select(table => table.CopyOfRemoved())], [.. _now.Recent]), new());
        (_recent, _marked) = (0, 0);
    }

    private static DigestTable[] Merged(DigestTable[] tables, ulong[][] removed, KeyValuePair<Digest, ImmutableArray<int>>[] recent)
    {
        var digests = recent.SelectMany(pair => Enumerable.Repeat(pair.Key, pair.Value.Length)).ToArray();
        var values = recent.SelectMany(pair => pair.Value).ToArray();
        return [.. Algorithms.Select(algorithm => (Now: tables[(int)algorithm], Removed: removed[(int)algorithm], More: TableOf(algorithm, digests, values)))
            .Select(t => t.More.Count == 0 && Array.TrueForAll(t.Removed, bits => bits == 0) ? t.Now : DigestTable.Merged(t.Now, t.Removed, t.More))];
    }

    private static DigestTable TableOf(DigestAlgorithm algorithm, ReadOnlySpan<Digest> digests, ReadOnlySpan<int> values)
    {
        var (length, count, at) = (Digest.LengthOf(algorithm), 0, 0);
        foreach (ref readonly var digest in digests)
            count += digest.Algorithm == algorithm ? 1 : 0;
        var (bytes, own) = (new byte[checked(count * length)], new int[count]);
        for (var i = 0; i < digests.Length; i++)
            if (digests[i].Algorithm == algorithm)
            {
                digests[i].CopyTo(bytes.AsSpan(at * length));
                own[at++] = values[i];
            }
        return DigestTable.Of(length, bytes, own);
    }

    private static ReadOnlySpan<byte> Bytes(in Digest digest, Span<byte> into)
    {
        digest.CopyTo(into);
        return into;
    }

    /// <summary>What lookups read: tables by the number of their algorithm, and what came since.</summary>
    private sealed record Moment(DigestTable[] Tables, ConcurrentDictionary<Digest, ImmutableArray<int>> Recent);
}
