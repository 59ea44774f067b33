namespace Jaga.Server.Pages.People;

/// <summary>What a browser calls itself, as people call it: the program and what it runs on. It is only what was claimed.</summary>
public static class Device
{
    // In this order: most of them also claim to be those that follow.
    private static readonly (string Mark, string Name)[] Programs =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>For example <c>Chrome · Android</c>; what is known of neither stays as it is, at most 60 characters.</summary>
    public static string Name(string agent)
    {
        var parts = new[] { Find(Programs, agent), Find(Systems, agent) }.OfType<string>().ToList();
        return parts.Count > 0 ? string.Join(" · ", parts) : agent.Length > 60 ? $"{agent[..60]}…" : agent;
    }

    private static string? Find((string Mark, string Name)[] known, string agent) => known.FirstOrDefault(k => agent.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
