namespace Jaga.Audit;

/// <summary>One line of the log: who did what to what, when and why. Never changed and never removed; the database refuses both.</summary>
public sealed class AuditLine
{
    /// <summary>The place in the log, from 0.</summary>
    public long Seq { get; internal set; }

    public DateTimeOffset At { get; init; }

    /// <summary>As <see cref="Kernel.Actor.ToString"/>: <c>staff:ID</c>, <c>apikey:ID</c>, <c>system:part</c>.</summary>
    public required string Actor { get; init; }

    public required string Action { get; init; }

    public Subject Subject { get; init; }

    public required string Why { get; init; }

    /// <summary>Further facts as a JSON object, <c>{}</c> for none.</summary>
    public required string Details { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<AuditLine>
    {
        public void Configure(EntityTypeBuilder<AuditLine> builder)
        {
            builder.ToTable("audit_lines").HasKey(l => l.Seq);
            builder.Property(l => l.Seq).ValueGeneratedNever();
        }
    }
}

/// <summary>The one row that says how long the log is.</summary>
internal sealed class AuditHead
{
    public int Id { get; init; }

    public long Size { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<AuditHead>
    {
        public void Configure(EntityTypeBuilder<AuditHead> builder) => builder.ToTable("audit_head");
    }
}
