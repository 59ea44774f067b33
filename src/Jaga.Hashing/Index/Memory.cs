using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Hashing;

/// <summary>Hints to the processor and the system.</summary>
internal static unsafe partial class Memory
{
    private const int InHugePages = 14; // MADV_HUGEPAGE of Linux's <sys/mman.h>

    /// <summary>
    /// Starts to fetch what will be read soon. Only a hint, and none on processors without it: nothing is read, so an address
    /// that the garbage collector has changed meanwhile does no harm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch<T>(ref T what)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref what));
    }

    /// <summary>
    /// Asks the system to keep memory that is not yet written to in large pages, so that the processor finds it without searching
    /// its page tables. Only a hint, and none where the system has no such thing.
    /// </summary>
    internal static void InLargePages(byte* start, long bytes)
    {
        var end = start + bytes;
        start += -(nint)start & (Environment.SystemPageSize - 1);
        if (OperatingSystem.IsLinux() && start < end)
            _ = Advise(start, (nuint)(end - start), InHugePages);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint bytes, int advice);
}
