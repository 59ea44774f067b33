using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>
/// A run of bytes that does not move: of the garbage collector's pinned heap, or of a mapped file. It is not checked who reads
/// where, so that reading costs nothing.
/// </summary>
/// <remarks>
/// References into it do not keep a mapped file mapped: whoever reads holds on to this (<see cref="GC.KeepAlive"/>) to the end.
/// </remarks>
internal sealed unsafe class IndexMemory
{
    /// <summary>Where a run of its own begins, and a section of a file: no hash lies on two cache lines.</summary>
    internal const int Alignment = 64;

    /// <summary>Runs of so many bytes are asked for in large pages: a query reads from all over them.</summary>
    private const long LargeBytes = 1 << 23;

    private readonly object _holder;
    private readonly byte* _start;

    private IndexMemory(object holder, byte* start, long bytes)
    {
        _holder = holder;
        _start = start;
        Bytes = bytes;
    }

    /// <summary>How many bytes.</summary>
    internal long Bytes { get; }

    /// <summary>Memory of its own, not cleared.</summary>
    internal static IndexMemory Allocate(long bytes)
    {
        var words = GC.AllocateUninitializedArray<ulong>(checked((int)((bytes + Alignment) / sizeof(ulong)) + 1), pinned: true);
        var start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(words));
        if (bytes >= LargeBytes)
            Memory.InLargePages(start, bytes);
        return new(words, start + (-(nint)start & (Alignment - 1)), bytes);
    }

    /// <summary>A file's bytes, read when they are looked at. The file is closed when nobody holds any part of it any more.</summary>
    /// <exception cref="IOException">It cannot be opened or mapped.</exception>
    internal static IndexMemory Map(FileStream file)
    {
        var bytes = file.Length;
        using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read); // its handle's finalizer unmaps
        var start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
        return new(view, start, bytes);
    }

    /// <summary>A part of it, which keeps all of it.</summary>
    internal IndexMemory Part(long from, long bytes) => from >= 0 && bytes >= 0 && from <= Bytes - bytes
        ? new(_holder, _start + from, bytes)
        : throw new InvalidDataException($"Bytes {from} to {from + bytes} of {Bytes}.");

    /// <summary>The value at an index, not checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T At<T>(long index)
        where T : unmanaged => ref ((T*)_start)[index];

    /// <summary>Fills it with zeros.</summary>
    internal void Clear() => NativeMemory.Clear(_start, (nuint)Bytes);

    /// <summary>Some of its values, at most as many as a span has.</summary>
    internal Span<T> Values<T>(long from, int count)
        where T : unmanaged => new((T*)_start + from, count);
}
