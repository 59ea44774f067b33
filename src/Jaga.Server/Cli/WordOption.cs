using System.CommandLine;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary>Options that take words of the interface, spelt as the interface and the documentation spell them; the help lists them, and so does the answer to a wrong one.</summary>
internal static class WordOption
{
    /// <summary>An option that may be given more than once.</summary>
    /// <param name="possible">What it takes.</param>
    public static Option<T[]> Many<T>(string name, string description, IEnumerable<T> possible)
        where T : struct, Enum
    {
        var all = possible.Order().ToDictionary(Words.Of, p => p, StringComparer.OrdinalIgnoreCase);
        var list = string.Join(", ", all.Keys);
        return new(name)
        {
            Description = $"{description} One of: {list}. May be given more than once.",
            HelpName = "WORD",
            CustomParser = given =>
            {
                foreach (var stranger in given.Tokens.Select(t => t.Value).Where(v => !all.ContainsKey(v)))
                {
                    given.AddError($"{name} does not take '{stranger}'.{(Words.Nearest(stranger, all.Keys) is { } meant ? $" Did you mean {meant}?" : "")} It takes: {list}.");
                    return [];
                }

                return [.. given.Tokens.Select(t => all[t.Value])];
            },
        };
    }
}
