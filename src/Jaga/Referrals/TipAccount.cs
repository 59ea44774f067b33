using System.Text;

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

    public Subject Subject => new("tip-account", Production ? "production" : "test");

    private string Purpose => Subject.ToString();

    public void SetPassword(string password, MasterKey master) => SealedPassword = master.Seal(Purpose, Encoding.UTF8.GetBytes(password));

    internal string Password(MasterKey master) => Encoding.UTF8.GetString(master.Open(Purpose, SealedPassword));

    /// <summary>Keeps the schema. Says whether it is another than before.</summary>
    internal bool Keep(byte[] xsd, string sha256, DateTimeOffset now)
    {
        var changed = SchemaSha256 is not null && SchemaSha256 != sha256;
        (Schema, SchemaSha256, SchemaAt) = (xsd, sha256, now);
        return changed;
    }

    internal sealed class Table : IEntityTypeConfiguration<TipAccount>
    {
        public void Configure(EntityTypeBuilder<TipAccount> builder) => builder.ToTable("tip_accounts").Ignore(a => a.Subject).HasKey(a => a.Production);
    }
}
