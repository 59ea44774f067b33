using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Jaga.Kernel;

/// <summary>Says of a JSON text that could not be read which field is wrong; of a field that there is not, which was perhaps meant.</summary>
public static partial class UnreadJson
{
    /// <param name="wrong">What the reader stumbled over.</param>
    /// <param name="whole">What was to be read.</param>
    /// <param name="field">The name of the whole among what was sent; empty for the request itself.</param>
    public static BadInput Of(JsonException wrong, Type whole, string field = "")
    {
        var steps = Steps().Matches(wrong.Path ?? "");
        var name = $"{field}{wrong.Path?.TrimStart('$')}".TrimStart('.') is { Length: > 0 } path ? path : "body";
        return Known(whole, steps) is not { } known ? new(name, $"This is not the JSON that is expected here (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}).")
            : Words.Nearest(steps[^1].Groups["name"].Value, known) is { } meant ? new(name, $"There is no such field here. Did you mean {meant}?")
            : new(name, $"There is no such field here. There are: {string.Join(", ", known)}.");
    }

    // The fields that there are, where the path ends at one that there is not; else null.
    private static List<string>? Known(Type type, MatchCollection steps)
    {
        foreach (Match step in steps)
        {
            var here = Json.Strict.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
            var field = here.Properties.FirstOrDefault(p => p.Name.Equals(step.Groups["name"].Value, StringComparison.OrdinalIgnoreCase));
            if (here.Kind is JsonTypeInfoKind.Object && field is null)
            {
                return [.. here.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).Select(p => p.Name)];
            }

            type = field?.PropertyType ?? here.ElementType ?? typeof(JsonElement);
        }

        return null;
    }

    [GeneratedRegex(@"\['(?<name>.*?)'\]|\[\d+\]|\.(?<name>[^.\[]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();
}
