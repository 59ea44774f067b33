using System.Globalization;

namespace Jaga.Audit;

/// <summary>What the log commits to at one size (C2SP tlog-checkpoint): its name, its length and its root.</summary>
/// <param name="Origin">The log's name: a URL without its scheme, no spaces, no plus.</param>
/// <param name="Size">Lines.</param>
/// <param name="Root">32 bytes.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>Reads the text of a note. Extension lines are allowed and ignored.</summary>
    /// <exception cref="FormatException">It is not a checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        var root = new byte[Merkle.HashBytes];
        var whole = lines.Length >= 4 && VerifierKey.IsName(lines[0])
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (lines[1] == "0" || lines[1][0] != '0')
            && Convert.TryFromBase64String(lines[2], root, out var length) && length == root.Length;
        return whole
            ? new(lines[0], long.Parse(lines[1], CultureInfo.InvariantCulture), root)
            : throw new FormatException("A checkpoint has the log's name, its size and its root in base64, each on a line.");
    }

    /// <summary>The text that is signed, ending in a line feed.</summary>
    public override string ToString() => $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root)}\n";
}

/// <summary>A checkpoint as it was signed and kept. Never changed and never removed.</summary>
public sealed class StoredCheckpoint
{
    /// <summary>Lines that it covers.</summary>
    public long Size { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The signed note, whole.</summary>
    public required string Note { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<StoredCheckpoint>
    {
        public void Configure(EntityTypeBuilder<StoredCheckpoint> builder)
        {
            builder.ToTable("audit_checkpoints").HasKey(c => c.Size);
            builder.Property(c => c.Size).ValueGeneratedNever();
        }
    }
}
