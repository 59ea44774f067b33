namespace Jaga.People.Agencies;

/// <summary>What is told of an agency when it is added or changed.</summary>
/// <param name="Name">As it signs; 1 to 200 characters, unique.</param>
/// <param name="Country">ISO 3166-1 alpha-2, or <c>EU</c>.</param>
/// <param name="Competence">Categories such as <c>csam</c>, or <c>*</c> for all.</param>
/// <param name="Regimes">Ids of regimes; the first is meant where an order names none.</param>
/// <param name="Contact">Whom to call or write to; 1 to 500 characters.</param>
/// <param name="Language">Of the answers: <c>id</c> or <c>en</c>.</param>
/// <param name="Receiver">The name of a webhook that is told besides the door, or null.</param>
/// <param name="Email">An address that is told besides the door, or null.</param>
public sealed record AgencyForm(
    string Name, AgencyKind Kind, string Country, IReadOnlyList<string> Competence, IReadOnlyList<string> Regimes, string Contact, string Language = "id", string? Receiver = null, string? Email = null)
{
    /// <summary>The form as it is kept.</summary>
    /// <exception cref="BadInput">A field cannot be.</exception>
    internal AgencyForm Checked(IRegimeNames known)
    {
        var good = this with
        {
            Name = Text("name", Name, 200),
            Country = Country.Trim().ToUpperInvariant() is { Length: 2 } country && country.All(char.IsAsciiLetterUpper) ? country : throw new BadInput("country", "A territory is two letters (ISO 3166-1), or EU."),
            Competence = Competence.Count > 0 ? Agency.Words("competence", Competence) : throw new BadInput("competence", "Say what it is competent for: at least one category, or * for all."),
            Regimes = Regimes.Count > 0 ? Agency.Words("regimes", Regimes) : throw new BadInput("regimes", "Choose at least one body of rules that it acts under."),
            Contact = Text("contact", Contact, 500),
            Language = StaffMember.CheckLanguage(Language),
            Receiver = string.IsNullOrWhiteSpace(Receiver) ? null : Text("receiver", Receiver, 100),
            Email = string.IsNullOrWhiteSpace(Email) ? null : StaffMember.CheckEmail(Email),
        };
        return good.Regimes.FirstOrDefault(r => !known.Has(r)) is { } stranger
            ? throw new BadInput("regimes", $"There is no regime '{stranger}' here.")
            : good;
    }

    /// <summary>Writes the form onto <paramref name="agency"/>.</summary>
    internal void Fill(Agency agency) =>
        (agency.Name, agency.Kind, agency.Country, agency.Competence, agency.Regimes, agency.Contact, agency.Language, agency.Receiver, agency.Email) = (Name, Kind, Country, Competence, Regimes, Contact, Language, Receiver, Email);

    private static string Text(string field, string words, int most) =>
        words.Trim() is { Length: >= 1 } said && said.Length <= most ? said : throw new BadInput(field, $"This takes 1 to {most} characters.");
}

/// <summary>Which regimes there are, told by the room that holds them; an agency must not be given one that nobody can reckon by.</summary>
public interface IRegimeNames
{
    /// <summary>Whether a regime with this id is loaded.</summary>
    bool Has(string regime);
}
