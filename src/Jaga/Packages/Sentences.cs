namespace Jaga.Packages;

/// <summary>The limit on what people write here: something, and at most 2,000 characters.</summary>
internal static class Sentences
{
    private const int Most = 2000;

    /// <exception cref="BadInput">It is empty or longer.</exception>
    public static string Checked(string? words, string field) => string.IsNullOrWhiteSpace(words)
        ? throw new BadInput(field, "Say it in words.")
        : words.Length <= Most ? words.Trim() : throw new BadInput(field, $"At most {Most} characters.");
}
