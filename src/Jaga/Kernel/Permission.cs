namespace Jaga.Kernel;

/// <summary>
/// Everything that may be allowed or refused. The words are here so that every room can mark its endpoints;
/// which role holds which permission is decided in one place, the matrix in People.
/// </summary>
public enum Permission
{
    /// <summary>Send items to be checked, and read back what became of one's own (a platform's key).</summary>
    CheckItems,

    /// <summary>Ask whether something is known, and learn no more than that (a small platform's key of the match service).</summary>
    AskKnown,

    /// <summary>Pull actions and answer them with receipts (a platform's key).</summary>
    ConfirmActions,

    /// <summary>See the queue and cases, without media.</summary>
    ReadCases,

    /// <summary>Take a case, reveal its media, decide it.</summary>
    DecideCases,

    /// <summary>Give a case to somebody else, or take it back from them.</summary>
    AssignCases,

    /// <summary>Allow others to look at media, where the policy wants two persons for it.</summary>
    AllowReveals,

    /// <summary>Write the templates of statements of reasons, and release those that are withheld.</summary>
    EditStatements,

    /// <summary>See banks and their counts.</summary>
    ReadBanks,

    /// <summary>Create banks, import and remove signals.</summary>
    EditBanks,

    /// <summary>Confirm or deconfirm a signal, and decide about one in quarantine.</summary>
    JudgeSignals,

    /// <summary>Take a bank's signals out of Jaga as a file.</summary>
    ExportBanks,

    /// <summary>Set up exchanges, and their credentials.</summary>
    EditExchanges,

    /// <summary>See what is owed, to whom, by when.</summary>
    ReadObligations,

    /// <summary>Take an urgent notice, so that nobody else is called about it.</summary>
    TakeNotices,

    /// <summary>Keep or cancel an obligation by a recorded decision.</summary>
    EditObligations,

    /// <summary>Set ladders, the on-call rota, and who is away.</summary>
    EditDuties,

    /// <summary>See what leaves Jaga, its attempts and receipts.</summary>
    ReadDeliveries,

    /// <summary>Retry or cancel a delivery, close a circuit, retry a dead job.</summary>
    EditDeliveries,

    /// <summary>Name the receivers and their secrets.</summary>
    EditReceivers,

    /// <summary>See which evidence is sealed and its custody.</summary>
    ReadEvidence,

    /// <summary>Export evidence as a bag.</summary>
    ExportEvidence,

    /// <summary>Place and lift legal holds.</summary>
    HoldEvidence,

    /// <summary>Read the audit log and its proofs.</summary>
    ReadAudit,

    /// <summary>See staff and API keys.</summary>
    ReadPeople,

    /// <summary>Invite staff, give roles, make and revoke API keys.</summary>
    EditPeople,

    /// <summary>See and change one's own account: password, second factor, passkeys, language.</summary>
    OwnAccount,

    /// <summary>Read the metrics.</summary>
    ReadMetrics,

    /// <summary>Pass on what users of the platform reported in its app, and read the answers (a platform's key).</summary>
    SendReports,

    /// <summary>Report in the name of one's own organisation, and read its answers and figures (a flagger's key).</summary>
    FlagContent,

    /// <summary>See reports and the conversations with those who reported.</summary>
    ReadReports,

    /// <summary>Write to those who reported.</summary>
    AnswerReports,

    /// <summary>Open, with a reason, the sealed identity that a reporter gave.</summary>
    OpenIdentities,

    /// <summary>Read which organisations flag content, their figures, warnings and suspensions.</summary>
    ReadFlaggers,

    /// <summary>Name the organisations that flag content, and their keys; warn and suspend reporters.</summary>
    EditFlaggers,

    /// <summary>Use the agency's door: send one's own agency's orders and requests, see their clocks and answers, and nothing else.</summary>
    UseAgencyDoor,

    /// <summary>See the agencies, their officers and keys.</summary>
    ReadAgencies,

    /// <summary>See orders of authorities, their clocks and answers.</summary>
    ReadOrders,

    /// <summary>Enter orders that came by letter, check them, answer them.</summary>
    AnswerOrders,

    /// <summary>Name agencies, their territory and competence, their officers and keys.</summary>
    EditAgencies,

    /// <summary>See authorities' requests for data, their checks and clocks.</summary>
    ReadDisclosures,

    /// <summary>Check and decide authorities' requests for data; two persons release.</summary>
    DecideDisclosures,

    /// <summary>Pull the data that is asked of the platform for an authority, and give it (a platform's key).</summary>
    GiveData,

    /// <summary>See reports to NCMEC and their receipts.</summary>
    ReadReferrals,

    /// <summary>Write drafts of reports.</summary>
    WriteReferrals,

    /// <summary>Sign reports that somebody else wrote; take back, retry and drop.</summary>
    SignReferrals,

    /// <summary>Keep the account with NCMEC.</summary>
    EditReferralAccount,

    /// <summary>See the register of letters.</summary>
    ReadLetters,

    /// <summary>Register, draft and send letters.</summary>
    EditLetters,

    /// <summary>Approve letters that somebody else drafted.</summary>
    ApproveLetters,

    /// <summary>See packages for authorities, and what is in them.</summary>
    ReadPackages,

    /// <summary>Prepare packages, take them back, enter receipts.</summary>
    PreparePackages,

    /// <summary>Release packages that somebody else prepared, and take their files out.</summary>
    ReleasePackages,

    /// <summary>Confirm the fingerprints of agencies' encryption keys, and let packages of a profile leave without encryption.</summary>
    SafeguardPackages,
}

/// <summary>Marks on endpoints. A test reads the mark of every endpoint, and none may lack one; an unmarked endpoint answers 403.</summary>
public static class Permissions
{
    /// <summary>The endpoint answers only to an actor who holds <paramref name="permission"/>.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiredPermission(permission));

    /// <summary>The endpoint answers to anybody, for the reason given.</summary>
    public static TBuilder Public<TBuilder>(this TBuilder endpoint, string because)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PublicEndpoint(because));
}

/// <summary>Endpoint metadata: the permission that it requires.</summary>
public sealed record RequiredPermission(Permission Permission);

/// <summary>Endpoint metadata: open to anybody, and why.</summary>
public sealed record PublicEndpoint(string Because);
