using Jaga.Evidence;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>A room above that has something to hand to an authority: the desk its decided cases, Disclosure its answered requests.</summary>
public interface IPackageSource
{
    /// <summary>The kind of subject that it answers for, e.g. <c>case</c>.</summary>
    string Kind { get; }

    /// <summary>What is known and may go. Asked again at every step until it is sealed, so that what is no longer allowed does not go either.</summary>
    /// <exception cref="NotFound">There is no such thing.</exception>
    /// <exception cref="RuleBroken">It may not be packaged, or no longer; the sentence says why.</exception>
    Task<PackageMatter> Gather(Subject about, CancellationToken ct);

    /// <summary>The files that <see cref="PackageMatter.Files"/> names, each made of nothing but what may go. Called once, when the package is built; that it was opened is recorded.</summary>
    Task<IReadOnlyList<PackageFile>> Files(Subject about, Actor actor, string why, CancellationToken ct);

    /// <summary>A package about it lies ready for its agency. In the transaction that says so.</summary>
    Task Ready(Subject about, Package package, Actor actor, CancellationToken ct) => Task.CompletedTask;

    /// <summary>A package about it that lay ready was taken back. In the transaction that says so.</summary>
    Task Withdrawn(Subject about, Package package, string why, Actor actor, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>One matter of a package.</summary>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Category">The law's plain word; empty where none is said.</param>
/// <param name="Agency">The only agency that may have it; null for any.</param>
/// <param name="NotBefore">It may be released from then on; null for at once.</param>
/// <param name="Exhibits">The sealed evidence about it.</param>
/// <param name="Files">Names of further files.</param>
/// <param name="Missing">What a reader would look for and will not find.</param>
/// <param name="Compared">What was asked and what is given, where something was asked.</param>
/// <param name="Lines">Whose lines of the audit log tell how it came to be.</param>
public sealed record PackageMatter(
    Subject About, Sentence Title, string Category, string? Agency, DateTimeOffset? NotBefore, IReadOnlyList<Id<Exhibit>> Exhibits, IReadOnlyList<string> Files, IReadOnlyList<PackageFact> Facts,
    IReadOnlyList<Sentence> Missing, IReadOnlyList<AskedAndGiven> Compared, IReadOnlyList<Subject> Lines);

/// <summary>One thing that is told, e.g. <c>Decision</c> and <c>illegal</c>.</summary>
/// <param name="Value">As programs read it.</param>
/// <param name="Words">As people read it, where that is something else.</param>
public sealed record PackageFact(Sentence Name, string Value, Sentence? Words = null)
{
    /// <summary>What people read.</summary>
    internal Sentence Says => Words ?? new(Value, Value);
}

/// <summary>What became of one field, or of a whole class, that was asked for.</summary>
public enum AskedOutcome
{
    Given,

    /// <summary>The platform has no such data.</summary>
    NotHeld,

    /// <summary>The law or the document does not allow it; nothing of it is in the package.</summary>
    NotAllowed,
}

/// <summary>One line of the comparison of what was asked with what is given.</summary>
/// <param name="About">Of whom, as <c>KIND/ID</c>.</param>
/// <param name="Class">The class of data.</param>
/// <param name="Field">The field; null where the whole class is meant.</param>
/// <param name="Count">How many values are given.</param>
/// <param name="Why">What it rests on, or what it lacks.</param>
public sealed record AskedAndGiven(string About, Sentence Class, string? Field, AskedOutcome Outcome, int Count, Sentence? Why);

/// <summary>A file of a package: a plain name, and its bytes.</summary>
public sealed record PackageFile(string Name, string MediaType, byte[] Content);
