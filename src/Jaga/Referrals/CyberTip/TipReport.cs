namespace Jaga.Referrals.CyberTip;

/// <summary>
/// A report to NCMEC's CyberTipline, by what it says. The shape follows NCMEC's schema of November 2025; <see cref="TipXml"/> writes it in the schema's
/// order, <see cref="TipRules"/> says what NCMEC would refuse. Everything but the incident and the reporting person is optional: what is not known is absent, never guessed.
/// </summary>
public sealed record TipReport
{
    public required TipIncident Incident { get; init; }

    /// <summary>One report stands for many of the same, because they spread as a viral picture (<c>VIRAL_POTENTIAL_MEME</c>).</summary>
    public bool BatchedAsViral { get; init; }

    /// <summary>Where on the internet, or off it, it happened; any number.</summary>
    public IReadOnlyList<TipPlace> Places { get; init; } = [];

    /// <summary>An authority that is involved already.</summary>
    public TipLawEnforcement? LawEnforcement { get; init; }

    public required TipReporter Reporter { get; init; }

    /// <summary>Whoever is reported; at most one, as the schema's text says, though its grammar allows more.</summary>
    public TipParty? Reported { get; init; }

    public IReadOnlyList<TipParty> IntendedRecipients { get; init; } = [];

    public IReadOnlyList<TipParty> Victims { get; init; } = [];

    public string? AdditionalInfo { get; init; }
}

/// <summary>What sort of incident; the words are NCMEC's.</summary>
public enum TipIncidentType
{
    Possession,
    Trafficking,
    Tourism,
    Molestation,
    MisleadingDomain,
    MisleadingWords,
    Enticement,
    Unsolicited,
}

/// <summary>What a report is marked with.</summary>
public enum TipAnnotation
{
    Sextortion,
    CsamSolicitation,
    MinorToMinorInteraction,
    Spam,
    SadisticOnlineExploitation,
}

/// <summary>What happened, where, when.</summary>
public sealed record TipIncident
{
    public required TipIncidentType Type { get; init; }

    /// <summary>When; never in the future.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What that time is the time of, e.g. "upload of the first file"; at most 3,000 characters.</summary>
    public string? AtDescription { get; init; }

    /// <summary>The service, at most 256 characters.</summary>
    public string? Platform { get; init; }

    /// <summary>Why NCMEC should read it first; that it is there escalates. At most 3,000 characters, never blank.</summary>
    public string? Escalation { get; init; }

    public IReadOnlyList<TipAnnotation> Annotations { get; init; } = [];
}

/// <summary>What sort of place. Which of <see cref="TipPlace"/>'s fields belong to which is in <see cref="TipXml"/>, in the schema's order.</summary>
public enum TipPlaceKind
{
    WebPage,
    Email,
    Newsgroup,
    Chat,
    Game,
    CellPhone,
    OffInternet,
    PeerToPeer,
}

/// <summary>One place of the incident. A group is a chat with its room's name, or a page with its address: NCMEC knows no incident of groups.</summary>
public sealed record TipPlace
{
    public required TipPlaceKind Kind { get; init; }

    /// <summary>Of a page: its addresses.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Of a page: whether somebody else hosts what is shown.</summary>
    public bool? ThirdPartyHosted { get; init; }

    /// <summary>Of mail and newsgroups.</summary>
    public IReadOnlyList<TipEmail> Emails { get; init; } = [];

    /// <summary>The newsgroup's, game's, chat program's, file-sharing program's or location's name; at most 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Of a chat: the room or group; at most 255 characters.</summary>
    public string? RoomName { get; init; }

    /// <summary>Of a game: the machine it is played on.</summary>
    public string? Console { get; init; }

    /// <summary>What was written.</summary>
    public string? Content { get; init; }

    public TipPhone? Phone { get; init; }

    /// <summary>Degrees, -90 to 90.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180.</summary>
    public double? Longitude { get; init; }

    public IReadOnlyList<TipAddress> Addresses { get; init; } = [];

    /// <summary>Of file sharing.</summary>
    public IReadOnlyList<TipCapture> Captures { get; init; } = [];

    /// <summary>Of file sharing.</summary>
    public string? FileNames { get; init; }

    public string? AdditionalInfo { get; init; }
}

/// <summary>An authority that asked, or was told: also when its order led to the report.</summary>
public sealed record TipLawEnforcement
{
    public required string Agency { get; init; }

    public string? CaseNumber { get; init; }

    public TipPerson? Officer { get; init; }

    public bool? ReportedToThem { get; init; }

    public bool? ServedDomestic { get; init; }

    public bool? ServedInternational { get; init; }

    /// <summary>ISO 3166-1 alpha-2; only with <see cref="ServedInternational"/>.</summary>
    public string? Country { get; init; }
}

/// <summary>Who reports.</summary>
public sealed record TipReporter
{
    /// <summary>With an e-mail address, which NCMEC wants in practice.</summary>
    public required TipPerson Person { get; init; }

    public TipPerson? Contact { get; init; }

    public string? CompanyTemplate { get; init; }

    /// <summary>At most 3,000 characters.</summary>
    public string? TermsOfService { get; init; }

    /// <summary>Where legal process is sent; at most 2,083 characters.</summary>
    public string? LegalUrl { get; init; }
}
