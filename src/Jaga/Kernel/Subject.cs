namespace Jaga.Kernel;

/// <summary>
/// What something is about: a kind (<c>item</c>, <c>account</c>, <c>group</c>, <c>case</c>, <c>bank</c>, …) and its id within that kind.
/// Rooms point at each other's things by subject when they may not call upward. At most 32 and 200 characters.
/// </summary>
public readonly record struct Subject(string Kind, string Id)
{
    /// <summary>A subject that is one of Jaga's own rows.</summary>
    public static Subject Of<T>(string kind, Id<T> id) => new(kind, id.ToString());

    public override string ToString() => $"{Kind}/{Id}";
}
