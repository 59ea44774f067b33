namespace Jaga.Banks;

/// <summary>
/// A fingerprint in a bank, and where it came from. Never changed: it is added, and it may be removed, and what was removed stays as a tombstone.
/// A bank holds a value once at a time.
/// </summary>
/// <remarks>Banks hold tens of millions of these, so a signal's id is a number (8 bytes where a UUID takes 16 to 36).</remarks>
public sealed class Signal
{
    public long Id { get; internal init; }

    /// <summary><see cref="Jaga.Banks.Bank.Number"/>.</summary>
    public int Bank { get; internal init; }

    /// <summary><see cref="SignalBatch.Number"/>: what it came in with.</summary>
    public long Batch { get; internal init; }

    public SignalType Type { get; internal init; }

    /// <summary>What is compared, or by what it is found: see <see cref="SignalType"/>. At most 1,065 bytes.</summary>
    public byte[] Value { get; internal init; } = [];

    /// <summary>PDQ quality 0 to 100, or null where the list does not tell.</summary>
    public int? Quality { get; internal init; }

    /// <summary>Labels with spaces between them; see <see cref="LabelWords"/>.</summary>
    public string Labels { get; internal init; } = "";

    /// <summary>The list's own reference to it, or empty.</summary>
    public string Entry { get; internal init; } = "";

    /// <summary>Who contributed it to the list, or empty.</summary>
    public string Member { get; internal init; } = "";

    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>When, in the sequence that followers follow, it was removed.</summary>
    public long? RemovedSeq { get; internal set; }

    /// <exception cref="RuleBroken">It is removed already.</exception>
    internal void Remove(DateTimeOffset now)
    {
        if (RemovedAt is not null)
        {
            throw new RuleBroken("This signal was removed before.");
        }

        RemovedAt = now;
    }

    internal sealed class Table : IEntityTypeConfiguration<Signal>
    {
        public void Configure(EntityTypeBuilder<Signal> builder)
        {
            builder.ToTable("signals").HasKey(s => s.Id);
            builder.Property(s => s.Id).ValueGeneratedNever();
            builder.Property(s => s.RemovedAt).IsConcurrencyToken();
        }
    }
}

/// <summary>A signal that is to be added: its type, value, PDQ quality if known, provenance (empty where unknown), and what stands beside its value: see <see cref="SignalValue.Content"/>.</summary>
public readonly record struct NewSignal(SignalType Type, ReadOnlyMemory<byte> Value, int? Quality = null, string Labels = "", string Entry = "", string Member = "", byte[]? Content = null);
