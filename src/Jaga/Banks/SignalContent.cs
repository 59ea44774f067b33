namespace Jaga.Banks;

/// <summary>What stands beside a signal's value because it is too long for an index: see <see cref="SignalValue.Content"/>.</summary>
internal sealed class SignalContent
{
    /// <summary><see cref="Jaga.Banks.Signal.Id"/>.</summary>
    public long Signal { get; internal init; }

    public byte[] Content { get; internal init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<SignalContent>
    {
        public void Configure(EntityTypeBuilder<SignalContent> builder)
        {
            builder.ToTable("signal_contents").HasKey(c => c.Signal);
            builder.Property(c => c.Signal).ValueGeneratedNever();
        }
    }
}
