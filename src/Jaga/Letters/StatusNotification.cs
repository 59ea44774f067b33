using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>What became of a notification that came in.</summary>
public enum NotificationState
{
    /// <summary>It was read, and belongs to a letter or to what another room sent.</summary>
    Taken,

    /// <summary>It could not be read, or belongs to nothing that was sent: a person looks at it.</summary>
    SetAside,

    /// <summary>A person looked at it and was done with it.</summary>
    Dismissed,
}

/// <summary>What a mail server said became of a message (delivery status notification, RFC 3464), or whatever else came to the address for these.</summary>
public sealed class StatusNotification : IEntity
{
    /// <summary>The most of a notification that is kept where it was set aside, in bytes.</summary>
    public const int MaxKept = 64 * 1024;

    public Id<StatusNotification> Id { get; init; }

    /// <summary>Of the whole mail; the same mail counts once, whichever way it comes.</summary>
    public required string Sha256 { get; init; }

    public DateTimeOffset At { get; init; }

    public NotificationState State { get; private set; }

    /// <summary>Whose letter it is about; null where it is about something else.</summary>
    public Id<Party>? Party { get; init; }

    public Id<Delivery>? Delivery { get; init; }

    /// <summary><c>failed</c>, <c>delayed</c>, <c>delivered</c>, <c>relayed</c> or <c>expanded</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The enhanced status (RFC 3463), e.g. <c>5.1.1</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The mail server's words, or why it was set aside; at most 1,000 characters.</summary>
    public required string Says { get; init; }

    /// <summary>The mail itself where it was set aside, cut after 64 KiB.</summary>
    public byte[]? Raw { get; init; }

    public Subject Subject => Subject.Of("notification", Id);

    internal static StatusNotification Aside(string sha256, string reason, byte[] mail, DateTimeOffset now) => new()
    {
        Id = Id<StatusNotification>.New(now), Sha256 = sha256, At = now, State = NotificationState.SetAside, Says = reason.Length > 1000 ? reason[..1000] : reason, Raw = mail.Length > MaxKept ? mail[..MaxKept] : mail,
    };

    internal void Dismiss() => State = State is NotificationState.SetAside ? NotificationState.Dismissed : throw new RuleBroken("Only what was set aside can be dismissed.");

    internal sealed class Table : IEntityTypeConfiguration<StatusNotification>
    {
        public void Configure(EntityTypeBuilder<StatusNotification> builder)
        {
            builder.ToTable("status_notifications").Ignore(s => s.Subject);
            builder.HasOne<Party>().WithMany().HasForeignKey(s => s.Party);
        }
    }
}
