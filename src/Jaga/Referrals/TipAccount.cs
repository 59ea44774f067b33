using System.Text;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>What NCMEC issued to log in with, for the trial service and for production each; the password sealed under the master key.</summary>
public sealed class TipAccount : IAudited
{
    public bool Production { get; init; }

    public required string UserName { get; set; }

    public byte[] SealedPassword { get; private set; } = [];

    /// <summary>Another base address than NCMEC's, for the sandbox; null for NCMEC's own.</summary>
    public string? Address { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>The schema as it was last fetched, and its digest; null until then.</summary>
    public byte[]? Schema { get; private set; }

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public string? SchemaSha256 { get; private set; }

    public DateTimeOffset? SchemaAt { get; private set; }

    public Subject Subject => SubjectOf(Production);

    internal static Subject SubjectOf(bool production) => new("tip-account", production ? "production" : "test");

    private string Purpose => Subject.ToString();

    public void SetPassword(string password, MasterKey master) => SealedPassword = master.Seal(Purpose, Encoding.UTF8.GetBytes(password));

    internal string Password(MasterKey master) => Encoding.UTF8.GetString(master.Open(Purpose, SealedPassword));

    /// <summary>Since when a change of the schema waits for somebody to look at it; null for none.</summary>
    public DateTimeOffset? SchemaChangedAt { get; private set; }

    /// <summary>What changed in it, in words; null for nothing that waits.</summary>
    public string? SchemaChange { get; private set; }

    /// <summary>Why the service could not be asked the last time; null where it could.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Since when NCMEC lets nobody in with it; null where it does.</summary>
    public DateTimeOffset? LockedAt { get; private set; }

    /// <summary>When one report may ask next whether it lets somebody in again.</summary>
    public DateTimeOffset? ProbeAt { get; private set; }

    /// <summary>Other credentials: whether they are let in is asked at once.</summary>
    internal void Unlock() => (LockedAt, ProbeAt) = (null, null);

    /// <summary>Keeps the schema. Says whether it is another than before.</summary>
    internal bool Keep(byte[] xsd, TipSchema read, DateTimeOffset now)
    {
        var changed = SchemaSha256 is not null && SchemaSha256 != read.Sha256;
        if (changed)
        {
            (SchemaChangedAt, SchemaChange) = (now, read.Since(Schema));
        }

        (Schema, SchemaSha256, SchemaAt, Trouble) = (xsd, read.Sha256, now, null);
        return changed;
    }

    /// <summary>The service could not be asked. Says whether that is news.</summary>
    internal bool Fell(string trouble)
    {
        var isNews = Trouble is null;
        Trouble = trouble;
        return isNews;
    }

    /// <summary>Somebody has looked at what changed.</summary>
    /// <exception cref="RuleBroken">Nothing waits.</exception>
    public void SeeSchema()
    {
        if (SchemaChangedAt is null)
        {
            throw new RuleBroken("No change of the schema waits for anybody.");
        }

        (SchemaChangedAt, SchemaChange) = (null, null);
    }

    internal sealed class Table : IEntityTypeConfiguration<TipAccount>
    {
        public void Configure(EntityTypeBuilder<TipAccount> builder) => builder.ToTable("tip_accounts").Ignore(a => a.Subject).HasKey(a => a.Production);
    }
}
