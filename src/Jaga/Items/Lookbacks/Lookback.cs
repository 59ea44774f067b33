namespace Jaga.Items.Lookbacks;

/// <summary>How far a look-back has come.</summary>
public enum LookbackState
{
    /// <summary>Searches, or waits for a node that does.</summary>
    Running,

    /// <summary>A person stopped it for a while; it goes on where it was.</summary>
    Paused,

    /// <summary>A person ended it. What it found stays.</summary>
    Cancelled,

    /// <summary>Everything was searched.</summary>
    Done,
}

/// <summary>One search for new signals in everything that was checked before. Signals that arrive meanwhile are taken together by the next.</summary>
public sealed class Lookback : IEntity, IAudited
{
    public Id<Lookback> Id { get; private init; }

    public LookbackState State { get; private set; }

    /// <summary><see cref="Banks.Bank.Number"/> where one bank or one signal of it is searched for; null for all signals that arrived.</summary>
    public int? Bank { get; private init; }

    /// <summary>The one signal that is searched for, because it was out of use and counts again; else null.</summary>
    public long? Signal { get; private init; }

    /// <summary>Signals published after this change of the banks …</summary>
    public long FromSeq { get; private init; }

    /// <summary>… up to this one are searched for.</summary>
    public long ToSeq { get; private init; }

    /// <summary>How many they were at the start.</summary>
    public long Signals { get; private init; }

    /// <summary>Checks to search.</summary>
    public long Total { get; private init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public string StartedBy { get; private init; } = "";

    public DateTimeOffset StartedAt { get; private init; }

    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>How long it stood still so far, the present pause not among it.</summary>
    public long PausedMilliseconds { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public Subject Subject => Subject.Of("lookback", Id);

    public static Lookback Start(int? bank, long? signal, long from, long to, long signals, long total, Actor by, DateTimeOffset now) => new()
    {
        Id = Id<Lookback>.New(now),
        Bank = bank,
        Signal = signal,
        FromSeq = from,
        ToSeq = to,
        Signals = signals,
        Total = total,
        StartedBy = by.ToString(),
        StartedAt = now,
    };

    /// <exception cref="RuleBroken">It does not run.</exception>
    public void Pause(DateTimeOffset now)
    {
        if (State is not LookbackState.Running)
        {
            throw new RuleBroken("This look-back does not run.");
        }

        (State, PausedAt) = (LookbackState.Paused, now);
    }

    /// <exception cref="RuleBroken">It is not paused.</exception>
    public void Resume(DateTimeOffset now)
    {
        if (State is not LookbackState.Paused)
        {
            throw new RuleBroken("This look-back is not paused.");
        }

        PausedMilliseconds += (long)(now - PausedAt!.Value).TotalMilliseconds;
        (State, PausedAt) = (LookbackState.Running, null);
    }

    /// <exception cref="RuleBroken">It is over.</exception>
    public void Cancel(DateTimeOffset now)
    {
        if (EndedAt is not null)
        {
            throw new RuleBroken("This look-back is over already.");
        }

        (State, EndedAt) = (LookbackState.Cancelled, now);
    }

    /// <summary>Everything was searched.</summary>
    internal void Finish(DateTimeOffset now) => (State, EndedAt) = (LookbackState.Done, now);

    /// <summary>How long it has searched, pauses left out.</summary>
    public TimeSpan Searched(DateTimeOffset now) => (EndedAt ?? PausedAt ?? now) - StartedAt - TimeSpan.FromMilliseconds(PausedMilliseconds);

    internal sealed class Table : IEntityTypeConfiguration<Lookback>
    {
        public void Configure(EntityTypeBuilder<Lookback> builder)
        {
            builder.ToTable("lookbacks").Ignore(l => l.Subject);
            builder.Property(l => l.State).IsConcurrencyToken();
        }
    }
}

/// <summary>A stretch of blocks that one thread of one node searches at a time, under a lease. Where it stands is written down every second or so: the checkpoint.</summary>
public sealed class LookbackPart
{
    public Id<Lookback> Lookback { get; init; }

    /// <summary>From 0.</summary>
    public int Number { get; init; }

    /// <summary>Blocks before this one are searched, and what was found in them is on the desk.</summary>
    public long NextBlock { get; init; }

    public long LastBlock { get; init; }

    /// <summary>Checks in it.</summary>
    public long Total { get; init; }

    /// <summary>Checks searched.</summary>
    public long Done { get; init; }

    /// <summary>Findings that it brought to the desk.</summary>
    public long Found { get; init; }

    public bool Ended { get; init; }

    public Guid? LeasedBy { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<LookbackPart>
    {
        public void Configure(EntityTypeBuilder<LookbackPart> builder)
        {
            builder.ToTable("lookback_parts").HasKey(p => new { p.Lookback, p.Number });
            builder.HasOne<Lookback>().WithMany().HasForeignKey(p => p.Lookback);
        }
    }
}
