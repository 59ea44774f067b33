using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Jaga.Enforcement;

namespace Jaga.Cases.Statements;

/// <summary>The words of statements in one language, as they come with Jaga (<c>words.LANGUAGE.json</c>): templates, and the phrases that fill them.</summary>
public sealed record StatementWords
{
    private static readonly FrozenDictionary<string, StatementWords> All = Languages.ToFrozenDictionary(l => l, Load);

    /// <summary>The languages in which statements are given, by ISO 639-1 code.</summary>
    public static IReadOnlyList<string> Languages => ["en", "id"];

    /// <summary>What a template can name.</summary>
    public static IReadOnlyList<string> Fields { get; } =
        ["restrictions", "scope", "duration", "facts", "automation", "ground", "why", "object-link", "object-until", "redress", "decided", "reference"];

    /// <summary>What a template must name, for the law does (DSA article 17(3)).</summary>
    public static IReadOnlyList<string> Required { get; } = ["restrictions", "scope", "duration", "facts", "automation", "ground", "object-link", "redress"];

    public required string Culture { get; init; }

    public required IReadOnlyDictionary<StatementKind, string> Titles { get; init; }

    public required IReadOnlyDictionary<StatementKind, string> Openings { get; init; }

    public required IReadOnlyDictionary<StatementGround, string> Grounds { get; init; }

    public required string Body { get; init; }

    public required IReadOnlyDictionary<string, string> Subjects { get; init; }

    public required IReadOnlyDictionary<Verb, string> Verbs { get; init; }

    public required string Everywhere { get; init; }

    public required string Forever { get; init; }

    public required string Until { get; init; }

    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    public required string Received { get; init; }

    public required IReadOnlyDictionary<string, string> Automation { get; init; }

    /// <summary>Where the reviewer gave no reason in words.</summary>
    public required string Why { get; init; }

    public required string Redress { get; init; }

    /// <summary>In the place of the link, for those whom it is not for.</summary>
    public required string Link { get; init; }

    /// <summary>In the place of the reference, before there is one.</summary>
    public required string Reference { get; init; }

    /// <summary>The words in a language.</summary>
    /// <exception cref="BadInput">There are none in it.</exception>
    public static StatementWords In(string? language) => language is not null && All.TryGetValue(language, out var words) ? words : throw new BadInput("language", $"It is one of {string.Join(", ", Languages)}.");

    /// <summary>The template that comes with Jaga.</summary>
    public (string Title, string Body) Template(StatementKind kind, StatementGround ground) =>
        (Titles[kind], Body.Replace("{{opening}}", Openings[kind], StringComparison.Ordinal).Replace("{{grounds}}", Grounds[ground], StringComparison.Ordinal));

    /// <summary>A day as this language writes it, in UTC.</summary>
    public string Day(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(Culture));

    /// <summary>What was done, in one sentence.</summary>
    public string Sentence(ActionWish wish) => string.Format(null, Verbs[wish.Verb], string.Format(null, Subjects[wish.Target.Kind], wish.Target.Id));

    private static StatementWords Load(string language)
    {
        using var stream = typeof(StatementWords).Assembly.GetManifestResourceStream($"Statements/words.{language}.json")!;
        return JsonSerializer.Deserialize<StatementWords>(stream, Json.Options)!;
    }
}
