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

    public required string SaysEn { get; init; }

    public required string SaysId { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Notice>
    {
        public void Configure(EntityTypeBuilder<Notice> builder) => builder.ToTable("notices");
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
