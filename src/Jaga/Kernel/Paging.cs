namespace Jaga.Kernel;

/// <summary>One page of a list: its rows, and the cursor to ask for the next with, or null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Rows, string? Next)
{
    /// <summary>Rows in a page unless the caller asks for fewer.</summary>
    public const int DefaultSize = 50;

    /// <summary>The most rows a caller can ask for.</summary>
    public const int MaxSize = 200;

    /// <summary>Makes a page of <paramref name="rows"/>, of which one more than <paramref name="size"/> was read to see whether there is a next.</summary>
    public static Page<T> Of(IReadOnlyList<T> rows, int size, Func<T, string> cursor) =>
        rows.Count > size ? new([.. rows.Take(size)], cursor(rows[size - 1])) : new(rows, null);
}

/// <summary>The page a caller asks for: <c>?after=CURSOR&amp;size=N</c>.</summary>
public sealed record PageRequest(string? After, int? Size)
{
    /// <summary>Rows to return, 1 to 200.</summary>
    public int Rows => Math.Clamp(Size ?? Page<object>.DefaultSize, 1, Page<object>.MaxSize);

    /// <summary>The cursor as an id.</summary>
    /// <exception cref="BadInput">It is not one of ours.</exception>
    public Id<T>? AfterId<T>() => After is null ? null : Id<T>.TryParse(After, null, out var id) ? id : throw new BadInput("after", "This cursor was not given out by this list.");
}
