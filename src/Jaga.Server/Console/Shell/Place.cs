namespace Jaga.Server.Pages.Shell;

/// <summary>A place of the console that the menu leads to.</summary>
/// <param name="Word">Its words: <c>nav.WORD</c>.</param>
/// <param name="Needs">Shown to whoever holds this.</param>
public sealed record Place(string Word, string Path, string Icon, Permission Needs)
{
    public static readonly Place Home = new("home", "/", "home", Permission.OwnAccount);
    public static readonly Place Queue = new("queue", "/queue", "inbox", Permission.ReadCases);
    public static readonly Place Cases = new("cases", "/cases", "folder", Permission.ReadCases);
    public static readonly Place Reports = new("reports", "/reports", "message-circle", Permission.ReadReports);
    public static readonly Place Flaggers = new("flaggers", "/flaggers", "flag", Permission.ReadFlaggers);
    public static readonly Place Orders = new("orders", "/orders", "gavel", Permission.ReadOrders);
    public static readonly Place Agencies = new("agencies", "/agencies", "building", Permission.ReadAgencies);
    public static readonly Place Obligations = new("obligations", "/obligations", "alarm", Permission.ReadObligations);
    public static readonly Place Letters = new("letters", "/letters", "mail", Permission.ReadLetters);
    public static readonly Place Deliveries = new("deliveries", "/deliveries", "send", Permission.ReadDeliveries);
    public static readonly Place Actions = new("actions", "/actions", "checks", Permission.ReadCases);
    public static readonly Place Evidence = new("evidence", "/evidence", "archive", Permission.ReadEvidence);
    public static readonly Place Referrals = new("referrals", "/referrals", "arrows-exchange", Permission.ReadReferrals);
    public static readonly Place Disclosures = new("disclosures", "/disclosures", "user-check", Permission.ReadDisclosures);
    public static readonly Place Packages = new("packages", "/packages", "package", Permission.ReadPackages);
    public static readonly Place Banks = new("banks", "/banks", "building-bank", Permission.ReadBanks);
    public static readonly Place Exchanges = new("exchanges", "/exchanges", "refresh", Permission.ReadBanks);
    public static readonly Place Lookbacks = new("lookbacks", "/lookbacks", "history", Permission.ReadBanks);
    public static readonly Place Audit = new("audit", "/audit", "list-check", Permission.ReadAudit);
    public static readonly Place People = new("people", "/people", "users", Permission.ReadPeople);
    public static readonly Place Status = new("status", "/status", "heart-rate-monitor", Permission.ReadMetrics);

    /// <summary>The menu, in groups: the desk, what is owed, what is known, the house.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<Place>> Menu =
    [
        [Home, Queue, Cases, Reports],
        [Orders, Disclosures, Letters, Obligations, Actions, Deliveries, Referrals, Packages, Evidence],
        [Banks, Exchanges, Lookbacks],
        [Audit, People, Agencies, Flaggers, Status],
    ];
}
