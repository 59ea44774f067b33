using System.Text;
using System.Text.Json;

namespace Jaga.Deliveries;

/// <summary>How a receiver is reached.</summary>
public enum ReceiverKind
{
    /// <summary>An HTTPS endpoint that takes signed posts (Standard Webhooks).</summary>
    Webhook,

    /// <summary>The mail server of the settings.</summary>
    Mail,

    /// <summary>An exchange of signals, which is told in its own protocol.</summary>
    Exchange,
}

/// <summary>Somebody outside to whom Jaga delivers. Its secrets and headers are sealed under the master key.</summary>
public sealed class Receiver : IEntity, IAudited
{
    /// <summary>The built-in receiver for mail; the schema brings it.</summary>
    public static readonly Id<Receiver> Mail = new(new Guid("00000000-0000-7000-8000-000000000001"));

    /// <summary>How long the secret before the last one still signs too, so that the receiver can change over in its own time.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public Id<Receiver> Id { get; init; }

    /// <summary>Its unique name, by which rooms and people speak of it.</summary>
    public required string Name { get; init; }

    public ReceiverKind Kind { get; init; }

    /// <summary>Where it listens; empty for mail.</summary>
    public required string Url { get; set; }

    /// <summary>Whether it may stand in a private network and speak plain HTTP. Link-local addresses (cloud metadata) stay forbidden.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long one try may take in all, in milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>Tries at once, per node.</summary>
    public int Concurrency { get; set; }

    /// <summary>Whether it is told every notice to staff: a pager.</summary>
    public bool Pages { get; set; }

    /// <summary>Nothing is sent to it; what is for it waits.</summary>
    public bool Disabled { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public byte[]? SealedSecret { get; private set; }

    public byte[]? SealedOldSecret { get; private set; }

    /// <summary>Until when the old secret signs too.</summary>
    public DateTimeOffset? OldSecretUntil { get; private set; }

    public byte[]? SealedHeaders { get; private set; }

    public TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMs);

    public Subject Subject => Subject.Of("receiver", Id);

    private string Purpose => $"receiver/{Id}";

    /// <summary>Takes a new secret; the one before it signs too until <see cref="Overlap"/> has passed.</summary>
    public void Rotate(WebhookSecret secret, MasterKey master, DateTimeOffset now)
    {
        (SealedOldSecret, OldSecretUntil) = (SealedSecret, SealedSecret is null ? null : now + Overlap);
        SealedSecret = master.Seal(Purpose, Encoding.UTF8.GetBytes(secret.Reveal()));
    }

    /// <summary>The secrets that sign at <paramref name="now"/>, newest first.</summary>
    public IEnumerable<WebhookSecret> Secrets(MasterKey master, DateTimeOffset now)
    {
        if (SealedSecret is not null)
        {
            yield return Unseal(SealedSecret);
        }

        if (SealedOldSecret is not null && now < OldSecretUntil)
        {
            yield return Unseal(SealedOldSecret);
        }

        WebhookSecret Unseal(byte[] box) => WebhookSecret.Parse(Encoding.UTF8.GetString(master.Open(Purpose, box)));
    }

    /// <summary>Further headers for every post, e.g. an authorization.</summary>
    public void SetHeaders(IReadOnlyDictionary<string, string>? headers, MasterKey master) =>
        SealedHeaders = headers is { Count: > 0 } ? master.Seal(Purpose + "/headers", JsonSerializer.SerializeToUtf8Bytes(headers, Json.Options)) : null;

    public IReadOnlyDictionary<string, string> Headers(MasterKey master) =>
        SealedHeaders is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(master.Open(Purpose + "/headers", SealedHeaders), Json.Options)!;

    internal sealed class Table : IEntityTypeConfiguration<Receiver>
    {
        public void Configure(EntityTypeBuilder<Receiver> builder) => builder.ToTable("receivers").Ignore(r => r.Timeout).Ignore(r => r.Subject);
    }
}

/// <summary>
/// Whether a receiver answers. After failures in a row it opens: nothing is sent but a probe now and then, until one succeeds.
/// It is not part of <see cref="Receiver"/> because it changes with the weather, not by anybody's will.
/// </summary>
public sealed class Circuit
{
    public Id<Receiver> Receiver { get; init; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>Since when it is open; null while closed.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When the next probe may go.</summary>
    public DateTimeOffset? OpenUntil { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Circuit>
    {
        public void Configure(EntityTypeBuilder<Circuit> builder) => builder.ToTable("circuits").HasKey(c => c.Receiver);
    }
}
