namespace Jaga.Cases;

/// <summary>Why a case was opened or grew: one match, or one thing that could not be read.</summary>
public sealed class Finding : IEntity
{
    public Id<Finding> Id { get; private init; }

    public Id<Case> Case { get; private init; }

    /// <summary>What was found in, e.g. Jaga's own row of the item.</summary>
    public Subject Source { get; private init; }

    /// <summary>What sort of fingerprint matched, a <see cref="Banks.SignalType"/> (<c>pdq</c>, <c>vpdq</c>, <c>textSha256</c>, <c>photoDna</c>, …); or <c>unreadable</c>.</summary>
    public string Algorithm { get; private init; } = "";

    /// <summary>The bank's name, or what could not be read and why.</summary>
    public string Bank { get; private init; } = "";

    public string Signal { get; private init; } = "";

    /// <summary>Hamming distance in bits, 0 to 256; 0 for what is equal, and for films.</summary>
    public int Distance { get; private init; }

    /// <summary>The frame or page that matched; null for the picture, film or file as a whole.</summary>
    public int? Frame { get; private init; }

    /// <summary>How the picture was turned to match, e.g. <c>original</c> or <c>flipX</c>.</summary>
    public string Variant { get; private init; } = "";

    /// <summary>The signal's labels, comma-separated.</summary>
    public string Labels { get; private init; } = "";

    /// <summary>Where the signal came from.</summary>
    public string Provenance { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    public static Finding Of(Id<Case> @case, FoundThing found, DateTimeOffset now) => new()
    {
        Id = Id<Finding>.New(now),
        Case = @case,
        Source = found.Source,
        Algorithm = found.Algorithm,
        Bank = found.Bank,
        Signal = found.Signal,
        Distance = found.Distance,
        Frame = found.Frame,
        Variant = found.Variant,
        Labels = found.Labels,
        Provenance = found.Provenance,
        At = now,
    };

    internal sealed class Table : IEntityTypeConfiguration<Finding>
    {
        public void Configure(EntityTypeBuilder<Finding> builder) => builder.ToTable("findings").HasOne<Case>().WithMany().HasForeignKey(f => f.Case);
    }
}

/// <summary>What the room that found something tells about it. See <see cref="Finding"/> for the fields.</summary>
public sealed record FoundThing(Subject Source, string Algorithm, string Bank, string Signal = "", int Distance = 0, string Variant = "", string Labels = "", string Provenance = "", int? Frame = null);
