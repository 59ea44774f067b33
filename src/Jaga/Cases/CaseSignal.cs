using Jaga.Banks;

namespace Jaga.Cases;

/// <summary>
/// A fingerprint of what a case is about, as it was checked: of the file, the film, the text or the link. It goes to the house's own bank when the case is decided to be
/// illegal, whether or not the bytes were kept.
/// </summary>
public sealed class CaseSignal
{
    /// <summary>The most that a case keeps; an item that is sent with ever other bytes is told by its newest media too.</summary>
    public const int Most = 200;

    public Id<Case> Case { get; private init; }

    public SignalType Type { get; private init; }

    /// <summary>As <see cref="Banks.Signal.Value"/>.</summary>
    public byte[] Value { get; private init; } = [];

    /// <summary>PDQ quality, 0 to 100, or null.</summary>
    public int? Quality { get; private init; }

    /// <summary>As <see cref="SignalValue.Content"/>.</summary>
    public byte[]? Content { get; private init; }

    internal NewSignal Signal => new(Type, Value, Quality, Content: Content);

    internal static CaseSignal Of(Id<Case> @case, NewSignal seen) => new() { Case = @case, Type = seen.Type, Value = seen.Value.ToArray(), Quality = seen.Quality, Content = seen.Content };

    internal sealed class Table : IEntityTypeConfiguration<CaseSignal>
    {
        public void Configure(EntityTypeBuilder<CaseSignal> builder)
        {
            builder.ToTable("case_signals").HasKey(s => new { s.Case, s.Type, s.Value });
            builder.Ignore(s => s.Signal).HasOne<Case>().WithMany().HasForeignKey(s => s.Case);
        }
    }
}
