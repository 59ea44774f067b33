using System.Collections.Frozen;
using static Jaga.Kernel.Permission;

namespace Jaga.People;

/// <summary>
/// Who may do what: every permission against every role, in one table. Nothing else in Jaga decides it, and a test drives every
/// endpoint with every role against this table.
/// </summary>
public static class Matrix
{
    private const bool X = true;
    private const bool o = false;

    private static readonly (Permission Permission, bool Administrator, bool Lead, bool Reviewer, bool Auditor, bool Integration, bool Officer, bool Flagger)[] Table =
    [
        //                Administrator  Lead  Reviewer  Auditor  Integration  Officer  Flagger
        (CheckItems,                 o,    o,        o,       o,           X,       o,       o),
        (AskKnown,                   o,    o,        o,       o,           X,       o,       o),
        (ConfirmActions,             o,    o,        o,       o,           X,       o,       o),
        (ReadCases,                  o,    X,        X,       X,           o,       o,       o),
        (DecideCases,                o,    X,        X,       o,           o,       o,       o),
        (AssignCases,                o,    X,        o,       o,           o,       o,       o),
        (AllowReveals,               o,    X,        o,       o,           o,       o,       o),
        (EditStatements,             o,    X,        o,       o,           o,       o,       o),
        (ReadBanks,                  X,    X,        X,       X,           X,       o,       o),
        (EditBanks,                  X,    X,        o,       o,           X,       o,       o),
        (JudgeSignals,               o,    X,        o,       o,           o,       o,       o),
        (ExportBanks,                X,    X,        o,       o,           o,       o,       o),
        (EditExchanges,              X,    o,        o,       o,           o,       o,       o),
        (ReadObligations,            X,    X,        X,       X,           o,       o,       o),
        (TakeNotices,                X,    X,        X,       o,           o,       o,       o),
        (EditObligations,            o,    X,        o,       o,           o,       o,       o),
        (EditDuties,                 X,    X,        o,       o,           o,       o,       o),
        (ReadDeliveries,             X,    X,        o,       X,           o,       o,       o),
        (EditDeliveries,             X,    X,        o,       o,           o,       o,       o),
        (EditReceivers,              X,    o,        o,       o,           o,       o,       o),
        (ReadEvidence,               o,    X,        o,       X,           o,       o,       o),
        (ExportEvidence,             o,    X,        o,       o,           o,       o,       o),
        (HoldEvidence,               o,    X,        o,       o,           o,       o,       o),
        (ReadAudit,                  X,    o,        o,       X,           o,       o,       o),
        (ReadPeople,                 X,    X,        o,       X,           o,       o,       o),
        (EditPeople,                 X,    o,        o,       o,           o,       o,       o),
        (OwnAccount,                 X,    X,        X,       X,           o,       X,       o),
        (ReadMetrics,                X,    X,        o,       o,           X,       o,       o),
        (SendReports,                o,    o,        o,       o,           X,       o,       o),
        (FlagContent,                o,    o,        o,       o,           o,       o,       X),
        (ReadReports,                o,    X,        X,       X,           o,       o,       o),
        (AnswerReports,              o,    X,        X,       o,           o,       o,       o),
        (OpenIdentities,             o,    X,        o,       o,           o,       o,       o),
        (ReadFlaggers,               X,    X,        X,       X,           o,       o,       o),
        (EditFlaggers,               X,    X,        o,       o,           o,       o,       o),
        (UseAgencyDoor,              o,    o,        o,       o,           o,       X,       o),
        (ReadAgencies,               X,    X,        X,       X,           o,       o,       o),
        (ReadOrders,                 o,    X,        X,       X,           o,       o,       o),
        (AnswerOrders,               o,    X,        o,       o,           o,       o,       o),
        (EditAgencies,               X,    X,        o,       o,           o,       o,       o),
        (ReadDisclosures,            o,    X,        o,       X,           o,       o,       o),
        (DecideDisclosures,          o,    X,        o,       o,           o,       o,       o),
        (GiveData,                   o,    o,        o,       o,           X,       o,       o),
        (ReadReferrals,              o,    X,        X,       X,           o,       o,       o),
        (WriteReferrals,             o,    X,        X,       o,           o,       o,       o),
        (SignReferrals,              o,    X,        o,       o,           o,       o,       o),
        (EditReferralAccount,        X,    o,        o,       o,           o,       o,       o),
        (ReadLetters,                o,    X,        X,       X,           o,       o,       o),
        (EditLetters,                o,    X,        o,       o,           o,       o,       o),
        (ApproveLetters,             o,    X,        o,       o,           o,       o,       o),
        (ReadPackages,               o,    X,        o,       X,           o,       o,       o),
        (PreparePackages,            o,    X,        o,       o,           o,       o,       o),
        (ReleasePackages,            o,    X,        o,       o,           o,       o,       o),
        (SafeguardPackages,          X,    o,        o,       o,           o,       o,       o),
    ];

    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> ByRole = Enum.GetValues<Role>().ToFrozenDictionary(r => r, r => Table.Where(row => Holds(row, r)).Select(row => row.Permission).ToFrozenSet());

    /// <summary>True when <paramref name="role"/> holds <paramref name="permission"/>.</summary>
    public static bool Allows(Role role, Permission permission) => ByRole[role].Contains(permission);

    /// <summary>All that <paramref name="roles"/> may do together.</summary>
    public static FrozenSet<Permission> Of(IEnumerable<Role> roles) => roles.SelectMany(r => ByRole[r]).ToFrozenSet();

    /// <summary>What a key of this role may be given: all that the role holds but an account of its own, which no program has.</summary>
    public static FrozenSet<Permission> PossibleOfKey(Role role) => ByRole[role].Except([OwnAccount]).ToFrozenSet();

    /// <summary>What a key with these <paramref name="scopes"/> may do: never more than its role.</summary>
    public static FrozenSet<Permission> OfKey(Role role, IEnumerable<Permission> scopes) => scopes.Where(PossibleOfKey(role).Contains).ToFrozenSet();

    /// <summary>The permissions that stand in the table, each once.</summary>
    internal static IEnumerable<Permission> Rows => Table.Select(row => row.Permission);

    private static bool Holds((Permission Permission, bool Administrator, bool Lead, bool Reviewer, bool Auditor, bool Integration, bool Officer, bool Flagger) row, Role role) => role switch
    {
        Role.Administrator => row.Administrator,
        Role.Lead => row.Lead,
        Role.Reviewer => row.Reviewer,
        Role.Auditor => row.Auditor,
        Role.Officer => row.Officer,
        Role.Flagger => row.Flagger,
        _ => row.Integration,
    };
}
