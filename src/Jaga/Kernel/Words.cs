using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Jaga.Kernel;

/// <summary>Enum values as the words that the interface speaks: camelCase, whatever case they arrive in.</summary>
public static class Words
{
    /// <summary>The word for <paramref name="value"/>, e.g. <c>noViolation</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The value that <paramref name="word"/> stands for, or null where nothing was said.</summary>
    /// <exception cref="BadInput">It is none of the words; the answer lists them.</exception>
    public static T? Read<T>(string field, string? word)
        where T : struct, Enum => string.IsNullOrEmpty(word) ? null
        : TryRead<T>(word, out var value) ? value : throw new BadInput(field, $"It is one of {string.Join(", ", Enum.GetValues<T>().Select(Of))}.");

    /// <summary>The value that <paramref name="word"/> stands for, in any case; numbers are no words.</summary>
    public static bool TryRead<T>([NotNullWhen(true)] string? word, out T value)
        where T : struct, Enum => Enum.TryParse(word, ignoreCase: true, out value) && Enum.IsDefined(value) && string.Equals(value.ToString(), word, StringComparison.OrdinalIgnoreCase);
}
