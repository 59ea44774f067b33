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

    /// <summary>What to propose. Only items and what stands at a link can be geoblocked; a group or an account is closed or left. Null for what the platform cannot find.</summary>
    public static ActionWish? For(Order order, Agency agency, Subject about)
    {
        return about.Kind switch
        {
            "item" or "link" when ActionWish.ActsOn(Verb.Remove, about) => Countries(order, agency) is { } countries ? new(Verb.Geoblock, about, countries) : new(Verb.Remove, about),
            "group" => new(Verb.CloseGroup, about),
            "account" => new(Verb.BanAccount, about),
            _ => null,
        };
    }

    /// <summary>Where an order needs an item to be gone: in these countries; null for everywhere.</summary>
    internal static IReadOnlyList<string>? Countries(Order order, Agency agency) =>
        order.Category == "csam" ? null : order.Countries.Count > 0 ? order.Countries : agency.Country == "EU" ? MemberStates : [agency.Country];

    /// <summary>
    /// What of a decision takes more away than an order needs: in more countries, everywhere, or from an account or a group where it names an item.
    /// Countries that another order on the same subject names are not more: no authority hears of another's.
    /// </summary>
    /// <param name="own">The least for this order; with none, nothing is too much.</param>
    /// <param name="all">The least for each of the orders on the subject, this one too.</param>
    public static IReadOnlyList<EnforcementAction> Beyond(ActionWish? own, IReadOnlyList<ActionWish> all, IEnumerable<EnforcementAction> actions)
    {
        var countries = all.SelectMany(n => n.Countries ?? []).ToHashSet();
        return own is null ? [] : [.. actions.Where(a => TakesAway(a.Verb) && !(IsMeant(own.Target, a) && (own.Countries is null || a.Countries?.Split(',').All(countries.Contains) is true)))];
    }

    // At a link whoever decides may find an item or a group: that one is meant, and no more is done than the order names.
    private static bool IsMeant(Subject ordered, EnforcementAction action) => action.Target == ordered || (ordered.Kind == "link" && action.Verb is Verb.Remove or Verb.Geoblock or Verb.CloseGroup);

    private static bool TakesAway(Verb verb) => verb is Verb.Remove or Verb.Geoblock or Verb.CloseGroup or Verb.SuspendAccount or Verb.BanAccount;
}
