using System.Diagnostics.CodeAnalysis;

namespace Jaga.Kernel;

/// <summary>A word of an enum in a query, written as in JSON (<c>?state=keptLate</c>) and read in any case; numbers are no words.</summary>
public readonly record struct Choice<T>(T Value) : IParsable<Choice<T>>
    where T : struct, Enum
{
    public static Choice<T> Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var choice) ? choice : throw new FormatException($"'{s}' is not one of {string.Join(", ", Enum.GetNames<T>())}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Choice<T> result)
    {
        var known = Words.TryRead<T>(s, out var value);
        result = new(value);
        return known;
    }
}
