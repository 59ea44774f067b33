using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Hashing;

/// <summary>Compares many tags with one, with the widest vectors of the processor. All ways give the same result.</summary>
internal static class HammingTags
{
    /// <summary>The most bytes of tags that are compared at once.</summary>
    internal const int MostBytes = 64;

    /// <summary>How many bytes of tags are compared at once: 16, 32 or 64.</summary>
    internal static int BytesAtOnce => Avx512BW.IsSupported ? MostBytes : Avx2.IsSupported ? MostBytes / 2 : MostBytes / 4;

    private static Vector128<byte> OnesOfFour => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    /// <summary>Which of the next tags differ from one in at most so many bits, 0 to 16: a bit for each, the first lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Near(ref ushort tags, ushort tag, int most)
    {
        if (Avx512BW.IsSupported)
        {
            var counts = Avx512BW.MultiplyAddAdjacent(Ones((Vector512.LoadUnsafe(ref tags) ^ Vector512.Create(tag)).AsByte()), Vector512<sbyte>.One);
            return Vector512.LessThanOrEqual(counts, Vector512.Create((short)most)).ExtractMostSignificantBits();
        }
        if (Avx2.IsSupported)
        {
            var counts = Avx2.MultiplyAddAdjacent(Ones((Vector256.LoadUnsafe(ref tags) ^ Vector256.Create(tag)).AsByte()), Vector256<sbyte>.One);
            var near = Vector256.GreaterThan(Vector256.Create((short)(most + 1)), counts);
            return near == Vector256<short>.Zero ? 0 : near.ExtractMostSignificantBits();
        }
        if (Vector128.IsHardwareAccelerated)
        {
            var bytes = Ones((Vector128.LoadUnsafe(ref tags) ^ Vector128.Create(tag)).AsByte()).AsUInt16();
            var counts = (bytes + (bytes << 8)) >>> 8;
            return Vector128.LessThanOrEqual(counts, Vector128.Create((ushort)most)).ExtractMostSignificantBits();
        }
        return NearScalar(ref tags, tag, most, BytesAtOnce / sizeof(ushort));
    }

    /// <inheritdoc cref="Near(ref ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Near(ref byte tags, byte tag, int most)
    {
        if (Avx512BW.IsSupported)
            return Vector512.LessThanOrEqual(Ones(Vector512.LoadUnsafe(ref tags) ^ Vector512.Create(tag)), Vector512.Create((byte)most)).ExtractMostSignificantBits();
        if (Avx2.IsSupported)
            return Vector256.LessThanOrEqual(Ones(Vector256.LoadUnsafe(ref tags) ^ Vector256.Create(tag)), Vector256.Create((byte)most)).ExtractMostSignificantBits();
        if (Vector128.IsHardwareAccelerated)
            return Vector128.LessThanOrEqual(Ones(Vector128.LoadUnsafe(ref tags) ^ Vector128.Create(tag)), Vector128.Create((byte)most)).ExtractMostSignificantBits();
        return NearScalar(ref tags, tag, most, BytesAtOnce);
    }

    /// <summary>As <see cref="Near(ref ushort, ushort, int)"/>, one after the other.</summary>
    internal static ulong NearScalar<T>(ref T tags, T tag, int most, int count)
        where T : unmanaged, IBinaryInteger<T>
    {
        var near = 0UL;
        for (var i = 0; i < count; i++)
            near |= int.CreateTruncating(T.PopCount(Unsafe.Add(ref tags, i) ^ tag)) <= most ? 1UL << i : 0;
        return near;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Ones(Vector512<byte> values)
    {
        var ones = Vector512.Create(Vector256.Create(OnesOfFour, OnesOfFour), Vector256.Create(OnesOfFour, OnesOfFour));
        var low = Vector512.Create((byte)0x0f);
        return Avx512BW.Shuffle(ones, values & low) + Avx512BW.Shuffle(ones, (values.AsUInt16() >>> 4).AsByte() & low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Ones(Vector256<byte> values)
    {
        var ones = Vector256.Create(OnesOfFour, OnesOfFour);
        var low = Vector256.Create((byte)0x0f);
        return Avx2.Shuffle(ones, values & low) + Avx2.Shuffle(ones, (values.AsUInt16() >>> 4).AsByte() & low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Ones(Vector128<byte> values)
    {
        if (AdvSimd.IsSupported)
            return AdvSimd.PopCount(values);
        values -= (values >>> 1) & Vector128.Create((byte)0x55);
        values = (values & Vector128.Create((byte)0x33)) + ((values >>> 2) & Vector128.Create((byte)0x33));
        return (values + (values >>> 4)) & Vector128.Create((byte)0x0f);
    }
}
