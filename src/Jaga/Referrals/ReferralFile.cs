using System.Text.Json;
using Jaga.Evidence;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>A file of a referral: which of the vault's objects, what is told about it, and how far it is at the other end.</summary>
public sealed class ReferralFile : IEntity
{
    public Id<ReferralFile> Id { get; private init; }

    public Id<Referral> Referral { get; private init; }

    /// <summary>From 1, in the order in which they are sent.</summary>
    public int Number { get; private init; }

    public Id<VaultObject> Evidence { get; private init; }

    /// <summary>Of our bytes, lower-case hexadecimal; the other side's answer is held against it.</summary>
    public string Md5 { get; private init; } = "";

    /// <summary>In bytes.</summary>
    public long Length { get; private init; }

    /// <summary>What is told about it, as JSON, sealed.</summary>
    public byte[] SealedDetails { get; private set; } = [];

    /// <summary>The other side's name for it, of this try; null until it is there.</summary>
    public string? FileId { get; private set; }

    public DateTimeOffset? UploadedAt { get; private set; }

    /// <summary>When its bytes began to leave, as long as nobody knows whether they arrived; null before, and once it is known.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>When its details were taken.</summary>
    public DateTimeOffset? DescribedAt { get; private set; }

    /// <summary>When NCMEC finished the report and left it out; null where it did not.</summary>
    public DateTimeOffset? MissedAt { get; private set; }

    /// <summary>A name without meaning, under which the bytes travel.</summary>
    public string SentAs => $"file-{Number:000}";

    public static ReferralFile Of(Referral referral, int number, VaultObject kept, TipFile details, MasterKey master, DateTimeOffset now)
    {
        var file = new ReferralFile
        {
            Id = Id<ReferralFile>.New(now),
            Referral = referral.Id,
            Number = number,
            Evidence = kept.Id,
            Md5 = kept.Md5,
            Length = kept.Length,
        };
        file.Say(details, master);
        return file;
    }

    /// <summary>What is told about it.</summary>
    public TipFile Details(MasterKey master) => JsonSerializer.Deserialize<TipFile>(master.Open(Purpose(Id), SealedDetails), Json.Options)!;

    /// <summary>Writes what is told about it.</summary>
    internal void Say(TipFile details, MasterKey master) => SealedDetails = master.Seal(Purpose(Id), JsonSerializer.SerializeToUtf8Bytes(details, Json.Options));

    internal void Uploaded(string fileId, DateTimeOffset now) => (FileId, UploadedAt, BegunAt) = (fileId, now, null);

    internal void NotTaken() => BegunAt = null;

    internal void Described(DateTimeOffset now) => DescribedAt = now;

    internal void Missed(DateTimeOffset now) => MissedAt = now;

    internal void Forget() => (FileId, UploadedAt, DescribedAt, BegunAt) = (null, null, null, null);

    private static string Purpose(Id<ReferralFile> id) => $"referral-file/{id}";

    internal sealed class Table : IEntityTypeConfiguration<ReferralFile>
    {
        public void Configure(EntityTypeBuilder<ReferralFile> builder)
        {
            builder.ToTable("referral_files").Ignore(f => f.SentAs).HasOne<Referral>().WithMany().HasForeignKey(f => f.Referral);
            builder.HasOne<VaultObject>().WithMany().HasForeignKey(f => f.Evidence);
        }
    }
}

/// <summary>One call to the other side as it went; never changed. What was said in it is sealed.</summary>
public sealed class ReferralCall : IEntity
{
    public Id<ReferralCall> Id { get; private init; }

    public Id<Referral> Referral { get; private init; }

    public int Generation { get; private init; }

    public DateTimeOffset At { get; private init; }

    /// <summary>E.g. <c>/submit</c>.</summary>
    public string Path { get; private init; } = "";

    /// <summary>HTTP; 0 for no answer.</summary>
    public int Status { get; private init; }

    /// <summary>The other side's code; null for none.</summary>
    public int? Code { get; private init; }

    /// <summary>What their code means, or what went wrong on the way. Their own words may quote what was sent, and are sealed.</summary>
    public string Says { get; private init; } = "";

    /// <summary>Their header <c>Request-ID</c>.</summary>
    public string? RequestId { get; private init; }

    public int TookMs { get; private init; }

    public byte[]? SealedRequest { get; private init; }

    public byte[]? SealedResponse { get; private init; }

    internal static ReferralCall Of(Referral referral, TipCall call, MasterKey master, DateTimeOffset now)
    {
        var id = Id<ReferralCall>.New(now);
        byte[]? Seal(string part, string? text) => string.IsNullOrEmpty(text) ? null : master.Seal($"referral-call/{id}/{part}", System.Text.Encoding.UTF8.GetBytes(text));
        return new()
        {
            Id = id,
            Referral = referral.Id,
            Generation = referral.Generation,
            At = now,
            Path = call.Path,
            Status = call.Status,
            Code = call.Answer.Code,
            Says = call.Answer.Told,
            RequestId = call.RequestId is { Length: > 200 } long_ ? long_[..200] : call.RequestId,
            TookMs = (int)call.Took.TotalMilliseconds,
            SealedRequest = Seal("request", call.Request),
            SealedResponse = Seal("response", call.Response),
        };
    }

    /// <summary>What was asked and answered, word for word; null for nothing.</summary>
    public (string? Request, string? Response) Open(MasterKey master)
    {
        string? Text(string part, byte[]? box) => box is null ? null : System.Text.Encoding.UTF8.GetString(master.Open($"referral-call/{Id}/{part}", box));
        return (Text("request", SealedRequest), Text("response", SealedResponse));
    }

    internal sealed class Table : IEntityTypeConfiguration<ReferralCall>
    {
        public void Configure(EntityTypeBuilder<ReferralCall> builder) => builder.ToTable("referral_calls").HasOne<Referral>().WithMany().HasForeignKey(c => c.Referral);
    }
}
