using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Jaga.Enforcement;

/// <summary>What somebody wants done: the verb, its target by the platform's own id (a link by its address), where, and until when.</summary>
/// <param name="Countries">ISO 3166-1 alpha-2 codes; required for a geoblock, refused elsewhere.</param>
/// <param name="Until">When it ends by itself; required for a suspension.</param>
public sealed partial record ActionWish(Verb Verb, Subject Target, IReadOnlyList<string>? Countries = null, DateTimeOffset? Until = null)
{
    /// <summary>The most countries one geoblock names.</summary>
    public const int MaxCountries = 250;

    /// <summary>Checks the wish against the verb's own rules.</summary>
    /// <exception cref="BadInput">It cannot be carried out; the field is named.</exception>
    public void Check(DateTimeOffset now)
    {
        if (!ActsOn(Verb, Target) || Target.Id is not { Length: > 0 and <= 200 })
        {
            var kind = KindOf(Verb) switch { "item" => IsForLinks(Verb) ? "an item, or on a link by its address," : "an item", "account" => "an account", _ => "a group" };
            throw new BadInput("actions.target", $"{Verb} acts on {kind}, named by the platform's own id of 1 to 200 characters.");
        }

        if (Verb is Verb.Geoblock != Countries is { Count: > 0 })
        {
            throw new BadInput("actions.countries", Verb is Verb.Geoblock ? "A geoblock names the countries that it applies in." : $"{Verb} applies everywhere. To act in some countries only, geoblock.");
        }

        if (Countries is { } named && (named.Count > MaxCountries || named.Distinct().Count() != named.Count || !named.All(c => CountryCode().IsMatch(c))))
        {
            throw new BadInput("actions.countries", "Countries are two capital letters each (ISO 3166-1), every one once.");
        }

        if (Verb is Verb.SuspendAccount && Until is null)
        {
            throw new BadInput("actions.until", "A suspension ends at some time; say when. Without an end it is a ban.");
        }

        if (Until <= now)
        {
            throw new BadInput("actions.until", "The end lies in the past.");
        }
    }

    /// <summary>The kind of thing that a verb is made for: <c>item</c>, <c>account</c> or <c>group</c>.</summary>
    public static string KindOf(Verb verb) => verb switch
    {
        Verb.Remove or Verb.Geoblock or Verb.AgeRestrict or Verb.Label or Verb.Demote => "item",
        Verb.CloseGroup => "group",
        _ => "account",
    };

    /// <summary>
    /// Whether a verb acts on something: on the kind that is its own, and where it takes an item away also on a <c>link</c>, whose id is the address itself.
    /// Of an address known only by its digest nobody could say what stands there.
    /// </summary>
    public static bool ActsOn(Verb verb, Subject target) => target.Kind == KindOf(verb) || (IsForLinks(verb) && target.Kind == "link" && target.Id?.Contains("://", StringComparison.Ordinal) is true);

    private static bool IsForLinks(Verb verb) => verb is Verb.Remove or Verb.Geoblock;

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex CountryCode();
}

/// <summary>What the platform did about an action.</summary>
public enum ActionEffect
{
    Done,

    /// <summary>It was so already; counts as done.</summary>
    AlreadyDone,

    /// <summary>The platform will not or cannot; its note says why.</summary>
    Refused,
}

/// <summary>The platform's answer to an action: the same object by webhook and by call. What else it has in it is not read, for what was done was done.</summary>
/// <param name="Receipt">The platform's own reference, 1 to 200 characters.</param>
/// <param name="Note">What a person should know, at most 2,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ActionReceipt(string Receipt, ActionEffect Effect, string? Note = null)
{
    /// <exception cref="BadInput">A field is missing or too long.</exception>
    public void Check()
    {
        if (Receipt is not { Length: > 0 and <= 200 })
        {
            throw new BadInput("receipt", "A receipt has 1 to 200 characters.");
        }

        if (Note is { Length: > 2000 })
        {
            throw new BadInput("note", "A note has at most 2,000 characters.");
        }
    }
}
