using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Jaga.People;

/// <summary>Keeps a short list of words (roles, permissions, codes' digests) in one text column, parted by spaces: the same on both stores.</summary>
internal static class Words
{
    public static PropertyBuilder<IReadOnlyList<T>> HasWords<T>(this PropertyBuilder<IReadOnlyList<T>> property) => property.HasConversion(new Column<T>(), new Same<T>());

    private static T Read<T>(string word) => typeof(T).IsEnum ? (T)Enum.Parse(typeof(T), word) : (T)(object)word;

    private static IReadOnlyList<T> Split<T>(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read<T>)];

    private sealed class Column<T>() : ValueConverter<IReadOnlyList<T>, string>(list => string.Join(' ', list), text => Split<T>(text));

    private sealed class Same<T>() : ValueComparer<IReadOnlyList<T>>((a, b) => (a ?? Array.Empty<T>()).SequenceEqual(b ?? Array.Empty<T>()), list => list.Count, list => list);
}
