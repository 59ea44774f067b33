namespace Jaga.Banks;

/// <summary>Whether a signal takes part.</summary>
public enum StandingState
{
    /// <summary>It matches as its bank says.</summary>
    Counts,

    /// <summary>It matched far more than ever before and waits for a lead: what it matches is kept and counted, is held where its bank holds, and opens no case.</summary>
    Quarantined,

    /// <summary>It is out of use: it matches nothing, and stays in its bank.</summary>
    Disabled,
}

/// <summary>Where a signal stands that does not, or did once not, simply count. A signal without one counts.</summary>
public sealed class SignalStanding : IAudited
{
    /// <summary><see cref="Jaga.Banks.Signal.Id"/>.</summary>
    public long Signal { get; private init; }

    /// <summary><see cref="Jaga.Banks.Bank.Number"/>.</summary>
    public int Bank { get; private init; }

    public StandingState State { get; private set; }

    public DateTimeOffset Since { get; private set; }

    /// <summary>The reason that a person gave, or the rule that fired.</summary>
    public string Why { get; private set; } = "";

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public string By { get; private set; } = "";

    public string ByName { get; private set; } = "";

    /// <summary>When, in the sequence that followers follow, it last changed.</summary>
    public long ChangedSeq { get; internal set; }

    public Subject Subject => SubjectOf(Signal);

    /// <summary>How a signal is named as the subject of audit lines and notices.</summary>
    public static Subject SubjectOf(long signal) => new("signal", signal.ToString(System.Globalization.CultureInfo.InvariantCulture));

    internal static SignalStanding Of(long signal, int bank) => new() { Signal = signal, Bank = bank };

    internal void Become(StandingState state, string why, Actor by, DateTimeOffset now) => (State, Why, By, ByName, Since) = (state, why, by.ToString(), by.Name, now);

    internal sealed class Table : IEntityTypeConfiguration<SignalStanding>
    {
        public void Configure(EntityTypeBuilder<SignalStanding> builder)
        {
            builder.ToTable("signal_standings").HasKey(s => s.Signal);
            builder.Ignore(s => s.Subject).Property(s => s.Signal).ValueGeneratedNever();
            builder.Property(s => s.ChangedSeq).IsConcurrencyToken();
        }
    }
}
