namespace Jaga.Witnesses;

/// <summary>Why one of those who see the checkpoints does not have the newest.</summary>
public enum WitnessFault
{
    /// <summary>It could not be reached, or does not work.</summary>
    Away,

    /// <summary>It does not know this log, or not its key.</summary>
    Stranger,

    /// <summary>What it answered is not what it should be.</summary>
    Wrong,

    /// <summary>It holds that the log is not what it saw before: somebody must look at once.</summary>
    Against,

    /// <summary>What is wrong is here: a folder that cannot be written, a receiver that is not there.</summary>
    House,
}

/// <summary>How far one of those who see the checkpoints has come: a witness by its name, the folder, the receiver.</summary>
public sealed class WitnessRound
{
    public required string Name { get; init; }

    /// <summary>Lines of the last checkpoint that it has.</summary>
    public long Size { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Why the last turn failed; null when it went well.</summary>
    public string? Failure { get; set; }

    /// <summary>What kind of failure that was; null when it went well.</summary>
    public WitnessFault? Fault { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<WitnessRound>
    {
        public void Configure(EntityTypeBuilder<WitnessRound> builder) => builder.ToTable("witness_rounds").HasKey(r => r.Name);
    }
}
