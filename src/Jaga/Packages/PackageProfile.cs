using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Jaga.Obligations;

namespace Jaga.Packages;

/// <summary>How an authority is told.</summary>
public enum Route
{
    /// <summary>By a package of this room.</summary>
    Package,

    /// <summary>By a report to the CyberTipline; this room sends it nothing.</summary>
    CyberTip,
}

/// <summary>Something that a reader of a profile must know, and how sure it is.</summary>
/// <param name="Sure">A read in the primary text, B in a secondary source, C general knowledge that was not checked, ? looked for and not found.</param>
public sealed record ProfileNote(string Sure, string En, string Id);

/// <summary>The covering letter: its title and its text in the markup of letters, with fields such as <c>{{package.number}}</c>.</summary>
public sealed record ProfileLetter(string Title, string Body);

/// <summary>One kind of authority: for which country and category it is there, and what a package for it holds. A line of <c>profiles.json</c>.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, or <c>*</c> for any.</param>
/// <param name="Categories">The law's plain words, or <c>*</c> alone.</param>
/// <param name="Evidence">Whether the sealed evidence itself is in it, or only what is told of it.</param>
/// <param name="StaffNames">Whether the report names who here did what; else they stand in it by number.</param>
/// <param name="Language">Of the report and the covering letter: <c>id</c> or <c>en</c>.</param>
/// <param name="Encryption">Whether it may only leave encrypted to the receiver's key.</param>
/// <param name="Cites">The law, or whose terms.</param>
/// <param name="Sure">How sure it is that this is the authority, as in <see cref="ProfileNote.Sure"/>.</param>
/// <param name="Why">The sentence that tells the reader of the page why this authority.</param>
public sealed record PackageProfile(
    string Id, Sentence Authority, string Country, IReadOnlyList<string> Categories, Route Route, bool Evidence, bool StaffNames, string Language, bool Encryption, string Cites, string Sure, Sentence Why,
    IReadOnlyList<ProfileNote> Notes, ProfileLetter? Letter = null)
{
    /// <summary>Whether it is there for this country and category.</summary>
    public bool IsFor(string country, string category) => (Country == "*" || Country == country) && (Categories.Contains("*") || Categories.Contains(category));
}

/// <summary>The profiles that this version knows, as data.</summary>
public sealed class PackageProfiles
{
    private readonly FrozenDictionary<string, PackageProfile> _profiles;

    /// <exception cref="WrongSetting">A profile contradicts itself.</exception>
    public PackageProfiles()
    {
        using var json = Assembly.GetExecutingAssembly().GetManifestResourceStream("Packages/profiles.json")!;
        All = JsonSerializer.Deserialize<List<PackageProfile>>(json, Json.Strict)!;
        foreach (var one in All)
        {
            if (one.Language is not ("id" or "en") || one.Notes.Select(n => n.Sure).Append(one.Sure).Any(s => s is not ("A" or "B" or "C" or "?")) || (one.Route is Route.Package) != (one.Letter is not null))
            {
                throw new WrongSetting($"The profile {one.Id} must be in Indonesian or English, say how sure each fact is (A, B, C or ?), and have a covering letter if it is a package.");
            }

            CoveringLetter.Check(one);
        }

        _profiles = All.ToFrozenDictionary(p => p.Id);
    }

    /// <summary>In the order of the file: of several that fit, the first is meant.</summary>
    public IReadOnlyList<PackageProfile> All { get; }

    /// <exception cref="BadInput">There is none with this id.</exception>
    public PackageProfile Of(string? id) => TryFind(id) ?? throw new BadInput("profile", $"It is one of {string.Join(", ", All.Select(p => p.Id))}.");

    /// <summary>The profile, or null.</summary>
    public PackageProfile? TryFind(string? id) => id is null ? null : _profiles.GetValueOrDefault(id);
}
