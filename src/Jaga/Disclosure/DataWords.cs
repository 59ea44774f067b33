using System.Collections.Frozen;
using System.Text.Json;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>The names of classes and documents, and the fields that each class consists of: all of <c>data-classes.json</c>.</summary>
public sealed class DataWords
{
    private readonly FrozenDictionary<DataClass, ClassLine> _classes;
    private readonly FrozenDictionary<DocumentKind, Sentence> _documents;

    public DataWords()
    {
        using var json = typeof(DataWords).Assembly.GetManifestResourceStream("Disclosure/data-classes.json")!;
        var file = JsonSerializer.Deserialize<File>(json, Json.Strict)!;
        _classes = file.Classes.ToFrozenDictionary(c => c.Class);
        _documents = file.Documents.ToFrozenDictionary(d => d.Kind, d => d.Name);
    }

    private sealed record File(IReadOnlyList<ClassLine> Classes, IReadOnlyList<DocumentLine> Documents);

    private sealed record ClassLine(DataClass Class, Sentence Name, IReadOnlyList<DataField> Fields);

    private sealed record DocumentLine(DocumentKind Kind, Sentence Name);

    /// <summary>The class's name, as a sentence begins with it.</summary>
    public Sentence Of(DataClass one) => _classes[one].Name;

    /// <summary>The document's name, as it stands within a sentence.</summary>
    public Sentence Of(DocumentKind kind) => _documents[kind];

    /// <summary>Several documents of which one is enough.</summary>
    public Sentence AnyOf(IEnumerable<DocumentKind> kinds)
    {
        var names = kinds.Distinct().Select(Of).ToList();
        return new(string.Join(" or ", names.Select(n => n.En)), string.Join(" atau ", names.Select(n => n.Id)));
    }

    /// <summary>
    /// The fields that these classes consist of for one subject, and no others: what is asked of the platform, and all that is taken from it.
    /// </summary>
    /// <param name="members">Whether the members of a group may be named; else they are a count.</param>
    public IReadOnlyList<DataField> Fields(IEnumerable<DataClass> classes, string subjectKind, bool members) =>
        [.. classes.Distinct().Order().SelectMany(c => _classes[c].Fields.Where(f => f.Of == subjectKind && (members || !f.Members)).Select(f => f with { Class = c }))];

    /// <summary>A term of months in words.</summary>
    public static Sentence Time(int months) => months % 12 == 0
        ? new($"{months / 12} {(months == 12 ? "year" : "years")}", $"{months / 12} tahun")
        : new($"{months} {(months == 1 ? "month" : "months")}", $"{months} bulan");
}
