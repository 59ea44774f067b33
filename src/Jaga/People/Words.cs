using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Jaga.People;

/// <summary>Keeps short things in one text column, the same on both stores: a list of words (roles, permissions, codes' digests), parted by spaces; a subject.</summary>
internal static class Words
{
    public static PropertyBuilder<IReadOnlyList<T>> HasWords<T>(this PropertyBuilder<IReadOnlyList<T>> property) => property.HasConversion(new Column<T>(), new Same<T>());

    /// <summary>Keeps an optional subject in one text column, <c>kind/id</c>.</summary>
    public static PropertyBuilder<Subject?> HasSubject(this PropertyBuilder<Subject?> property) =>
        property.HasConversion(new ValueConverter<Subject?, string?>(subject => subject == null ? null : subject.Value.ToString(), text => Parted(text)));

    private static Subject? Parted(string? text) => text?.IndexOf('/') is > 0 and var at ? new(text[..at], text[(at + 1)..]) : null;

    private static T Read<T>(string word) => typeof(T).IsEnum ? (T)Enum.Parse(typeof(T), word) : (T)(object)word;

    private static IReadOnlyList<T> Split<T>(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read<T>)];

    private sealed class Column<T>() : ValueConverter<IReadOnlyList<T>, string>(list => string.Join(' ', list), text => Split<T>(text));

    private sealed class Same<T>() : ValueComparer<IReadOnlyList<T>>((a, b) => (a ?? Array.Empty<T>()).SequenceEqual(b ?? Array.Empty<T>()), list => list.Count, list => list);
}
