namespace Jaga.Witnesses;

/// <summary>How far one of those who see the checkpoints has come: a witness by its name, the folder, the receiver.</summary>
public sealed class WitnessRound
{
    public required string Name { get; init; }

    /// <summary>Lines of the last checkpoint that it has.</summary>
    public long Size { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Why the last turn failed; null when it went well.</summary>
    public string? Failure { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<WitnessRound>
    {
        public void Configure(EntityTypeBuilder<WitnessRound> builder) => builder.ToTable("witness_rounds").HasKey(r => r.Name);
    }
}
