using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Jaga.Hashing;

/// <summary>
/// Which values belong to a digest: exact lookup among any number of MD5, SHA-1 and SHA-256 digests. A digest may have
/// several values (the same file in two banks). Any number of threads may add, remove and look up at once; nobody waits for
/// a lookup and no lookup waits.
/// </summary>
public sealed class DigestIndex
{
    private readonly ConcurrentDictionary<Digest, ImmutableArray<int>> _values = new();
    private int _count;

    /// <summary>Pairs of a digest and a value in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All pairs, in no order. What is added or removed meanwhile may be among them or not.</summary>
    public IEnumerable<(Digest Digest, int Value)> All => _values.SelectMany(pair => pair.Value.Select(value => (pair.Key, value)));

    /// <summary>Adds a value to a digest. The next lookup finds it.</summary>
    /// <returns>False where the pair was there already; it is then kept once.</returns>
    public bool Add(in Digest digest, int value)
    {
        for (; ; )
        {
            if (!_values.TryGetValue(digest, out var values))
            {
                if (!_values.TryAdd(digest, [value]))
                    continue;
            }
            else if (values.Contains(value))
                return false;
            else if (!_values.TryUpdate(digest, values.Add(value), values))
                continue;
            Interlocked.Increment(ref _count);
            return true;
        }
    }

    /// <summary>Takes a value from a digest. The next lookup does not find it.</summary>
    /// <returns>False where the pair was not there.</returns>
    public bool Remove(in Digest digest, int value)
    {
        while (_values.TryGetValue(digest, out var values) && values.Contains(value))
        {
            var removed = values.Length == 1
                ? _values.TryRemove(KeyValuePair.Create(digest, values))
                : _values.TryUpdate(digest, values.Remove(value), values);
            if (!removed)
                continue;
            Interlocked.Decrement(ref _count);
            return true;
        }
        return false;
    }

    /// <summary>The values of a digest, oldest first; empty where there are none.</summary>
    public ImmutableArray<int> Find(in Digest digest) => _values.TryGetValue(digest, out var values) ? values : [];
}
