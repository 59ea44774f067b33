using System.Collections.Frozen;

namespace Jaga.Hashing;

/// <summary>The query of a link: its parameters sorted, without those that only track.</summary>
internal static class UrlQuery
{
    private static readonly string[] Listed = [.. DataFile.Lines(typeof(UrlQuery), "tracking-parameters.txt")];
    private static readonly FrozenSet<string> Exact = Listed.Where(name => !name.EndsWith('*')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly string[] Starts = [.. Listed.Where(name => name.EndsWith('*')).Select(name => name[..^1])];

    /// <summary>The canonical parameters of <c>?…</c>, in order.</summary>
    internal static string[] Of(string query) => [.. query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => UrlPath.Escaped(pair.Replace("+", "%20", StringComparison.Ordinal)))
        .Where(pair => !IsTracking(NameOf(pair)))
        .Order(StringComparer.Ordinal)];

    /// <summary>The value of a parameter; null where there is none.</summary>
    internal static string? Value(string[] query, string name) =>
        query.FirstOrDefault(pair => NameOf(pair) == name) is { } pair && pair.Length > name.Length + 1 ? pair[(name.Length + 1)..] : null;

    private static string NameOf(string pair) => pair.Split('=', 2)[0];

    private static bool IsTracking(string name) => Exact.Contains(name) || Starts.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
