using Jaga.Banks;

namespace Jaga.Exchanges;

/// <summary>
/// One fingerprint that one entry of an exchange tells of. Several entries may tell of the same one: it is in the bank as long as one of them does,
/// so that the deletion of one member's entry does not take away what another member says.
/// </summary>
public sealed class ExchangeClaim
{
    /// <summary><see cref="Exchange.Bank"/>.</summary>
    public int Bank { get; init; }

    /// <summary>The entry, as the exchange tells entries apart: of NCMEC <c>member/id</c>.</summary>
    public required string Key { get; init; }

    public SignalType Type { get; init; }

    public byte[] Value { get; init; } = [];

    /// <summary>The frames of a film; null for every other type. See <see cref="SignalValue.Content"/>.</summary>
    public byte[]? Content { get; init; }

    public int? Quality { get; set; }

    public string Labels { get; set; } = "";

    public string Entry { get; set; } = "";

    public string Member { get; set; } = "";

    /// <summary>The run that last told of it, where the runs are whole.</summary>
    public int Run { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    internal NewSignal Signal => new(Type, Value, Quality, Labels, Entry, Member, Content);

    internal sealed class Table : IEntityTypeConfiguration<ExchangeClaim>
    {
        public void Configure(EntityTypeBuilder<ExchangeClaim> builder) => builder.ToTable("exchange_claims").Ignore(c => c.Signal).HasKey(c => new { c.Bank, c.Key, c.Type, c.Value });
    }
}
