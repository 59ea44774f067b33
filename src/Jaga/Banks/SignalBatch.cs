namespace Jaga.Banks;

/// <summary>Whether a batch counts yet.</summary>
public enum BatchState
{
    /// <summary>Its signals are being written, and nobody sees them. A file that fails leaves nothing behind.</summary>
    Staging,

    /// <summary>Its signals count, all of them from one moment on.</summary>
    Published,

    /// <summary>It failed, and what it wrote is being taken away.</summary>
    Discarded,
}

/// <summary>
/// Signals that came in together: a file, a call, a decision. Large files are written in many small transactions, so that nobody waits for them,
/// into a batch that nobody reads; publishing the batch is one short transaction that makes all of it count at once.
/// </summary>
public sealed class SignalBatch
{
    public long Number { get; internal init; }

    /// <summary><see cref="Jaga.Banks.Bank.Number"/>.</summary>
    public int Bank { get; internal init; }

    public BatchState State { get; private set; }

    /// <summary>Where it came from: a file's name, <c>api</c>, <c>case/ID</c>.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>The file's SHA-256 in lower-case hexadecimal, or empty.</summary>
    public string Digest { get; internal init; } = "";

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public string MadeBy { get; internal init; } = "";

    /// <summary>The first of the <see cref="Reserved"/> ids that its signals take; some stay unused where a value was there already.</summary>
    public long FirstSignal { get; internal init; }

    public int Reserved { get; internal init; }

    /// <summary>Signals it brought.</summary>
    public int Added { get; internal set; }

    /// <summary>Of those, how many were removed since.</summary>
    public int Removed { get; internal set; }

    /// <summary>Entries of the file that are written: those after them are still to come.</summary>
    public int Written { get; internal set; }

    /// <summary>How the file is read, so that only the same reading goes on where this one ended.</summary>
    public string Reading { get; internal init; } = "";

    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>When its writer last gave a sign of life.</summary>
    public DateTimeOffset TouchedAt { get; internal set; }

    public DateTimeOffset? PublishedAt { get; private set; }

    /// <summary>When, in the sequence that followers follow, it began to count.</summary>
    public long? PublishedSeq { get; internal set; }

    internal void Publish(int added, DateTimeOffset now) => (State, Added, PublishedAt, TouchedAt) = (BatchState.Published, added, now, now);

    internal sealed class Table : IEntityTypeConfiguration<SignalBatch>
    {
        public void Configure(EntityTypeBuilder<SignalBatch> builder)
        {
            builder.ToTable("signal_batches").HasKey(b => b.Number);
            builder.Property(b => b.Number).ValueGeneratedNever();
            builder.Property(b => b.State).IsConcurrencyToken();
        }
    }
}
