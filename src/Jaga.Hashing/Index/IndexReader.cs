using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>Reads a snapshot's file, in the order in which it was written. What it hands out are parts of the mapped file.</summary>
internal sealed class IndexReader
{
    private readonly IndexMemory _all;
    private long _at = IndexHeader.Bytes;

    private IndexReader(IndexMemory all, int count) => (_all, Count) = (all, count);

    /// <summary>Hashes in it that are not removed.</summary>
    internal int Count { get; }

    /// <summary>Maps a file and checks all of it.</summary>
    /// <param name="kind">Of which kind of index it must be; see <see cref="IndexHeader"/>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened or mapped.</exception>
    /// <exception cref="InvalidDataException">It is not a whole, unaltered snapshot that this version on this processor can use.</exception>
    internal static IndexReader Open(string kind, string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        if (file.Length < IndexHeader.Bytes)
            throw new InvalidDataException($"{path} is not a snapshot of such an index: it has {file.Length} bytes.");
        var all = IndexMemory.Map(file);
        return new(all, IndexHeader.Check(kind, all, path));
    }

    /// <summary>Reads a number.</summary>
    internal int Number()
    {
        var number = _all.Part(_at, sizeof(int)).At<int>(0);
        _at += sizeof(int);
        return number;
    }

    /// <summary>So many values, in place.</summary>
    internal IndexMemory Section<T>(long count)
        where T : unmanaged
    {
        Align();
        var bytes = count * Unsafe.SizeOf<T>();
        var section = _all.Part(_at, bytes);
        _at += bytes;
        Align();
        return section;
    }

    private void Align() => _at = (_at + IndexMemory.Alignment - 1) / IndexMemory.Alignment * IndexMemory.Alignment;
}
