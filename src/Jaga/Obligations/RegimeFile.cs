using System.Text.Json;

namespace Jaga.Obligations;

/// <summary>
/// A regime as it stands in its file. Every error names file and field, and stops the start: a clock that cannot be read is not a clock.
/// </summary>
internal sealed record RegimeFile
{
    private static readonly Step[] DefaultLadder = [new(50, Whom.Owner), new(75, Whom.Lead), new(90, Whom.Head), new(100, Whom.Everyone)];

    private static readonly JsonSerializerOptions Strict = new(Json.Strict) { ReadCommentHandling = JsonCommentHandling.Skip };

    public string? Id { get; init; }

    public Sentence? Name { get; init; }

    public string? Country { get; init; }

    public string? Source { get; init; }

    /// <summary>The IANA zone in which its days are counted.</summary>
    public string Zone { get; init; } = "UTC";

    public IReadOnlyList<DayOfWeek> Weekend { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    public IReadOnlyList<ClauseLine> Clauses { get; init; } = [];

    public OrdersLine? Orders { get; init; }

    internal sealed record ClauseLine
    {
        public string? Key { get; init; }

        public string? Cites { get; init; }

        public Sentence? Duty { get; init; }

        public string? Due { get; init; }

        public CountedDays Days { get; init; }

        public DueBy DueBy { get; init; }

        public ClauseKind Kind { get; init; }

        public string? Sure { get; init; }

        public string Queue { get; init; } = "leads";

        public IReadOnlyList<Step>? Ladder { get; init; }

        public string? Note { get; init; }

        public IReadOnlyList<string> Keeps { get; init; } = [];

        public IReadOnlyList<string> Reports { get; init; } = [];
    }

    /// <summary>Reads a regime.</summary>
    /// <param name="name">The file's name, for errors.</param>
    /// <exception cref="WrongSetting">Something in it cannot be right; the text names file and field.</exception>
    public static Regime Read(string name, Stream json)
    {
        RegimeFile file;
        try
        {
            file = JsonSerializer.Deserialize<RegimeFile>(json, Strict) ?? throw new JsonException("it is empty");
        }
        catch (JsonException unreadable)
        {
            throw new WrongSetting($"Regime {name}: {unreadable.Message}");
        }

        var wrong = new Wrong(name);
        var id = wrong.Word(file.Id, "id");
        var calendar = new BusinessCalendar(file.ReadZone(wrong), file.Weekend.ToHashSet(), file.Holidays.ToHashSet());
        if (calendar.Weekend.Count > 6)
        {
            throw wrong.At("weekend", "leaves no day to work");
        }

        if (file.Clauses.Count == 0)
        {
            throw wrong.At("clauses", "is empty");
        }

        var clauses = file.Clauses.Select((line, i) => ReadClause(line, id, calendar, wrong.In($"clauses[{i}]"))).ToList();
        return clauses.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { Key: var twice }
            ? throw wrong.At("clauses", $"names {twice} twice")
            : new(id, wrong.Both(file.Name, "name"), wrong.Text(file.Country, "country"), wrong.Text(file.Source, "source"), clauses, file.Orders?.Read(id, clauses, wrong.In("orders")));
    }

    private TimeZoneInfo ReadZone(Wrong wrong) => TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone)
        ? zone
        : throw wrong.At("zone", $"is '{Zone}', which this machine's time zone data (Debian: tzdata) does not know");

    private static Clause ReadClause(ClauseLine line, string regime, BusinessCalendar calendar, Wrong wrong)
    {
        var ladder = line.Ladder ?? DefaultLadder;
        if (Ladder.Wrong(ladder) is { } fault)
        {
            throw wrong.At("ladder", fault);
        }

        if (line.Keeps.Count > 0 && line.Kind is not ClauseKind.Hold)
        {
            throw wrong.At("keeps", "stands on a deadline; only a holding time keeps evidence");
        }

        return new(
            $"{regime}.{wrong.Word(line.Key, "key")}",
            wrong.Text(line.Cites, "cites"),
            wrong.Both(line.Duty, "duty"),
            ReadDue(line, calendar, wrong),
            line.DueBy,
            line.Kind,
            line.Sure switch
            {
                "A" => Sureness.A,
                "B" => Sureness.B,
                "C" => Sureness.C,
                "?" => Sureness.Unknown,
                _ => throw wrong.At("sure", $"is '{line.Sure}'; it takes A, B, C or ?"),
            },
            wrong.Word(line.Queue, "queue"),
            ladder,
            line.DueBy is DueBy.House && line.Note is null && regime != Regimes.House ? throw wrong.At("note", "is missing: say that the law sets no hours here, and in which words") : line.Note,
            line.Keeps,
            line.Reports);
    }

    private static LegalClock ReadDue(ClauseLine line, BusinessCalendar calendar, Wrong wrong)
    {
        try
        {
            return LegalClock.Parse(wrong.Text(line.Due, "due"), line.Days, calendar);
        }
        catch (FormatException unreadable)
        {
            throw wrong.At("due", unreadable.Message);
        }
    }

    internal sealed record Wrong(string File, string Path = "")
    {
        public Wrong In(string path) => this with { Path = path + "." };

        public WrongSetting At(string field, string what) => new($"Regime {File}, field {Path}{field}: {what}.");

        public string Text(string? value, string field) => string.IsNullOrWhiteSpace(value) ? throw At(field, "is missing") : value;

        public string Word(string? value, string field) =>
            Text(value, field).All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? value! : throw At(field, $"is '{value}'; it takes small letters, digits and hyphens");

        public Sentence Both(Sentence? value, string field) =>
            string.IsNullOrWhiteSpace(value?.En) || string.IsNullOrWhiteSpace(value.Id) ? throw At(field, "needs a sentence in en and in id") : value;
    }
}
