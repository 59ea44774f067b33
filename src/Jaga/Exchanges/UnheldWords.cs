namespace Jaga.Exchanges;

/// <summary>Counts by name in one line of text: <c>netclean=3 pdna=12</c>.</summary>
internal static class UnheldWords
{
    public static string Add(string line, IReadOnlyDictionary<string, int> more)
    {
        if (more.Count == 0)
        {
            return line;
        }

        var counts = new SortedDictionary<string, long>(Read(line), StringComparer.Ordinal);
        foreach (var (name, count) in more)
        {
            if (counts.Count < 20 || counts.ContainsKey(name))
            {
                counts[name] = counts.GetValueOrDefault(name) + count;
            }
        }

        return string.Join(' ', counts.Select(c => $"{c.Key}={c.Value}"));
    }

    public static Dictionary<string, long> Read(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Split('=')).ToDictionary(w => w[0], w => long.Parse(w[1], System.Globalization.CultureInfo.InvariantCulture));
}
