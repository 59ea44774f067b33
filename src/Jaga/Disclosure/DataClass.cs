namespace Jaga.Disclosure;

/// <summary>The four kinds of data that an authority can ask for. Each needs its own document (<see cref="DataRules"/>).</summary>
public enum DataClass
{
    /// <summary>Who holds the account, who founded and runs the group (Permenkominfo 5/2020, Pasal 1(19)).</summary>
    SubscriberInformation,

    /// <summary>When, from where and with whom (Pasal 1(18)).</summary>
    TrafficData,

    /// <summary>What was said and shown (Pasal 1(20)).</summary>
    CommunicationContent,

    /// <summary>Health, biometrics, finance, children's data and the like (Pasal 1(21); UU PDP 27/2022, Pasal 4(2)).</summary>
    SpecificPersonalData,
}

/// <summary>What a document is that an authority attaches.</summary>
public enum DocumentKind
{
    /// <summary>The authority's own request: legal basis, purpose, description, offence.</summary>
    OfficialRequest,

    /// <summary>The order of a court; in Indonesia of the head of the district court.</summary>
    CourtOrder,

    /// <summary>An order to provide information (DSA, Article 10).</summary>
    InformationOrder,

    /// <summary>A signed statement that this is an emergency, and why.</summary>
    EmergencyStatement,

    Other,
}

/// <summary>The emergencies that have a path of their own (Permenkominfo 5/2020, Pasal 42).</summary>
public enum EmergencyKind
{
    Terrorism,
    ChildSexualAbuse,
    Trafficking,
    OrganisedCrime,
    ThreatToLife,
}

/// <summary>What was concluded about a request for data.</summary>
public enum DataOutcome
{
    /// <summary>All classes that were asked for are given.</summary>
    Released,

    /// <summary>Some of the classes, and the others not, on a ground.</summary>
    InPart,

    Refused,

    /// <summary>The platform has no such data.</summary>
    NotHeld,
}

/// <summary>What a person looks into before data may go.</summary>
public enum DataCheck
{
    /// <summary>The officer is who they say, and the authority may ask this.</summary>
    Authority,

    /// <summary>The legal basis exists and carries the request.</summary>
    LegalBasis,

    /// <summary>The purpose needs this data.</summary>
    Necessity,

    /// <summary>No more subjects, time or classes than the purpose needs.</summary>
    Proportion,

    /// <summary>Nobody is sought for what human rights protect: speech, faith, press, being who one is.</summary>
    HumanRights,
}
