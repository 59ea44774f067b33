using System.Globalization;
using Jaga.People;

namespace Jaga.Obligations;

/// <summary>Who takes turns, week by week, in being called for a queue at one level. The weeks are those of the rota's own zone, so that a change of the clocks moves no handover.</summary>
public sealed class Rota : IEntity, IAudited
{
    /// <summary>The most persons who take turns.</summary>
    public const int Most = 50;

    private const string Written = "yyyy-MM-ddTHH:mm";

    public required Id<Rota> Id { get; init; }

    public required string Queue { get; init; }

    /// <summary>Owner, lead or head.</summary>
    public Whom Level { get; init; }

    /// <summary>An IANA name.</summary>
    public required string Zone { get; set; }

    /// <summary>The first handover, local: <c>2026-03-02T09:00</c>. The next are each a week later, at the same time of day.</summary>
    public required string Starts { get; set; }

    /// <summary>Ids of members of staff, in the order of their weeks.</summary>
    public required IReadOnlyList<string> Members { get; set; }

    public Subject Subject => Subject.Of("rota", Id);

    /// <summary>When a week of the rota begins; week 0 is the first.</summary>
    public DateTimeOffset Begins(int week) => (BusinessCalendar.Utc with { Zone = TimeZoneInfo.FindSystemTimeZoneById(Zone) }).Instant(First.AddDays(7 * week));

    /// <summary>The week of a moment; negative before the first handover.</summary>
    public int Week(DateTimeOffset at)
    {
        var week = (int)Math.Floor((TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime - First).TotalDays / 7);

        // In the hour that comes twice, the local time says less than the moment.
        return at >= Begins(week + 1) ? week + 1 : at < Begins(week) ? week - 1 : week;
    }

    /// <summary>The members from the one whose week it is, then those who would come after: who stands in where the first is away.</summary>
    public IEnumerable<string> InTurn(DateTimeOffset at)
    {
        var first = ((Week(at) % Members.Count) + Members.Count) % Members.Count;
        return Members.Skip(first).Concat(Members.Take(first));
    }

    private DateTime First => Read(Starts) ?? throw new InvalidOperationException($"Rota {Id} begins at '{Starts}', which is no local time.");

    /// <summary>A local time as a rota keeps it, or null where it is none.</summary>
    internal static DateTime? Read(string? starts) => DateTime.TryParseExact(starts, Written, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? local : null;

    internal sealed class Table : IEntityTypeConfiguration<Rota>
    {
        public void Configure(EntityTypeBuilder<Rota> builder)
        {
            builder.ToTable("rotas").Ignore(r => r.Subject);
            builder.Property(r => r.Members).HasWords();
        }
    }
}

/// <summary>Somebody takes a shift of a rota, or a part of one, in place of whose turn it is; two of these are a swap.</summary>
public sealed class Cover : IEntity, IAudited
{
    public required Id<Cover> Id { get; init; }

    public required Id<Rota> Rota { get; init; }

    /// <summary>The id of the member of staff who stands in.</summary>
    public required string Person { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public required string SetBy { get; init; }

    public Subject Subject => Subject.Of("rota", Rota);

    internal sealed class Table : IEntityTypeConfiguration<Cover>
    {
        public void Configure(EntityTypeBuilder<Cover> builder) => builder.ToTable("covers").Ignore(c => c.Subject).HasOne<Rota>().WithMany().HasForeignKey(c => c.Rota);
    }
}

/// <summary>A member of staff is away: a holiday, leave, illness. Which of these is nobody's business here, and not kept.</summary>
public sealed class Absence : IEntity, IAudited
{
    public required Id<Absence> Id { get; init; }

    /// <summary>The id of the member of staff.</summary>
    public required string Person { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public required string SetBy { get; init; }

    public Subject Subject => new("staff", Person);

    internal sealed class Table : IEntityTypeConfiguration<Absence>
    {
        public void Configure(EntityTypeBuilder<Absence> builder) => builder.ToTable("absences").Ignore(a => a.Subject);
    }
}
