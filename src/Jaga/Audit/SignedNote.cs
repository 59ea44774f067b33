using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Audit;

/// <summary>A key that notes are verified with (C2SP signed-note, Ed25519), written <c>name+keyid+base64(0x01 ‖ key)</c>.</summary>
public sealed record VerifierKey
{
    internal const byte Ed25519Kind = 0x01;

    /// <exception cref="FormatException">The name holds a space or a plus, or the key is not 32 bytes long.</exception>
    public VerifierKey(string name, byte[] key)
    {
        if (!IsName(name) || key.Length != Ed25519.PublicKeyBytes)
        {
            throw new FormatException($"A verifier key has a name without spaces or plus, and {Ed25519.PublicKeyBytes} bytes.");
        }

        (Name, Key) = (name, key);
    }

    public string Name { get; }

    /// <summary>The Ed25519 public key.</summary>
    public byte[] Key { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key), big-endian.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Ed25519Kind, .. Key]));

    /// <exception cref="FormatException">It is not an Ed25519 verifier key, or its id is not that of its key.</exception>
    public static VerifierKey Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        var bytes = new byte[1 + Ed25519.PublicKeyBytes];
        if (parts.Length != 3 || !Convert.TryFromBase64String(parts[2], bytes, out var length) || length != bytes.Length || bytes[0] != Ed25519Kind)
        {
            throw new FormatException($"'{text.Trim()}' is not an Ed25519 verifier key (name+id+base64).");
        }

        var key = new VerifierKey(parts[0], bytes[1..]);
        return uint.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) && id == key.Id
            ? key
            : throw new FormatException($"The id in '{text.Trim()}' is not the id of its key.");
    }

    internal static bool IsName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+');

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519Kind, .. Key])}";
}

/// <summary>One signature under a note: the signer's name, the key's id, and the signature's bytes.</summary>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes);

/// <summary>
/// A text with signatures under it (C2SP signed-note): the text ends in a line feed, then an empty line, then one line a signature,
/// <c>— name base64(keyid ‖ signature)</c>.
/// </summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The longest note that is read: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    private const string Mark = "\u2014 ";

    /// <exception cref="FormatException">It is not a signed note.</exception>
    public static SignedNote Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > MaxBytes || end < 0 || !note.EndsWith('\n') || note.Any(c => char.IsControl(c) && c != '\n'))
        {
            throw new FormatException("A signed note is a text, an empty line and at least one signature line, without control characters.");
        }

        var signatures = note[(end + 2)..^1].Split('\n').Select(Signature).ToList();
        var parsed = new SignedNote(note[..(end + 1)], signatures);

        // Base64 has spare bits: only the one way of writing them is taken, so that no byte of a note can change unseen.
        return parsed.ToString() == note ? parsed : throw new FormatException("A line under the note is not a signature.");
    }

    /// <summary>Whether a signature by <paramref name="key"/> is under the text, and it is right. Null when this key signed nothing here.</summary>
    public bool? SignedBy(VerifierKey key)
    {
        var mine = Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id).ToList();
        return mine.Count == 0 ? null : mine.TrueForAll(s => Ed25519.Verify(key.Key, Encoding.UTF8.GetBytes(Text), s.Bytes));
    }

    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var bytes = new byte[4 + signature.Bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
            signature.Bytes.CopyTo(bytes, 4);
            note.Append(Mark).Append(signature.Name).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return note.ToString();
    }

    private static NoteSignature Signature(string line)
    {
        var parts = line.StartsWith(Mark, StringComparison.Ordinal) ? line[Mark.Length..].Split(' ') : [];
        var bytes = new byte[line.Length];
        if (parts.Length != 2 || !VerifierKey.IsName(parts[0]) || !Convert.TryFromBase64String(parts[1], bytes, out var length) || length < 5)
        {
            throw new FormatException("A line under the note is not a signature.");
        }

        return new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..length]);
    }
}
