using System.Collections.Frozen;
using System.Text.Json;

namespace Jaga.Server.Pages;

/// <summary>
/// What the audit log's actions (<c>order.received</c>) are called by people, in each language of <see cref="Text.Languages"/>: <c>Text/acts.json</c>.
/// A test finds the actions that it lacks.
/// </summary>
internal static class Acts
{
    private static readonly FrozenDictionary<string, string[]> All = Read();

    /// <summary>The words for an action, or null where a newer room records one that has none yet.</summary>
    public static string? Words(string action, string language) => All.GetValueOrDefault(action)?[Math.Max(0, Array.IndexOf([.. Text.Languages], language))];

    private static FrozenDictionary<string, string[]> Read()
    {
        using var stream = typeof(Acts).Assembly.GetManifestResourceStream("text/acts.json") ?? throw new InvalidOperationException("The words for actions are not in the program.");
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream)!.ToFrozenDictionary();
    }
}
