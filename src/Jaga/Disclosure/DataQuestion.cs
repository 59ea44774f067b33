using System.Text.Json;

namespace Jaga.Disclosure;

/// <summary>
/// What the platform is asked for: for each subject exactly the fields of the classes that were released. There is no other way to make one than from verdicts,
/// so that a field without its document cannot be in it; and what is not in it is not taken from the platform either.
/// </summary>
public sealed record DataQuestion
{
    private DataQuestion(Id<DataRequest> request, string number, DateTimeOffset? from, DateTimeOffset? until, IReadOnlyList<AskedSubject> subjects) =>
        (Request, Number, From, Until, Subjects) = (request, number, from, until, subjects);

    public Id<DataRequest> Request { get; }

    public string Number { get; }

    /// <summary>The time that the data is about; null where it is open.</summary>
    public DateTimeOffset? From { get; }

    public DateTimeOffset? Until { get; }

    public IReadOnlyList<AskedSubject> Subjects { get; }

    /// <summary>The question that these verdicts allow; null if they allow nothing that the subjects have.</summary>
    public static DataQuestion? For(DataRequest request, IEnumerable<DataSubject> subjects, IReadOnlyList<ClassVerdict> verdicts, DataWords words)
    {
        var asked = subjects.OrderBy(s => s.Position)
            .Select(s => new AskedSubject(s.About.Kind, s.About.Id, [.. Allowed(s.About.Kind).Select(f => new AskedField(f.Name, f.Class, f.Type, f.Columns))]))
            .Where(s => s.Fields.Count > 0).ToList();
        return asked.Count == 0 ? null : new(request.Id, request.Number, request.From, request.Until, asked);

        // Each class by itself: that one document names the members for one class does not open the lists of another.
        IEnumerable<DataField> Allowed(string kind) => verdicts.Where(v => v.May).SelectMany(v => words.Fields([v.Class], kind, v.On!.Members));
    }

    internal string ToJson() => JsonSerializer.Serialize(Subjects, Json.Options);

    /// <summary>The subjects of a question that was asked.</summary>
    internal static IReadOnlyList<AskedSubject> Read(string json) => JsonSerializer.Deserialize<List<AskedSubject>>(json, Json.Options)!;
}

/// <summary>One subject of a question, and the fields that are asked for.</summary>
public sealed record AskedSubject(string Kind, string Id, IReadOnlyList<AskedField> Fields);

/// <summary>A field that is asked for, in the shape in which it is to be given.</summary>
public sealed record AskedField(string Name, DataClass Class, FieldType Type, IReadOnlyList<string>? Columns);

/// <summary>What was given of one subject: how many values each field has, and the fields that the platform does not hold. Never the values themselves.</summary>
public sealed record GivenSubject(string Kind, string Id, IReadOnlyDictionary<string, int> Given, IReadOnlyList<string> NotHeld);
