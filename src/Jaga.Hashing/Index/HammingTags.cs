using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Hashing;

/// <summary>Compares many tags with one, with the widest vectors of the processor. All ways give the same result.</summary>
internal static class HammingTags
{
    /// <summary>The most tags that are compared at once.</summary>
    internal const int Most = 32;

    /// <summary>How many tags <see cref="Near"/> compares: 8, 16 or 32.</summary>
    internal static int AtOnce => Avx512BW.IsSupported ? Most : Avx2.IsSupported ? Most / 2 : Most / 4;

    /// <summary>Which of the next <see cref="AtOnce"/> tags differ from one in at most so many bits: a bit for each, the first lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Near(ref ushort tags, ushort tag, int most)
    {
        if (Avx512BW.IsSupported)
        {
            var difference = (Vector512.LoadUnsafe(ref tags) ^ Vector512.Create(tag)).AsByte();
            var ones = Vector512.Create(Vector256.Create(OnesOfFour, OnesOfFour), Vector256.Create(OnesOfFour, OnesOfFour));
            var low = Vector512.Create((byte)0x0f);
            var bytes = Avx512BW.Shuffle(ones, difference & low) + Avx512BW.Shuffle(ones, Vector512.ShiftRightLogical(difference.AsUInt16(), 4).AsByte() & low);
            var counts = Avx512BW.MultiplyAddAdjacent(bytes, Vector512<sbyte>.One);
            return (uint)Vector512.LessThanOrEqual(counts, Vector512.Create((short)most)).ExtractMostSignificantBits();
        }
        if (Avx2.IsSupported)
        {
            var difference = (Vector256.LoadUnsafe(ref tags) ^ Vector256.Create(tag)).AsByte();
            var ones = Vector256.Create(OnesOfFour, OnesOfFour);
            var low = Vector256.Create((byte)0x0f);
            var bytes = Avx2.Shuffle(ones, difference & low) + Avx2.Shuffle(ones, Vector256.ShiftRightLogical(difference.AsUInt16(), 4).AsByte() & low);
            var near = Vector256.GreaterThan(Vector256.Create((short)(most + 1)), Avx2.MultiplyAddAdjacent(bytes, Vector256<sbyte>.One));
            return near == Vector256<short>.Zero ? 0 : near.ExtractMostSignificantBits();
        }
        if (Vector128.IsHardwareAccelerated)
        {
            var difference = Vector128.LoadUnsafe(ref tags) ^ Vector128.Create(tag);
            return Vector128.LessThanOrEqual(Ones(difference), Vector128.Create((ushort)most)).ExtractMostSignificantBits();
        }
        return NearScalar(ref tags, tag, most, Most / 4);
    }

    /// <summary>As <see cref="Near"/>, one after the other.</summary>
    internal static uint NearScalar(ref ushort tags, ushort tag, int most, int count)
    {
        var near = 0u;
        for (var i = 0; i < count; i++)
            near |= BitOperations.PopCount((uint)(Unsafe.Add(ref tags, i) ^ tag)) <= most ? 1u << i : 0;
        return near;
    }

    private static Vector128<byte> OnesOfFour => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Ones(Vector128<ushort> values)
    {
        if (AdvSimd.IsSupported)
            return AdvSimd.AddPairwiseWidening(AdvSimd.PopCount(values.AsByte()));
        values -= (values >>> 1) & Vector128.Create((ushort)0x5555);
        values = (values & Vector128.Create((ushort)0x3333)) + ((values >>> 2) & Vector128.Create((ushort)0x3333));
        values = (values + (values >>> 4)) & Vector128.Create((ushort)0x0f0f);
        return (values + (values >>> 8)) & Vector128.Create((ushort)0x1f);
    }
}
