using Jaga.Cases;

namespace Jaga.Reports;

/// <summary>By which door a report came in.</summary>
public enum ReportVia
{
    /// <summary>The public page.</summary>
    Public,

    /// <summary>The platform's own app, by its key.</summary>
    Platform,

    /// <summary>A trusted flagger or another organisation, by its key.</summary>
    Flagger,
}

/// <summary>How far a report has come.</summary>
public enum ReportState
{
    /// <summary>Received, and not decided yet.</summary>
    Received,

    /// <summary>The case that it belongs to is decided.</summary>
    Decided,
}

/// <summary>
/// What somebody told us. It belongs to the case of its subject, is never dropped, and is answered three times: received, decided with the reason, how to complain.
/// It holds nothing about who reported but what they gave, and that sealed.
/// </summary>
public sealed class Report : IEntity
{
    public Id<Report> Id { get; private init; }

    /// <summary>What <see cref="Location"/> is on the platform.</summary>
    public Subject About { get; private init; }

    /// <summary>The case it was brought to; null for the second until <see cref="SortReports"/> has done so.</summary>
    public Id<Case>? Case { get; private set; }

    /// <summary>What the reporter takes it for; one of <see cref="ReportCategories.All"/>.</summary>
    public string Category { get; private init; } = "";

    /// <summary>Why, in the reporter's words, at most 4,000 characters; empty where <see cref="SameAs"/> says nearly the same.</summary>
    public string Words { get; private set; } = "";

    /// <summary>Where, as it was written: an address or an identifier.</summary>
    public string Location { get; private init; } = "";

    /// <summary>When it happened, in the reporter's words, at most 200 characters, or empty.</summary>
    public string Happened { get; private init; } = "";

    /// <summary>The language to answer in: <c>id</c> or <c>en</c>.</summary>
    public string Language { get; private init; } = "";

    public ReportVia Via { get; private init; }

    /// <summary>The organisation or platform that passed it on, as a subject; null for the public.</summary>
    public Subject? By { get; private init; }

    public DateTimeOffset ReceivedAt { get; private init; }

    public ReportState State { get; private set; }

    /// <summary>The decision that its reporter complained of with success: it came to the desk again, for somebody else than who decided then; null for most.</summary>
    public Id<Decision>? Against { get; private set; }

    /// <summary>Since when it is there again, in place of <see cref="ReceivedAt"/>; null where it is not.</summary>
    public DateTimeOffset? AgainAt { get; private set; }

    /// <summary>The decision that answers it; to be told from <see cref="Decision.UndoUntil"/> on, not before.</summary>
    public Id<Decision>? Decision { get; private set; }

    /// <summary>When the decision was sent to <see cref="Contact"/>, where one was given.</summary>
    public DateTimeOffset? ToldAt { get; internal set; }

    /// <summary>An earlier report of the same case in nearly the same words, which stand there only once.</summary>
    public Id<Report>? SameAs { get; private set; }

    /// <summary>By what near-same words are found: <see cref="Reports.Likeness"/>.</summary>
    public string Likeness { get; private init; } = "";

    /// <summary>Keyed digest of the receipt code, 32 bytes; the code itself is nowhere.</summary>
    public byte[] Receipt { get; private init; } = [];

    /// <summary>The e-mail address to answer to, sealed; null where none was given.</summary>
    public byte[]? Contact { get; private init; }

    /// <summary>Who reports, sealed; opened only by <see cref="OpenIdentity"/>.</summary>
    public byte[]? Identity { get; private init; }

    /// <summary>What became of the screenshot that was added, e.g. <c>read</c>; null where none was.</summary>
    public string? Screenshot { get; internal set; }

    /// <summary>SHA-256 of that picture, by which it is found among its case's media; null where there is none that could be read.</summary>
    public string? Picture { get; internal set; }

    /// <summary>Since when the reporter's latest message waits for an answer; null where none does.</summary>
    public DateTimeOffset? AskedAt { get; internal set; }

    public Subject Subject => Subject.Of("report", Id);

    internal static Report New(ReportDraft draft, Subject about, byte[] receipt, byte[]? contact, byte[]? identity, DateTimeOffset now) => new()
    {
        Id = Id<Report>.New(now),
        About = about,
        Category = draft.Category,
        Words = draft.Words.Trim(),
        Location = draft.Location.Trim(),
        Happened = draft.Happened.Trim(),
        Language = draft.Language,
        Via = draft.Via,
        By = draft.By,
        ReceivedAt = now,
        Likeness = Reports.Likeness.Of(draft.Words),
        Receipt = receipt,
        Contact = contact,
        Identity = identity,
    };

    /// <summary>Brings it to its case.</summary>
    internal void Join(Id<Case> @case) => Case = @case;

    /// <summary>From when on an answer is owed.</summary>
    internal DateTimeOffset OwedFrom => AgainAt ?? ReceivedAt;

    /// <summary>The reporter was right to complain: it is to be decided again. <see cref="SortReports"/> brings it to the desk like a new one.</summary>
    internal void Reconsider(DateTimeOffset now) => (Against, AgainAt, Decision, State, ToldAt, Case) = (Decision, now, null, ReportState.Received, null, null);

    /// <summary>A report to be written to, locked where the store locks rows.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    internal static async Task<Report> Hold(Db db, Id<Report> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.Reports.FromSqlRaw($"SELECT * FROM reports WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw new NotFound("such report");
#pragma warning restore EF1002

    /// <summary>An earlier report says the same: it is counted, and keeps its own receipt, answer and conversation.</summary>
    internal void Fold(Id<Report> same) => (SameAs, Words) = (same, "");

    internal sealed class Table : IEntityTypeConfiguration<Report>
    {
        public void Configure(EntityTypeBuilder<Report> builder)
        {
            builder.ToTable("reports").Ignore(r => r.Subject).Ignore(r => r.OwedFrom);
            People.Words.HasSubject(builder.Property(r => r.By));
        }
    }
}

/// <summary>How many reports a case has, by the door they came in: one row for each case, however many there are.</summary>
public sealed class ReportCount
{
    public Id<Case> Case { get; init; }

    public int Public { get; set; }

    public int Platform { get; set; }

    public int Flagger { get; set; }

    /// <summary>How many of them say nearly the same as an earlier one.</summary>
    public int Same { get; set; }

    public DateTimeOffset FirstAt { get; set; }

    public DateTimeOffset LastAt { get; set; }

    /// <summary>All of them.</summary>
    public int All => Public + Platform + Flagger;

    internal void Add(Report report)
    {
        _ = report.Via switch
        {
            ReportVia.Public => Public++,
            ReportVia.Platform => Platform++,
            _ => Flagger++,
        };
        Same += report.SameAs is null ? 0 : 1;
        LastAt = report.OwedFrom > LastAt ? report.OwedFrom : LastAt;
    }

    internal void Add(ReportCount other)
    {
        (Public, Platform, Flagger, Same) = (Public + other.Public, Platform + other.Platform, Flagger + other.Flagger, Same + other.Same);
        FirstAt = other.FirstAt < FirstAt ? other.FirstAt : FirstAt;
        LastAt = other.LastAt > LastAt ? other.LastAt : LastAt;
    }

    internal sealed class Table : IEntityTypeConfiguration<ReportCount>
    {
        public void Configure(EntityTypeBuilder<ReportCount> builder)
        {
            builder.ToTable("report_counts").Ignore(c => c.All).HasKey(c => c.Case);

            // One of them rises with every report: who counted from the same number at once begins again.
            builder.Property(c => c.Public).IsConcurrencyToken();
            builder.Property(c => c.Platform).IsConcurrencyToken();
            builder.Property(c => c.Flagger).IsConcurrencyToken();
        }
    }
}

/// <summary>One message between the desk and whoever reported; neither sees who the other is.</summary>
public sealed class ReportMessage : IEntity
{
    /// <summary>The longest, in characters.</summary>
    public const int Longest = 2000;

    /// <summary>The most messages in one conversation.</summary>
    public const int Most = 200;

    public Id<ReportMessage> Id { get; private init; }

    public Id<Report> Report { get; private init; }

    /// <summary>Who of the desk wrote it, as <see cref="Actor.Id"/>; null when it was the reporter.</summary>
    public string? By { get; private init; }

    /// <summary>Their name, for colleagues; the reporter does not see it.</summary>
    public string? ByName { get; private init; }

    public string Words { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    internal static ReportMessage Of(Id<Report> report, string words, Actor? by, DateTimeOffset now) => new()
    {
        Id = Id<ReportMessage>.New(now),
        Report = report,
        By = by?.Id,
        ByName = by?.Name,
        Words = string.IsNullOrWhiteSpace(words) ? throw new BadInput("words", "Write something first.")
            : words.Trim() is { Length: <= Longest } said ? said : throw new BadInput("words", $"A message has at most {Longest:N0} characters."),
        At = now,
    };

    internal sealed class Table : IEntityTypeConfiguration<ReportMessage>
    {
        public void Configure(EntityTypeBuilder<ReportMessage> builder) => builder.ToTable("report_messages").HasOne<Report>().WithMany().HasForeignKey(m => m.Report);
    }
}
