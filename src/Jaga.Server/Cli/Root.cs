using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Json;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary>The command line: one file for each verb, or for each room's verbs.</summary>
public static class Root
{
    /// <summary>Named as people call it, whatever the executable's file is called.</summary>
    public static Command Build() => new("jaga", "Jaga, the open safety desk for online platforms.")
    {
        new HelpOption(),
        new VersionOption(),
        Up.Build(),
        Doctor.Build(),
        Hash.Build(),
        Match.Build(),
        Banks.Build(),
        Exchanges.Build(),
        Referrals.Build(),
        LetterVerbs.Build(),
        People.Build(),
        Demo.Story.Build(),
        Obligations.Build(),
        Audit.Build(),
        Evidence.Build(),
        Backup.Build(),
        Backup.BuildRestore(),
        Bench.BenchVerb.Build(),
    };

    /// <summary>Does what the words ask. What cannot be understood is told in a sentence, not by the whole help.</summary>
    /// <returns>The verb's own; 2 where nothing was done.</returns>
    public static async Task<int> Run(string[] args)
    {
        var parsed = Build().Parse(args);
        if (Refusal(parsed) is not { } refused)
        {
            return await parsed.InvokeAsync();
        }

        Terminal.Remark(refused);
        return Terminal.Failed;
    }

    // Null where there is nothing to refuse, or where nothing was asked: then the help is the answer.
    internal static string? Refusal(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction)
        {
            return null;
        }

        var (command, strangers) = (parsed.CommandResult.Command, parsed.UnmatchedTokens);
        List<Command> above = [command];
        while (above[0].Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            above.Insert(0, parent);
        }

        var path = string.Join(' ', above.Select(c => c.Name));
        if (strangers.Count == 0)
        {
            return command.Subcommands.Count > 0 ? null : Told(parsed.Errors[0]);
        }

        var option = strangers[0].StartsWith('-');
        var known = option ? command.Options.Select(o => o.Name).ToList() : [.. command.Subcommands.Select(c => c.Name)];
        var meant = Words.Nearest(strangers[0], known) is { } near ? $"Did you mean {near}? " : "";
        return $"{path} has no {(option ? "option" : known.Count > 0 ? "verb" : "place for")} '{strangers[0]}'. {meant}{path} --help says what there is.";
    }

    private static string Told(ParseError error) => error.SymbolResult is OptionResult { Option: var option, Tokens: [{ Value: var given }, ..] } && EnumOf(option.ValueType) is { } words && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
        ? $"{option.Name} does not take '{given}'. It takes: {string.Join(", ", Enum.GetNames(words).Select(JsonNamingPolicy.CamelCase.ConvertName))}."
        : error.Message.ReplaceLineEndings(" ");

    private static Type? EnumOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type) is { IsEnum: true } words ? words : null;
}
