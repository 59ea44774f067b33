using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Jaga.Hashing;

namespace Jaga.Banks;

/// <summary>
/// A signal's value as it is written in lists and calls, and as it is kept. Hashes are hexadecimal digits. A text or a link may be written as itself, and is
/// then kept as its fingerprint only. A film is a list of strings <c>hash,quality,seconds</c> in JSON, as vPDQ's Python library has it.
/// </summary>
/// <param name="Type">Of a text too short for a fingerprint <see cref="SignalType.TextSha256"/>, whatever was asked for.</param>
/// <param name="Value">What is compared, or by what it is found.</param>
/// <param name="Content">The frames of a film, in the same form as they are written; null for every other type.</param>
public readonly record struct SignalValue(SignalType Type, byte[] Value, byte[]? Content = null)
{
    /// <summary>Different frames of the longest film taken.</summary>
    public const int MaxFrames = 5_000;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // Every empty file has these; a list that holds one holds it by mistake.
    private static readonly HashSet<string> OfNothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    };

    /// <summary>Reads a value; answers null, or what is wrong with it.</summary>
    public static string? TryRead(SignalType type, string text, out SignalValue value)
    {
        value = default;
        return type switch
        {
            SignalType.Text or SignalType.TextSha256 when !IsHex(text, 32) => ReadText(type, text, out value),
            SignalType.Url when !IsHex(text, 32) => ReadUrl(text, out value),
            SignalType.Vpdq => ReadFilm(text, out value),
            SignalType.PhotoDna when !IsHex(text, SignalTypes.VectorBytes) => ReadVector(text, out value),
            SignalType.External => ReadExternal(text, out value),
            _ => ReadHash(type, text, out value),
        };
    }

    /// <summary>Writes a value so that <see cref="TryRead"/> reads it: a film's frames, or else the hash.</summary>
    public static string Write(SignalType type, ReadOnlySpan<byte> value, ReadOnlySpan<byte> content) => type switch
    {
        SignalType.Vpdq when !content.IsEmpty => Encoding.UTF8.GetString(content),
        SignalType.External => ExternalHash.FromValue(value).ToString(),
        _ => Convert.ToHexStringLower(value),
    };

    /// <summary>The frames of a film's <see cref="Content"/>.</summary>
    public static VpdqFingerprint Film(ReadOnlySpan<byte> content) => new(VpdqText.ReadJson(Encoding.UTF8.GetString(content)));

    /// <summary>The value of a film.</summary>
    public static SignalValue Of(VpdqFingerprint film)
    {
        var content = Encoding.UTF8.GetBytes(VpdqText.WriteJson(film));
        return new(SignalType.Vpdq, SHA256.HashData(content), content);
    }

    private static string? ReadHash(SignalType type, string text, out SignalValue value)
    {
        value = new(type, new byte[type.Bytes()]);
        if (text.Length != 2 * value.Value.Length)
        {
            return $"This is {text.Length} characters; {type.Word()} is {2 * value.Value.Length} hexadecimal digits.";
        }

        if (Convert.FromHexString(text, value.Value, out _, out _) != OperationStatus.Done)
        {
            return $"{Printable(text[text.AsSpan().IndexOfAnyExcept(HexDigits)])} is not a hexadecimal digit.";
        }

        return value.Value.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? "All zeros: what a tool writes for a picture that it could not read."
            : OfNothing.Contains(text) ? "This is the digest of an empty file, and would match every one."
            : null;
    }

    private static string? ReadText(SignalType type, string text, out SignalValue value)
    {
        value = default;
        if (text.Length > NormalText.MaxLength)
        {
            return $"A text has at most {NormalText.MaxLength:N0} characters.";
        }

        var normal = NormalText.Of(text);
        if (normal.IsEmpty)
        {
            return "There is neither a letter nor a digit in this text.";
        }

        value = type is SignalType.Text && TextFingerprint.Of(normal) is { } bits ? new(SignalType.Text, bits.ToArray()) : new(SignalType.TextSha256, normal.Digest.ToArray());
        return null;
    }

    private static string? ReadUrl(string text, out SignalValue value)
    {
        var read = CanonicalUrl.TryRead(text, out var url);
        value = read ? new(SignalType.Url, url!.Digest.ToArray()) : default;
        return read ? null : "This is not a link: https://…, or the 64 hexadecimal digits of one.";
    }

    private static string? ReadFilm(string text, out SignalValue value)
    {
        value = default;
        try
        {
            var film = new VpdqFingerprint(VpdqText.ReadJson(text));
            if (film.Count is 0 or > MaxFrames)
            {
                return $"A film has 1 to {MaxFrames:N0} different frames here, not {film.Count:N0}.";
            }

            value = Of(film);
            return null;
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException)
        {
            return broken.Message;
        }
    }

    private static string? ReadVector(string text, out SignalValue value)
    {
        var bytes = new byte[SignalTypes.VectorBytes];
        var numbers = text.Split(',');
        var read = numbers.Length == bytes.Length
            ? numbers.Index().All(n => byte.TryParse(n.Item, System.Globalization.NumberStyles.AllowLeadingWhite | System.Globalization.NumberStyles.AllowTrailingWhite, null, out bytes[n.Index]))
            : Convert.TryFromBase64String(text, bytes, out var written) && written == bytes.Length;
        value = new(SignalType.PhotoDna, bytes);
        return !read ? "A vector is 144 bytes: 288 hexadecimal digits, base64, or 144 numbers from 0 to 255 with commas between them."
            : bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? "All zeros: what a tool writes for a picture that it could not read."
            : null;
    }

    private static string? ReadExternal(string text, out SignalValue value)
    {
        var read = ExternalHash.TryRead(text, out var hash);
        value = read ? new(SignalType.External, hash.ToValue()) : default;
        return read ? null : ExternalHash.Rule;
    }

    private static bool IsHex(string text, int bytes) => text.Length == 2 * bytes && text.AsSpan().IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>A character as a message may show it.</summary>
    internal static string Printable(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\'' ? $"U+{(int)c:X4}" : $"'{c}'";
}
