using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Hashing;

/// <summary>Hints to the processor.</summary>
internal static class Memory
{
    /// <summary>
    /// Starts to fetch what will be read soon. Only a hint, and none on processors without it: nothing is read, so an address
    /// that the garbage collector has changed meanwhile does no harm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Prefetch<T>(ref T what)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref what));
    }
}
