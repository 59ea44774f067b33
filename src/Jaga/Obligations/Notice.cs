using Jaga.People;

namespace Jaga.Obligations;

/// <summary>Something that members of staff are told inside Jaga, and outside it where that is set up.</summary>
public sealed class Notice : IEntity
{
    public Id<Notice> Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Who of the staff is meant.</summary>
    public Whom Whom { get; init; }

    /// <summary>The queue meant where <see cref="Whom"/> is the owner.</summary>
    public required string Queue { get; init; }

    /// <summary>The one person meant, by their id, where the owner is a person.</summary>
    public string? Person { get; init; }

    /// <summary>What it is about: the obligation, the receiver, …</summary>
    public Subject About { get; init; }

    /// <summary>The rung that caused it, or null.</summary>
    public Id<Rung>? Rung { get; init; }

    /// <summary>Whether people should be woken for it.</summary>
    public bool Urgent { get; init; }

    /// <summary>Ids of the members of staff who were called last; empty: whoever is <see cref="Reached"/> by role.</summary>
    public IReadOnlyList<string> Persons { get; internal set; } = [];

    /// <summary>The highest level that was called so far.</summary>
    public Whom Reached { get; internal set; }

    /// <summary>How often it was repeated because nobody had taken it.</summary>
    public int Calls { get; internal set; }

    /// <summary>When it is repeated unless somebody takes it; null: not any more.</summary>
    public DateTimeOffset? NextCallAt { get; internal set; }

    /// <summary>Who said that they see to it, as <see cref="Actor.ToString"/>.</summary>
    public string? TakenBy { get; private set; }

    public DateTimeOffset? TakenAt { get; private set; }

    public required string SaysEn { get; init; }

    public required string SaysId { get; init; }

    /// <summary>Somebody sees to it: nobody else is called any more.</summary>
    /// <exception cref="RuleBroken">Somebody else took it before.</exception>
    internal void Take(Actor by, DateTimeOffset now)
    {
        if (TakenBy is not null && TakenBy != by.ToString())
        {
            throw new RuleBroken("Somebody else has taken this already.");
        }

        (TakenBy, TakenAt, NextCallAt) = (by.ToString(), TakenAt ?? now, null);
    }

    internal sealed class Table : IEntityTypeConfiguration<Notice>
    {
        public void Configure(EntityTypeBuilder<Notice> builder)
        {
            builder.ToTable("notices");
            builder.Property(n => n.Persons).HasWords();
        }
    }
}

/// <summary>That an urgent notice was repeated, because nobody had taken it, and to whom.</summary>
public sealed class NoticeCall
{
    public Id<Notice> Notice { get; init; }

    /// <summary>The repetition, from 1.</summary>
    public int Number { get; init; }

    public DateTimeOffset At { get; init; }

    public Whom Whom { get; init; }

    public required IReadOnlyList<string> Persons { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<NoticeCall>
    {
        public void Configure(EntityTypeBuilder<NoticeCall> builder)
        {
            builder.ToTable("notice_calls").HasKey(c => new { c.Notice, c.Number });
            builder.Property(c => c.Persons).HasWords();
        }
    }
}

/// <summary>That a member of staff has read a notice.</summary>
public sealed class NoticeRead
{
    public Id<Notice> Notice { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string Reader { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<NoticeRead>
    {
        public void Configure(EntityTypeBuilder<NoticeRead> builder) => builder.ToTable("notice_reads").HasKey(r => new { r.Notice, r.Reader });
    }
}

/// <summary>
/// A way to tell staff outside Jaga (e-mail, a pager's webhook). A room above implements it; it is called in the transaction that writes the notice,
/// so it must only write (a delivery), never send.
/// </summary>
public interface INotify
{
    Task Notify(Notice notice, CancellationToken ct);
}
