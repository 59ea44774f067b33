using System.Net.Mail;
using Jaga.People.Agencies;

namespace Jaga.Letters;

/// <summary>Somebody a letter is from or to, as entered.</summary>
/// <param name="Email">Their address, for <see cref="Way.Email"/>.</param>
/// <param name="PostalAddress">In lines, for <see cref="Way.Post"/>.</param>
/// <param name="Agency">By its id, for <see cref="Way.Portal"/>.</param>
/// <param name="Way">How they are reached; null for the first of these three that is given.</param>
public sealed record PartyForm(string Name, string? Organisation = null, string? Email = null, string? PostalAddress = null, string? Agency = null, Way? Way = null)
{
    /// <summary>The most parties that one letter has.</summary>
    public const int Most = 2000;

    /// <summary>How they are reached.</summary>
    internal Way Chosen => Way ?? (!string.IsNullOrWhiteSpace(Email) ? Letters.Way.Email : !string.IsNullOrWhiteSpace(Agency) ? Letters.Way.Portal : Letters.Way.Post);

    /// <summary>The agency's id in the one spelling by which its portal finds what lies there; what is no id (on a letter that came in) stays as it was written.</summary>
    internal string? AgencyId => Id<Agency>.TryParse(Agency?.Trim(), null, out var id) ? id.ToString() : string.IsNullOrWhiteSpace(Agency) ? null : Agency.Trim();

    /// <summary>Checks many at once; every wrong one is named by its row.</summary>
    /// <param name="reached">Whether a letter is to reach them, so that where must be known.</param>
    /// <exception cref="BadInput">Something cannot be.</exception>
    internal static void Check(IReadOnlyList<PartyForm>? parties, string field, bool reached)
    {
        if (parties is null or { Count: 0 or > Most })
        {
            throw new BadInput(field, $"Name 1 to {Most:N0}.");
        }

        var problems = parties.Select((p, i) => (Field: $"{field}[{i}]", Reason: p.Wrong(reached))).Where(p => p.Reason is not null).Take(20).ToDictionary(p => p.Field, p => new[] { p.Reason! });
        if (problems.Count > 0)
        {
            throw new BadInput(problems);
        }

        if (reached && parties.Where(p => p.Chosen is Letters.Way.Email).GroupBy(p => p.Email!.Trim(), StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw new BadInput(field, $"{twice} is named twice; nobody gets the same letter twice.");
        }
    }

    /// <summary>The same for whom a letter is to reach, and that every agency named is there to open its portal.</summary>
    /// <exception cref="BadInput">Something cannot be, or there is no such agency.</exception>
    internal static async Task CheckReached(Db db, IReadOnlyList<PartyForm>? parties, string field, CancellationToken ct)
    {
        Check(parties, field, reached: true);
        var named = parties!.Select((p, i) => (Field: $"{field}[{i}]", p.Chosen, Id: Id<Agency>.TryParse(p.Agency?.Trim(), null, out var id) ? id : default)).Where(p => p.Chosen is Letters.Way.Portal).ToList();
        var ids = named.Select(p => p.Id).Distinct().ToList();
        var open = ids.Count == 0 ? [] : await db.Agencies.Where(a => ids.Contains(a.Id) && a.ClosedAt == null).Select(a => a.Id).ToListAsync(ct);
        if (named.FirstOrDefault(p => !open.Contains(p.Id)) is { Field: { } at })
        {
            throw new BadInput(at, "There is no such agency, or it is closed; name it by the id that stands in its page's address.");
        }
    }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Wrong(bool reached) =>
        string.IsNullOrWhiteSpace(Name) || Name.Length > 200 ? "A name has 1 to 200 characters."
        : Name.Any(char.IsControl) || Organisation?.Any(char.IsControl) is true ? "A name is one line."
        : Organisation is { Length: > 200 } ? "An organisation's name has at most 200 characters."
        : !string.IsNullOrWhiteSpace(Email) && (Email.Length > 254 || !MailAddress.TryCreate(Email.Trim(), out var address) || address.Address != Email.Trim()) ? $"'{Email}' is not an e-mail address."
        : PostalAddress is { Length: > 500 } ? "A postal address has at most 500 characters."
        : Agency is { Length: > 100 } ? "An agency's id has at most 100 characters."
        : !reached ? null
        : Chosen switch
        {
            Letters.Way.Email when string.IsNullOrWhiteSpace(Email) => "By e-mail needs an e-mail address.",
            Letters.Way.Portal when string.IsNullOrWhiteSpace(Agency) => "Through the portal needs the agency.",
            Letters.Way.Post when string.IsNullOrWhiteSpace(PostalAddress) => "Say how they are reached: an e-mail address, a postal address or an agency.",
            _ => null,
        };
}
