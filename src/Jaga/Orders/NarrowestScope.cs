using Jaga.Enforcement;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// The least that would satisfy an order at one location: shown to nobody in the ordering country before it is removed everywhere,
/// unless it is abuse of a child, which has no country where it may be shown.
/// </summary>
public static class NarrowestScope
{
    /// <summary>The Member States of the European Union, for orders that want something done in all of them.</summary>
    public static readonly IReadOnlyList<string> MemberStates =
        ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"];

    /// <summary>What to propose. Only items can be geoblocked; a group or an account is closed or left. Null for what is not on the platform.</summary>
    public static ActionWish? For(Order order, Agency agency, Subject about)
    {
        var everywhere = order.Category == "csam";
        var countries = order.Countries.Count > 0 ? order.Countries : agency.Country == "EU" ? MemberStates : [agency.Country];
        return about.Kind switch
        {
            "item" when everywhere => new(Verb.Remove, about),
            "item" => new(Verb.Geoblock, about, countries),
            "group" => new(Verb.CloseGroup, about),
            "account" => new(Verb.BanAccount, about),
            _ => null,
        };
    }

    /// <summary>What of a decision takes more away than the orders on its subject need: in more countries than they name, everywhere, or from an account or a group where they name an item.</summary>
    /// <param name="needed">The least for each of those orders; with none, nothing is too much.</param>
    public static IReadOnlyList<EnforcementAction> Beyond(IReadOnlyList<ActionWish> needed, IEnumerable<EnforcementAction> actions)
    {
        var countries = needed.SelectMany(n => n.Countries ?? []).ToHashSet();
        return needed.Count == 0 ? [] : [.. actions.Where(a => TakesAway(a.Verb) && !needed.Any(n => n.Target == a.Target && (n.Countries is null || a.Countries?.Split(',').All(countries.Contains) is true)))];
    }

    private static bool TakesAway(Verb verb) => verb is Verb.Remove or Verb.Geoblock or Verb.CloseGroup or Verb.SuspendAccount or Verb.BanAccount;
}
