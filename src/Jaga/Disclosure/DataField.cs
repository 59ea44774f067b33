using System.Globalization;
using System.Text.Json;

namespace Jaga.Disclosure;

/// <summary>What a field holds.</summary>
public enum FieldType
{
    /// <summary>At most 10,000 characters.</summary>
    Text,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A whole number from nought.</summary>
    Number,

    /// <summary>ISO 8601 with its offset.</summary>
    Time,

    /// <summary>A list of objects that have the named columns, each a text, a number or null, and nothing else.</summary>
    Rows,
}

/// <summary>One field of a class of data, e.g. <c>signIns</c> of an account's traffic data.</summary>
/// <param name="Of">The kind of subject that has it: <c>account</c>, <c>group</c> or <c>item</c>.</param>
/// <param name="Columns">Of <see cref="FieldType.Rows"/>.</param>
/// <param name="Members">It names the members of a group: only where the document says so.</param>
public sealed record DataField(string Name, string Of, FieldType Type, IReadOnlyList<string>? Columns = null, bool Members = false)
{
    private const int MaxText = 10_000;
    private const int MaxRows = 50_000;

    /// <summary>The class that it belongs to.</summary>
    public DataClass Class { get; init; }

    /// <summary>What is wrong with a value, as a sentence; null if nothing is. Whatever is not of this field's shape is wrong, so that nothing else rides along.</summary>
    public string? WhyNot(JsonElement value) => Type switch
    {
        FieldType.Text => IsText(value) ? null : $"It is a text of at most {MaxText} characters.",
        FieldType.Number => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? null : "It is a whole number from nought.",
        FieldType.Time => value.ValueKind is JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "It is a time in ISO 8601.",
        FieldType.Texts => IsList(value) && value.EnumerateArray().All(IsText) ? null : $"It is a list of at most {MaxRows} texts.",
        _ => IsList(value) ? value.EnumerateArray().Select(WhyNotRow).FirstOrDefault(w => w is not null) : $"It is a list of at most {MaxRows} rows.",
    };

    /// <summary>How much a value holds: rows of a list, 1 for anything else.</summary>
    public static int Count(JsonElement value) => value.ValueKind is JsonValueKind.Array ? value.GetArrayLength() : 1;

    private string? WhyNotRow(JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object)
        {
            return $"Each row is an object of {string.Join(", ", Columns!)}.";
        }

        foreach (var cell in row.EnumerateObject())
        {
            if (!Columns!.Contains(cell.Name))
            {
                return $"A row has {string.Join(", ", Columns!)}, and no '{(cell.Name.Length > 50 ? cell.Name[..50] : cell.Name)}'.";
            }

            if (!IsText(cell.Value) && cell.Value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
            {
                return $"'{cell.Name}' is a text, a number or null.";
            }
        }

        return null;
    }

    private static bool IsText(JsonElement value) => value.ValueKind is JsonValueKind.String && value.GetString()!.Length <= MaxText;

    private static bool IsList(JsonElement value) => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= MaxRows;
}
