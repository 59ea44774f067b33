using System.Security.Cryptography;
using System.Text;

namespace Jaga.Reports;

/// <summary>
/// The code by which a reporter comes back: 85 bits of chance as 17 of Crockford's base32 symbols, and 3 symbols of check, in five groups that can be said over the
/// phone: <c>7K3M-Q9RA-…</c>. Neither I, L, O nor U occur; what was heard or typed as one of the first three is read as 1, 1 and 0.
/// </summary>
/// <remarks>
/// The check is a Reed–Solomon code over GF(32) (x⁵ + x² + 1) with the roots α, α², α³: any three wrong symbols are noticed, and one wrong symbol is found, so that
/// a typing error is answered with its group. The check tells nothing about which codes exist.
/// </remarks>
public sealed class ReceiptCode
{
    /// <summary>Symbols in a code.</summary>
    public const int Length = Data + Check;

    /// <summary>Bits of chance in a code.</summary>
    public const int Entropy = Data * 5;

    private const int Data = 17;
    private const int Check = 3;
    private const int Group = 4;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly int[] Powers = MakePowers();
    private static readonly int[] Generator = MakeGenerator();
    private readonly string _symbols;

    private ReceiptCode(string symbols) => _symbols = symbols;

    /// <summary>A new code, from the system's source of chance.</summary>
    public static ReceiptCode New()
    {
        Span<int> symbols = stackalloc int[Length];
        Span<byte> chance = stackalloc byte[Data];
        RandomNumberGenerator.Fill(chance);
        for (var i = 0; i < Data; i++)
        {
            symbols[i] = chance[i] & 31;
        }

        Fill(symbols);
        return new(Written(symbols));
    }

    /// <summary>Reads a code as somebody typed it, whatever stands between the groups.</summary>
    /// <param name="mistake">What is wrong with it, where it is no code.</param>
    public static ReceiptCode? Read(string typed, out ReceiptMistake mistake)
    {
        mistake = default;
        Span<int> symbols = stackalloc int[Length];
        var count = 0;
        foreach (var c in typed.ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && !char.IsPunctuation(c)))
        {
            var value = Alphabet.IndexOf(c switch { 'O' => '0', 'I' or 'L' => '1', _ => c }, StringComparison.Ordinal);
            if (value < 0)
            {
                mistake = new(ReceiptMistakeKind.Symbol, (count / Group) + 1);
                return null;
            }

            if (count < Length)
            {
                symbols[count] = value;
            }

            count++;
        }

        if (count != Length)
        {
            mistake = new(ReceiptMistakeKind.Length, count);
            return null;
        }

        if (Wrong(symbols) is { } at)
        {
            mistake = at < 0 ? new(ReceiptMistakeKind.Somewhere, 0) : new(ReceiptMistakeKind.Group, (at / Group) + 1);
            return null;
        }

        return new(Written(symbols));
    }

    /// <summary>What is kept of it: HMAC-SHA-256 under a key of this house, 32 bytes. Nobody who has the database can tell a code from it, or try codes on it without the key.</summary>
    public byte[] Digest(byte[] key) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(_symbols));

    /// <summary>In groups of four with a hyphen between them.</summary>
    public override string ToString() => string.Join('-', _symbols.Chunk(Group).Select(g => new string(g)));

    private static string Written(ReadOnlySpan<int> symbols)
    {
        var text = new StringBuilder(Length);
        foreach (var symbol in symbols)
        {
            text.Append(Alphabet[symbol]);
        }

        return text.ToString();
    }

    // Divides by the generator; the remainder is the check.
    private static void Fill(Span<int> symbols)
    {
        Span<int> rest = stackalloc int[Check];
        for (var i = 0; i < Data; i++)
        {
            var factor = symbols[i] ^ rest[0];
            for (var j = 0; j < Check; j++)
            {
                rest[j] = (j + 1 < Check ? rest[j + 1] : 0) ^ Times(factor, Generator[j]);
            }
        }

        rest.CopyTo(symbols[Data..]);
    }

    // Null where the check holds; the place of the one wrong symbol; or -1 where more are wrong.
    private static int? Wrong(ReadOnlySpan<int> symbols)
    {
        Span<int> syndromes = stackalloc int[Check];
        for (var s = 0; s < Check; s++)
        {
            foreach (var symbol in symbols)
            {
                syndromes[s] = Times(syndromes[s], Powers[s + 1]) ^ symbol;
            }
        }

        if (syndromes is [0, 0, 0])
        {
            return null;
        }

        for (var at = 0; at < Length; at++)
        {
            var root = Powers[(Length - 1 - at) % 31];
            if (syndromes[0] != 0 && Times(syndromes[0], root) == syndromes[1] && Times(syndromes[1], root) == syndromes[2])
            {
                return at;
            }
        }

        return -1;
    }

    private static int Times(int a, int b)
    {
        var product = 0;
        for (; b > 0; b >>= 1, a = (a << 1) ^ ((a & 16) == 0 ? 0 : 0b100101))
        {
            product ^= (b & 1) == 0 ? 0 : a;
        }

        return product;
    }

    private static int[] MakePowers()
    {
        var powers = new int[31];
        for (int i = 0, power = 1; i < 31; i++, power = Times(power, 2))
        {
            powers[i] = power;
        }

        return powers;
    }

    // (x - α)(x - α²)(x - α³), without its leading 1.
    private static int[] MakeGenerator()
    {
        int[] polynomial = [1];
        for (var root = 1; root <= Check; root++)
        {
            var next = new int[polynomial.Length + 1];
            for (var i = 0; i < polynomial.Length; i++)
            {
                next[i] ^= polynomial[i];
                next[i + 1] ^= Times(polynomial[i], Powers[root]);
            }

            polynomial = next;
        }

        return polynomial[1..];
    }
}

/// <summary>What is wrong with a code that was typed.</summary>
public enum ReceiptMistakeKind
{
    /// <summary>It holds a character that no code has.</summary>
    Symbol,

    /// <summary>It is too long or too short.</summary>
    Length,

    /// <summary>One symbol is wrong, and its group is known.</summary>
    Group,

    /// <summary>More than one symbol is wrong.</summary>
    Somewhere,
}

/// <summary>A typing error, as the check found it.</summary>
/// <param name="Number">The group, from 1, or for a wrong length the symbols that there are.</param>
public readonly record struct ReceiptMistake(ReceiptMistakeKind Kind, int Number);
