using System.Reflection;

namespace Jaga.Kernel;

/// <summary>
/// Settings are one small validated record per room, read from file, environment (<c>Jaga__Room__Name</c>) and flags.
/// A value that cannot be right stops the start with a sentence that names it.
/// </summary>
public static class Settings
{
    /// <summary>Reads <paramref name="section"/> into a <typeparamref name="T"/>, checks it, and makes it available as itself.</summary>
    /// <param name="wrong">Gives one sentence for every wrong value.</param>
    /// <exception cref="WrongSetting">A value cannot be read or is wrong.</exception>
    public static T AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section, Func<T, IEnumerable<string>> wrong)
        where T : class, new()
    {
        var part = configuration.GetSection(section);
        var known = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (part.GetChildren().FirstOrDefault(c => !known.Contains(c.Key)) is { } stranger)
        {
            throw new WrongSetting($"{section}:{stranger.Key} is not a setting. Known here: {string.Join(", ", known.Order())}.");
        }

        T settings;
        try
        {
            settings = part.Get<T>() ?? new();
        }
        catch (InvalidOperationException unreadable)
        {
            throw new WrongSetting($"{section}: {unreadable.Message}");
        }

        var problems = wrong(settings).ToList();
        if (problems.Count > 0)
        {
            throw new WrongSetting(string.Join(Environment.NewLine, problems));
        }

        services.AddSingleton(settings);
        return settings;
    }
}

/// <summary>A setting is wrong; the text names it and says what would be right. The process does not start.</summary>
public sealed class WrongSetting(string sentence) : Exception(sentence);
