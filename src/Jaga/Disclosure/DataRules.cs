using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>What a regime wants before a class of data may be given. A line of <c>DataRules/REGIME.json</c>.</summary>
/// <param name="Documents">Any one of these is enough, once a person has accepted it and found that it covers the class.</param>
/// <param name="MinimumPenaltyMonths">The least maximum imprisonment of the offence, in months; null where the regime sets none.</param>
/// <param name="EmergencyDocuments">In an emergency that a person has accepted, any one of these is enough; the others are owed afterwards. None: an emergency changes nothing.</param>
/// <param name="Note">What a reader must know about the reading.</param>
public sealed record ClassRule(DataClass Class, IReadOnlyList<DocumentKind> Documents, int? MinimumPenaltyMonths, IReadOnlyList<DocumentKind> EmergencyDocuments, string Cites, string Sure, string? Note)
{
    /// <summary>Whether the class may be given on these facts, and the sentence that says why or why not. Pure.</summary>
    /// <param name="emergency">Whether a person has accepted that this is an emergency.</param>
    public ClassVerdict Judge(Grounds grounds, bool emergency, DataWords words)
    {
        var (name, cites) = (words.Of(Class), Cites);
        if (MinimumPenaltyMonths is { } least && (string.IsNullOrWhiteSpace(grounds.Offence) || grounds.MaxPenaltyMonths is null))
        {
            return No(new($"{name.En} is given for an offence only, and the request does not name the offence and its maximum penalty ({cites}).", $"{name.Id} hanya diberikan untuk tindak pidana tertentu; permintaan ini belum menyebutkan tindak pidana dan ancaman pidana maksimumnya ({cites})."));
        }

        if (grounds.MaxPenaltyMonths < MinimumPenaltyMonths)
        {
            return No(new($"{name.En} is given for offences that can be punished with imprisonment of at least {DataWords.Time(MinimumPenaltyMonths!.Value).En}; this one can with {DataWords.Time(grounds.MaxPenaltyMonths!.Value).En} ({cites}).", $"{name.Id} hanya diberikan untuk tindak pidana dengan ancaman penjara minimal {DataWords.Time(MinimumPenaltyMonths!.Value).Id}; ancaman tindak pidana ini {DataWords.Time(grounds.MaxPenaltyMonths!.Value).Id} ({cites})."));
        }

        if (Covering(grounds, Documents) is { } document)
        {
            return Yes(document, ByEmergency: false);
        }

        if (emergency && Covering(grounds, EmergencyDocuments) is { } urgent)
        {
            return Yes(urgent, ByEmergency: true);
        }

        var wanted = words.AnyOf(emergency ? [.. Documents, .. EmergencyDocuments] : Documents);
        return No(new($"{name.En} needs {wanted.En} that covers it; none has been accepted ({cites}).", $"{name.Id} memerlukan {wanted.Id} yang mencakupnya; belum ada yang diterima ({cites})."));

        ClassVerdict No(Sentence why) => new(Class, null, ByEmergency: false, why, Cites, Sure);

        ClassVerdict Yes(AcceptedDocument on, bool ByEmergency) => new(Class, on, ByEmergency, new($"{name.En} may be given on {words.Of(on.Kind).En} {on.Number} ({cites}).", $"{name.Id} boleh diberikan berdasarkan {words.Of(on.Kind).Id} {on.Number} ({cites})."), Cites, Sure);
    }

    private AcceptedDocument? Covering(Grounds grounds, IReadOnlyList<DocumentKind> kinds) => grounds.Documents.FirstOrDefault(d => kinds.Contains(d.Kind) && d.Covers.Contains(Class));
}

/// <summary>What a request rests on, as far as the rules look.</summary>
public sealed record Grounds(string? Offence, int? MaxPenaltyMonths, IReadOnlyList<AcceptedDocument> Documents);

/// <summary>A document that a person has accepted, and what it covers by that person's reading.</summary>
/// <param name="Members">Whether it names the members of a group, so that they may be more than a count.</param>
public sealed record AcceptedDocument(Id<DataDocument> Id, DocumentKind Kind, string Number, IReadOnlyList<DataClass> Covers, bool Members);

/// <summary>Whether a class may be given.</summary>
/// <param name="On">The document that it rests on; null: it may not.</param>
/// <param name="ByEmergency">It rests on the emergency's own document; the proper one is owed afterwards.</param>
/// <param name="Why">One sentence: what it rests on, or what is missing.</param>
public sealed record ClassVerdict(DataClass Class, AcceptedDocument? On, bool ByEmergency, Sentence Why, string Cites, string Sure)
{
    /// <summary>Whether it may be given.</summary>
    public bool May => On is not null;
}

/// <summary>A regime's rules for giving data: which document each class needs, and which clocks run.</summary>
/// <param name="Regime">Its id; a file of that name.</param>
/// <param name="Clause">The clause of the regimes that says by when.</param>
/// <param name="EmergencyClause">The shorter one in an emergency.</param>
/// <param name="AfterwardsClause">By when the proper document must follow what was given in an emergency.</param>
public sealed record DataRules(string Regime, Sentence Name, string Clause, string EmergencyClause, string AfterwardsClause, string Source, IReadOnlyList<ClassRule> Classes)
{
    /// <summary>What it wants for each class that was asked for.</summary>
    public IReadOnlyList<ClassVerdict> Judge(IEnumerable<DataClass> classes, Grounds grounds, bool emergency, DataWords words) => [.. classes.Distinct().Order().Select(c => Of(c).Judge(grounds, emergency, words))];

    /// <summary>What it wants for one class.</summary>
    public ClassRule Of(DataClass one) => Classes.Single(c => c.Class == one);
}

/// <summary>The rules of every regime that this version knows, as data.</summary>
public sealed class AllDataRules
{
    private readonly FrozenDictionary<string, DataRules> _rules;

    /// <exception cref="WrongSetting">A file names a clause that no regime has, or lacks a class.</exception>
    public AllDataRules(Regimes regimes)
    {
        var house = Assembly.GetExecutingAssembly();
        var all = new List<DataRules>();
        foreach (var name in house.GetManifestResourceNames().Where(n => n.StartsWith("DataRules/", StringComparison.Ordinal)))
        {
            using var json = house.GetManifestResourceStream(name)!;
            var rules = JsonSerializer.Deserialize<DataRules>(json, Json.Strict)!;
            if (new[] { rules.Clause, rules.EmergencyClause, rules.AfterwardsClause }.FirstOrDefault(c => regimes.TryFind(c) is null) is { } stranger)
            {
                throw new WrongSetting($"{name} names the clause '{stranger}', which no regime has.");
            }

            // A class without a document would be given to whoever asks.
            if (Enum.GetValues<DataClass>().Any(c => rules.Classes.Count(r => r.Class == c) != 1) || rules.Classes.Any(r => r.Documents.Count == 0 || r.Sure is not ("A" or "B" or "C" or "?")))
            {
                throw new WrongSetting($"{name} must say for each of the four classes once which documents it needs, and how sure that is (A, B, C or ?).");
            }

            all.Add(rules);
        }

        All = [.. all.OrderBy(r => r.Regime, StringComparer.Ordinal)];
        _rules = All.ToFrozenDictionary(r => r.Regime);
    }

    /// <summary>In order of their regimes' ids.</summary>
    public IReadOnlyList<DataRules> All { get; }

    /// <summary>The rules of a regime.</summary>
    /// <exception cref="BadInput">There are none.</exception>
    public DataRules Of(string regime) => _rules.GetValueOrDefault(regime) ?? throw new BadInput("regime", $"It is one of {string.Join(", ", All.Select(r => r.Regime))}.");
}
