using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>Reads a snapshot's file, in the order in which it was written. What it hands out are parts of the mapped file.</summary>
internal sealed class HammingReader
{
    private readonly HammingMemory _all;
    private long _at = HammingHeader.Bytes;

    private HammingReader(HammingMemory all, int count) => (_all, Count) = (all, count);

    /// <summary>Hashes in it that are not removed.</summary>
    internal int Count { get; }

    /// <summary>Maps a file and checks all of it.</summary>
    /// <exception cref="IOException">It cannot be opened or mapped.</exception>
    /// <exception cref="InvalidDataException">It is not a whole, unaltered snapshot that this version on this processor can use.</exception>
    internal static HammingReader Open(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        if (file.Length < HammingHeader.Bytes)
            throw new InvalidDataException($"{path} is not a snapshot of an index: it has {file.Length} bytes.");
        var all = HammingMemory.Map(file);
        return new(all, HammingHeader.Check(all, path));
    }

    /// <summary>Reads a number.</summary>
    internal int Number()
    {
        var number = _all.Part(_at, sizeof(int)).At<int>(0);
        _at += sizeof(int);
        return number;
    }

    /// <summary>So many values, in place.</summary>
    internal HammingMemory Section<T>(long count)
        where T : unmanaged
    {
        Align();
        var bytes = count * Unsafe.SizeOf<T>();
        var section = _all.Part(_at, bytes);
        _at += bytes;
        Align();
        return section;
    }

    private void Align() => _at = (_at + HammingMemory.Alignment - 1) / HammingMemory.Alignment * HammingMemory.Alignment;
}
