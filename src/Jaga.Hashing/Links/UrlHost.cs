using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jaga.Hashing;

/// <summary>The host of a link: in ASCII, as it is read, and whether it pretends.</summary>
internal readonly record struct UrlHost(string Name, string Skeleton, bool IsDisguised)
{
    private const int MaxLength = 253, MaxLabel = 63;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Reads a host as the WHATWG's host parser does; false where it is none.</summary>
    internal static bool TryRead(string text, out UrlHost host)
    {
        host = default;
        if (text.StartsWith('['))
            return TryReadV6(text, out host);

        try
        {
            return TryReadName(UrlPath.Unescaped(text), out host);
        }
        catch (ArgumentException)
        {
            return false; // not a name by UTS 46, or not Unicode
        }
    }

    private static bool TryReadName(string text, out UrlHost host)
    {
        host = default;
        var name = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Replace('。', '.').TrimEnd('.');
        name = string.Concat(name.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format).Select(rune => rune.ToString()));
        if (name.Length is 0 or > MaxLength || name.Split('.').Any(label => label.Length == 0 || label.Any(IsForbidden)))
            return false;
        if (IsNumber(name[(name.LastIndexOf('.') + 1)..]))
            return TryReadV4(name, out host);

        var ascii = Ascii.IsValid(name) ? name : Idn.GetAscii(name).ToLowerInvariant();
        if (ascii.Length > MaxLength || ascii.Split('.').Any(label => label.Length > MaxLabel || label.Any(IsForbidden)))
            return false;
        var read = ascii.Contains("xn--", StringComparison.Ordinal) ? Unicode(ascii) : ascii;
        host = new(ascii, SkeletonOf(read), read.Split('.').Any(label => !Ascii.IsValid(label) && Ascii.IsValid(SkeletonOf(label))));
        return true;
    }

    private static string Unicode(string ascii)
    {
        try
        {
            return Idn.GetUnicode(ascii);
        }
        catch (ArgumentException)
        {
            return ascii; // registered nowhere, yet written
        }
    }

    private static string SkeletonOf(string host)
    {
        var skeleton = new StringBuilder(host.Length);
        foreach (var rune in host.Normalize(NormalizationForm.FormD).ToLowerInvariant().EnumerateRunes())
            skeleton.Append(Lookalikes.FoldInHost(rune) switch
            {
                { Value: '0' } => "o",
                { Value: '1' or 'i' or '|' } => "l",
                var other => other.ToString(),
            });
        return skeleton.Replace("rn", "m").Replace("vv", "w").ToString();
    }

    private static bool TryReadV6(string text, out UrlHost host)
    {
        var read = text.EndsWith(']') && !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text[1..^1], out var address) && address.AddressFamily is AddressFamily.InterNetworkV6
            ? $"[{address}]" : "";
        host = new(read, read, false);
        return read.Length > 0;
    }

    // One to four numbers, decimal, octal (0…) or hexadecimal (0x…); the last one fills the bytes that are left.
    private static bool TryReadV4(string name, out UrlHost host)
    {
        host = default;
        var parts = name.Split('.');
        var address = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            if (parts.Length > 4 || Number(parts[i]) is not { } number || number >= (last ? 1L << 8 * (5 - parts.Length) : 256))
                return false;
            address += number << (last ? 0 : 8 * (3 - i));
        }
        var read = $"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}";
        host = new(read, read, false);
        return true;
    }

    private static bool IsNumber(string label) => label.All(char.IsAsciiDigit) || (label.StartsWith("0x", StringComparison.Ordinal) && label.Skip(2).All(char.IsAsciiHexDigit));

    private static long? Number(string part)
    {
        var (digits, radix) = part.StartsWith("0x", StringComparison.Ordinal) ? (part[2..], 16) : part.Length > 1 && part[0] == '0' ? (part[1..], 8) : (part, 10);
        var number = part.Length == 0 ? -1L : 0L;
        foreach (var digit in digits)
        {
            var value = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : 16;
            number = number < 0 || value >= radix ? -1 : Math.Min(number * radix + value, 1L << 33);
        }
        return number < 0 ? null : number;
    }

    private static bool IsForbidden(char one) => one <= ' ' || one is '#' or '/' or ':' or '<' or '>' or '?' or '@' or '[' or '\\' or ']' or '^' or '|' or '%' or '\u007F';
}
