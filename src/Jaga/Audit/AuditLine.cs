using System.Globalization;
using System.Text;

namespace Jaga.Audit;

/// <summary>One line of the log: who did what to what, when and why. Never changed and never removed; the database refuses both.</summary>
public sealed class AuditLine
{
    /// <summary>The place in the log, from 0.</summary>
    public long Seq { get; internal set; }

    /// <summary>When, in whole microseconds.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>As <see cref="Kernel.Actor.ToString"/>: <c>staff:ID</c>, <c>apikey:ID</c>, <c>system:part</c>.</summary>
    public required string Actor { get; init; }

    public required string Action { get; init; }

    public Subject Subject { get; init; }

    public required string Why { get; init; }

    /// <summary>Further facts as a JSON object, <c>{}</c> for none.</summary>
    public required string Details { get; init; }

    /// <summary>The Merkle leaf hash of <see cref="Canonical"/>, 32 bytes, as computed when the line was written.</summary>
    public byte[] Leaf { get; internal set; } = [];

    /// <summary>
    /// The bytes that are hashed: one JSON object in UTF-8 by the rules of RFC 8785 (names in order, no spaces, the shortest escapes), every value a string but
    /// <c>seq</c>. The details stand in it as a string, exactly as stored. All of a line is in it and nothing else, so no two different lines share their bytes.
    /// </summary>
    /// <example><c>{"action":"case.decided","actor":"staff:…","at":"2026-03-02T09:00:00.000000Z","details":"{}","seq":7,"subject":{"id":"…","kind":"case"},"why":"…"}</c></example>
    public byte[] Canonical()
    {
        var json = new StringBuilder(256);
        Text(json.Append("{\"action\":"), Action);
        Text(json.Append(",\"actor\":"), Actor);
        Text(json.Append(",\"at\":"), At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        Text(json.Append(",\"details\":"), Details);
        json.Append(",\"seq\":").Append(Seq.ToString(CultureInfo.InvariantCulture));
        Text(json.Append(",\"subject\":{\"id\":"), Subject.Id);
        Text(json.Append(",\"kind\":"), Subject.Kind);
        Text(json.Append("},\"why\":"), Why);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    // RFC 8785, 3.2.2.2: only the quote, the backslash and control characters are escaped.
    private static void Text(StringBuilder json, string value)
    {
        json.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    internal sealed class Table : IEntityTypeConfiguration<AuditLine>
    {
        public void Configure(EntityTypeBuilder<AuditLine> builder)
        {
            builder.ToTable("audit_lines").HasKey(l => l.Seq);
            builder.Property(l => l.Seq).ValueGeneratedNever();
        }
    }
}
