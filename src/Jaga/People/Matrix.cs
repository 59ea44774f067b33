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

    private static readonly (Permission Permission, bool Administrator, bool Lead, bool Reviewer, bool Auditor, bool Integration)[] Table =
    [
        //                Administrator  Lead  Reviewer  Auditor  Integration
        (CheckItems,                 o,    o,        o,       o,           X),
        (AskKnown,                   o,    o,        o,       o,           X),
        (ConfirmActions,             o,    o,        o,       o,           X),
        (ReadCases,                  o,    X,        X,       X,           o),
        (DecideCases,                o,    X,        X,       o,           o),
        (AssignCases,                o,    X,        o,       o,           o),
        (ReadBanks,                  X,    X,        X,       X,           X),
        (EditBanks,                  X,    X,        o,       o,           X),
        (JudgeSignals,               o,    X,        o,       o,           o),
        (ExportBanks,                X,    X,        o,       o,           o),
        (EditExchanges,              X,    o,        o,       o,           o),
        (ReadObligations,            X,    X,        X,       X,           o),
        (EditObligations,            o,    X,        o,       o,           o),
        (ReadDeliveries,             X,    X,        o,       X,           o),
        (EditDeliveries,             X,    X,        o,       o,           o),
        (EditReceivers,              X,    o,        o,       o,           o),
        (ReadEvidence,               o,    X,        o,       X,           o),
        (ExportEvidence,             o,    X,        o,       o,           o),
        (HoldEvidence,               o,    X,        o,       o,           o),
        (ReadAudit,                  X,    o,        o,       X,           o),
        (ReadPeople,                 X,    X,        o,       X,           o),
        (EditPeople,                 X,    o,        o,       o,           o),
        (OwnAccount,                 X,    X,        X,       X,           o),
        (ReadMetrics,                X,    X,        o,       o,           X),
    ];

    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> ByRole = Enum.GetValues<Role>().ToFrozenDictionary(r => r, r => Table.Where(row => Holds(row, r)).Select(row => row.Permission).ToFrozenSet());

    /// <summary>True when <paramref name="role"/> holds <paramref name="permission"/>.</summary>
    public static bool Allows(Role role, Permission permission) => ByRole[role].Contains(permission);

    /// <summary>All that <paramref name="roles"/> may do together.</summary>
    public static FrozenSet<Permission> Of(IEnumerable<Role> roles) => roles.SelectMany(r => ByRole[r]).ToFrozenSet();

    /// <summary>What a key with these <paramref name="scopes"/> may do: never more than the Integration role.</summary>
    public static FrozenSet<Permission> OfKey(IEnumerable<Permission> scopes) => scopes.Where(ByRole[Role.Integration].Contains).ToFrozenSet();

    /// <summary>The permissions that stand in the table, each once.</summary>
    internal static IEnumerable<Permission> Rows => Table.Select(row => row.Permission);

    private static bool Holds((Permission Permission, bool Administrator, bool Lead, bool Reviewer, bool Auditor, bool Integration) row, Role role) => role switch
    {
        Role.Administrator => row.Administrator,
        Role.Lead => row.Lead,
        Role.Reviewer => row.Reviewer,
        Role.Auditor => row.Auditor,
        _ => row.Integration,
    };
}
