using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Audit;

/// <summary>A witness's key (C2SP tlog-cosignature, <c>cosignature/v1</c>, Ed25519), written <c>name+keyid+base64(0x04 ‖ key)</c>.</summary>
public sealed record WitnessKey
{
    private const byte Kind = 0x04;
    private const int SignatureBytes = 8 + Ed25519.SignatureBytes;

    private WitnessKey(string name, byte[] key) => (Name, Key) = (name, key);

    public string Name { get; }

    /// <summary>The Ed25519 public key.</summary>
    public byte[] Key { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ LF ‖ 0x04 ‖ key), big-endian.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Kind, .. Key]));

    /// <exception cref="FormatException">It is not such a key, or its id is not that of its key.</exception>
    public static WitnessKey Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        var bytes = new byte[1 + Ed25519.PublicKeyBytes];
        if (parts.Length != 3 || !VerifierKey.IsName(parts[0]) || !Convert.TryFromBase64String(parts[2], bytes, out var length) || length != bytes.Length || bytes[0] != Kind)
        {
            throw new FormatException($"'{text.Trim()}' is not a witness's key (name+id+base64, kind 0x04).");
        }

        var key = new WitnessKey(parts[0], bytes[1..]);
        return uint.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) && id == key.Id ? key : throw new FormatException($"The id in '{text.Trim()}' is not the id of its key.");
    }

    /// <summary>The key of somebody who signs.</summary>
    public static WitnessKey Of(string name, byte[] publicKey) => new(name, publicKey);

    /// <summary>When this witness saw the checkpoint, by its rightful cosignature among <paramref name="note"/>'s; null when it did not cosign, or a cosignature in its name is wrong.</summary>
    public DateTimeOffset? Saw(SignedNote note)
    {
        var mine = note.Signatures.Where(s => s.Name == Name && s.KeyId == Id).ToList();
        return mine.Count > 0 && mine.TrueForAll(s => Right(note.Text, s)) ? mine.Max(s => At(s)) : null;
    }

    /// <summary>What is signed: a line that says so, the time, and the checkpoint.</summary>
    public static byte[] Message(string text, long seconds) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Kind, .. Key])}";

    private bool Right(string text, NoteSignature signature) =>
        signature.Bytes.Length == SignatureBytes && Ed25519.Verify(Key, Message(text, BinaryPrimitives.ReadInt64BigEndian(signature.Bytes)), signature.Bytes.AsSpan(8));

    private static DateTimeOffset At(NoteSignature signature) => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(signature.Bytes));
}

/// <summary>A witness's cosignature under one of our checkpoints, as a line of a signed note. Never changed and never removed.</summary>
public sealed class StoredCosignature
{
    /// <summary>Of the checkpoint over this many lines.</summary>
    public long Size { get; init; }

    public required string Witness { get; init; }

    /// <summary>The line, with its dash, without its line feed.</summary>
    public required string Line { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<StoredCosignature>
    {
        public void Configure(EntityTypeBuilder<StoredCosignature> builder)
        {
            builder.ToTable("audit_cosignatures").HasKey(c => new { c.Size, c.Witness });
            builder.Property(c => c.Size).ValueGeneratedNever();
        }
    }
}
