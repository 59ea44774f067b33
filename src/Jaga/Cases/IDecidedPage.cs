namespace Jaga.Cases;

/// <summary>Renders the page of a case as whoever decides has it before them, to be sealed with the decision. The pages' own house implements it.</summary>
public interface IDecidedPage
{
    /// <summary>The page in HTML, in UTF-8; null where nobody looks at a page, as when a program decides.</summary>
    Task<byte[]?> Render(Id<Case> id, CancellationToken ct);
}
