namespace Jaga.Banks;

/// <summary>That a signal of the house stands on a decision: it is taken out when the last decision that it stands on is taken back.</summary>
internal sealed class SignalClaim
{
    /// <summary><see cref="Jaga.Banks.Signal.Id"/>.</summary>
    public long Signal { get; internal init; }

    /// <summary>What it was decided in, as <see cref="SignalBatch.Source"/> has it.</summary>
    public string Source { get; internal init; } = "";

    internal sealed class Table : IEntityTypeConfiguration<SignalClaim>
    {
        public void Configure(EntityTypeBuilder<SignalClaim> builder) => builder.ToTable("signal_claims").HasKey(c => new { c.Signal, c.Source });
    }
}
