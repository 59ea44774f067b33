using System.Globalization;
using Jaga.People;

namespace Jaga.Letters;

/// <summary>Checks that every way into the register shares.</summary>
internal static class LetterForm
{
    private const int MaxTitle = 200;
    private const int MaxBody = 50_000;

    /// <summary>A subject line, trimmed.</summary>
    public static string Title(string? title) =>
        title?.Trim() is { Length: > 0 and <= MaxTitle } line && !line.Any(char.IsControl) ? line : throw new BadInput("title", $"A letter's subject is one line of 1 to {MaxTitle} characters.");

    /// <summary>What the letter says.</summary>
    public static string Body(string? body, bool needed) =>
        (body ?? "") is { Length: <= MaxBody } text && (!needed || !string.IsNullOrWhiteSpace(text)) ? text.ReplaceLineEndings("\n") : throw new BadInput("body", $"A letter's text has {(needed ? 1 : 0)} to {MaxBody:N0} characters.");

    /// <summary>A text of at most <paramref name="most"/> characters, on one line, or empty.</summary>
    public static string Line(string? text, string field, int most) =>
        (text?.Trim() ?? "") is var line && line.Length <= most && !line.Any(char.IsControl) ? line : throw new BadInput(field, $"One line of at most {most} characters.");

    /// <summary>Words that must be there.</summary>
    public static string Words(string? text, string field, int most) =>
        text?.Trim() is { Length: > 0 } words && words.Length <= most ? words : throw new BadInput(field, $"Say it in 1 to {most:N0} characters.");

    /// <summary>A language's tag, e.g. <c>id</c>.</summary>
    public static string Language(string? tag)
    {
        var given = tag?.Trim() ?? "";
        return given is { Length: >= 2 and <= 35 } && given.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(given[0])
            ? given
            : throw new BadInput("language", "A language is a tag such as 'id' or 'en'.");
    }

    /// <summary>A subject as the register keeps it, or null for none.</summary>
    public static string? About(Subject? about) => about switch
    {
        null or { Kind: null or "", Id: null or "" } => null,
        { Kind: { Length: > 0 and <= 32 } kind, Id: { Length: > 0 and <= 200 } id } when kind.All(c => char.IsAsciiLetterLower(c) || c == '-') => $"{kind}/{id}",
        _ => throw new BadInput("about", "What it is about is a kind, such as 'case', and an id."),
    };

    /// <summary>The member of staff who has it, or null for the leads' queue.</summary>
    public static async Task<string?> Owner(Db db, string? owner, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(owner))
        {
            return null;
        }

        return Id<StaffMember>.TryParse(owner, CultureInfo.InvariantCulture, out var id) && await db.Staff.AnyAsync(s => s.Id == id && s.DisabledAt == null, ct)
            ? id.ToString()
            : throw new BadInput("owner", "There is no such member of staff.");
    }

    /// <summary>A moment that is over: the one given, or now.</summary>
    public static DateTimeOffset Past(DateTimeOffset? at, string field, TimeProvider clock) =>
        at is null ? clock.GetUtcNow() : at <= clock.GetUtcNow() ? at.Value.ToUniversalTime() : throw new BadInput(field, "This lies ahead; it is entered when it has happened.");

    /// <summary>Who it is from or to, in words: the first, and how many more.</summary>
    public static string Names(IReadOnlyList<PartyForm> parties)
    {
        var first = parties[0].Organisation is { Length: > 0 } organisation ? organisation.Trim() : parties[0].Name.Trim();
        var name = parties.Count == 1 ? first : $"{(first.Length > 150 ? first[..150] + "…" : first)} (+{parties.Count - 1})";
        return name.Length > 200 ? name[..200] : name;
    }
}
