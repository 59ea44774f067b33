using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Jaga.Hashing;

/// <summary>
/// From 64 × 64 samples to the 16 × 16 lowest cosine coefficients, without the constant ones, and from those to the bits of
/// the picture and of its seven turned and mirrored copies.
/// </summary>
/// <remarks>
/// <c>B = D·A·Dᵀ</c> with <c>D[i][k] = √(2/64)·cos(π/128·(i + 1)·(2k + 1))</c>. A cosine is the same, or the same with the
/// other sign, seen from the other end, so samples are first added to and taken from their mirror images, which halves the
/// work down the columns. A bit is 1 where its coefficient is above the lower median of all 256. Turning and mirroring a
/// picture only moves coefficients and changes their signs, so that eight hashes cost one transform.
/// </remarks>
internal static class PdqCosines
{
    /// <summary>Rows and columns of coefficients.</summary>
    internal const int Side = 16;

    /// <summary>Coefficients, and bits of a hash.</summary>
    internal const int Count = Side * Side;

    private const int Samples = PdqBands.Samples;
    private const int Half = Samples / 2;

    /// <summary>D, 16 rows of 64; and its transpose, 64 rows of 16.</summary>
    private static readonly float[] Down = MakeMatrix(transposed: false), Along = MakeMatrix(transposed: true);

    /// <summary>
    /// The signs that coefficients of the copies take: all plus; minus in even columns, mirrored left to right; minus at odd sums
    /// of row and column, upside down; minus in even rows, mirrored top to bottom. (Column 0 has frequency 1.)
    /// </summary>
    private static readonly float[][] Signs =
    [
        SignsWhere((_, _) => false), SignsWhere((_, j) => j % 2 == 0), SignsWhere((i, j) => (i + j) % 2 == 1), SignsWhere((i, _) => i % 2 == 0),
    ];

    /// <summary>
    /// Fills 16 × 16 coefficients, row by row, from 64 × 64 samples. With <paramref name="scalar"/> the vector
    /// instructions are left alone; the result is the same.
    /// </summary>
    [SkipLocalsInit]
    internal static void Transform(ReadOnlySpan<float> samples, Span<float> coefficients, bool scalar)
    {
        Span<float> sums = stackalloc float[Half * Samples];
        Span<float> differences = stackalloc float[Half * Samples];
        Span<float> columns = stackalloc float[Side * Samples];
        var lanes = scalar ? 1 : Vector<float>.Count;
        for (var k = 0; k < Half; k++)
            for (var j = 0; j < Samples; j += lanes)
            {
                var (near, far) = (k * Samples + j, (Samples - 1 - k) * Samples + j);
                if (scalar)
                    (sums[near], differences[near]) = (samples[near] + samples[far], samples[near] - samples[far]);
                else
                {
                    var (nearby, opposite) = (new Vector<float>(samples[near..]), new Vector<float>(samples[far..]));
                    (nearby + opposite).CopyTo(sums[near..]);
                    (nearby - opposite).CopyTo(differences[near..]);
                }
            }
        for (var i = 0; i < Side; i++)
        {
            // Row i has frequency i + 1: odd frequencies change their sign in the mirror.
            var folded = i % 2 == 0 ? differences : sums;
            Combine(Down.AsSpan(i * Samples, Half), folded, columns.Slice(i * Samples, Samples), scalar);
        }
        for (var i = 0; i < Side; i++)
            Combine(columns.Slice(i * Samples, Samples), Along, coefficients.Slice(i * Side, Side), scalar);
    }

    /// <summary>The hash of the coefficients as they are.</summary>
    internal static PdqHash Bits(ReadOnlySpan<float> coefficients) => Bits(coefficients, LowerMedian(coefficients));

    /// <summary>The hashes of the picture and its turned and mirrored copies, in the order of <see cref="Dihedral"/>.</summary>
    internal static void AllBits(ReadOnlySpan<float> coefficients, Span<PdqHash> eight)
    {
        Fill(coefficients, Signs[0], eight, Dihedral.Original, Dihedral.FlipPlus1);
        Fill(coefficients, Signs[1], eight, Dihedral.FlipY, Dihedral.Rotate90);
        Fill(coefficients, Signs[2], eight, Dihedral.Rotate180, Dihedral.FlipMinus1);
        Fill(coefficients, Signs[3], eight, Dihedral.FlipX, Dihedral.Rotate270);

        static void Fill(ReadOnlySpan<float> coefficients, float[] signs, Span<PdqHash> eight, Dihedral straight, Dihedral crossed)
        {
            Span<float> signed = stackalloc float[Count];
            for (var i = 0; i < Count; i += Vector<float>.Count)
                (new Vector<float>(coefficients[i..]) * new Vector<float>(signs, i)).CopyTo(signed[i..]);
            eight[(int)straight] = Bits(signed);
            eight[(int)crossed] = eight[(int)straight].Transposed();
        }
    }

    /// <summary>Fills <paramref name="to"/> with the rows of <paramref name="matrix"/>, times their weights, added up in order.</summary>
    private static void Combine(ReadOnlySpan<float> weights, ReadOnlySpan<float> matrix, Span<float> to, bool scalar)
    {
        if (scalar)
        {
            for (var j = 0; j < to.Length; j++)
            {
                var sum = 0f;
                for (var k = 0; k < weights.Length; k++)
                    sum += weights[k] * matrix[k * to.Length + j];
                to[j] = sum;
            }
            return;
        }
        ref var row = ref MemoryMarshal.GetReference(matrix);
        ref var weight = ref MemoryMarshal.GetReference(weights);
        ref var result = ref MemoryMarshal.GetReference(to);
        var lanes = Vector<float>.Count;
        if (to.Length % (4 * lanes) == 0)
            for (var j = 0; j < to.Length; j += 4 * lanes)
            {
                Vector<float> a = default, b = default, c = default, d = default;
                for (var k = 0; k < weights.Length; k++)
                {
                    var factor = new Vector<float>(Unsafe.Add(ref weight, k));
                    ref var at = ref Unsafe.Add(ref row, k * to.Length + j);
                    a += factor * Vector.LoadUnsafe(ref at);
                    b += factor * Vector.LoadUnsafe(ref at, (nuint)lanes);
                    c += factor * Vector.LoadUnsafe(ref at, (nuint)lanes * 2);
                    d += factor * Vector.LoadUnsafe(ref at, (nuint)lanes * 3);
                }
                a.StoreUnsafe(ref result, (nuint)j);
                b.StoreUnsafe(ref result, (nuint)(j + lanes));
                c.StoreUnsafe(ref result, (nuint)(j + 2 * lanes));
                d.StoreUnsafe(ref result, (nuint)(j + 3 * lanes));
            }
        else
            for (var j = 0; j < to.Length; j += lanes)
            {
                Vector<float> sum = default;
                for (var k = 0; k < weights.Length; k++)
                    sum += new Vector<float>(Unsafe.Add(ref weight, k)) * Vector.LoadUnsafe(ref row, (nuint)(k * to.Length + j));
                sum.StoreUnsafe(ref result, (nuint)j);
            }
    }

    /// <summary>The 128th smallest of 256 values: found bit by bit, by counting how many are no greater.</summary>
    [SkipLocalsInit]
    private static float LowerMedian(ReadOnlySpan<float> values)
    {
        Span<int> ordered = stackalloc int[Count]; // as whole numbers in the same order
        for (var i = 0; i < Count; i += Vector<int>.Count)
        {
            var bits = new Vector<float>(values[i..]).As<float, int>();
            (bits ^ ((bits >> 31) & new Vector<int>(int.MaxValue))).CopyTo(ordered[i..]);
        }
        var median = int.MinValue;
        for (var half = 1u << 31; half > 0; half >>= 1)
        {
            var limit = new Vector<int>(unchecked(median + (int)(half - 1))); // the last of the lower half of what is left
            Vector<int> greater = default;
            for (var i = 0; i < Count; i += Vector<int>.Count)
                greater -= Vector.GreaterThan(new Vector<int>(ordered[i..]), limit);
            if (Count - Vector.Sum(greater) < Count / 2)
                median = unchecked(median + (int)half);
        }
        return BitConverter.Int32BitsToSingle(median ^ ((median >> 31) & int.MaxValue));
    }

    private static PdqHash Bits(ReadOnlySpan<float> values, float median)
    {
        return new(Word(values[192..], median), Word(values[128..192], median), Word(values[64..128], median), Word(values[..64], median));

        static ulong Word(ReadOnlySpan<float> values, float median)
        {
            var word = 0UL;
            var threshold = Vector128.Create(median);
            ref var first = ref MemoryMarshal.GetReference(values);
            for (var k = 0; k < 64; k += 4)
                word |= (ulong)Vector128.GreaterThan(Vector128.LoadUnsafe(ref first, (nuint)k), threshold).ExtractMostSignificantBits() << k;
            return word;
        }
    }

    private static float[] SignsWhere(Func<int, int, bool> isMinus) =>
        [.. Enumerable.Range(0, Count).Select(k => isMinus(k / Side, k % Side) ? -1f : 1f)];

    private static float[] MakeMatrix(bool transposed)
    {
        var matrix = new float[Side * Samples];
        for (var i = 0; i < Side; i++)
            for (var k = 0; k < Samples; k++)
                matrix[transposed ? k * Side + i : i * Samples + k] =
                    (float)(Math.Sqrt(2.0 / Samples) * Math.Cos(Math.PI / (2 * Samples) * (i + 1) * (2 * k + 1)));
        return matrix;
    }
}
