using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>How referrals are sent. <c>Jaga__Referrals__…</c></summary>
public sealed record ReferralSettings
{
    /// <summary>NCMEC's service for real reports.</summary>
    public const string NcmecProduction = "https://report.cybertip.org/ispws";

    /// <summary>NCMEC's service for trials; what is sent there is thrown away by NCMEC.</summary>
    public const string NcmecTest = "https://exttest.cybertip.org/ispws";

    /// <summary>Real reports go out only when this is true; otherwise every report is a trial.</summary>
    public bool Production { get; init; }

    /// <summary>
    /// Whether this house is bound to report (18 U.S.C. 2258A, or a law that follows it). True drafts a report with every decision that finds a category of <see cref="Owed"/> illegal;
    /// false leaves every report to a person.
    /// </summary>
    public bool Bound { get; init; } = true;

    /// <summary>
    /// The categories that are owed to NCMEC when they are found illegal, each with the type of incident that its draft begins with: 18 U.S.C. 2258A(a)(2)(A), and since 7 May 2024
    /// 2422(b), enticement, and 1591 with a minor, trafficking. Words alone can be reportable. Settings add categories or another type; they take none away.
    /// </summary>
    public IReadOnlyDictionary<string, TipIncidentType> Owed { get; init; } = new Dictionary<string, TipIncidentType>
    {
        ["csam"] = TipIncidentType.Possession,
        ["grooming"] = TipIncidentType.Enticement,
        ["child-trafficking"] = TipIncidentType.Trafficking,
    };

    /// <summary>Time for one answer, 1 s to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for one file, 1 min to 24 h.</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Referrals that send files at once, and as many besides that do not; 1 to 16.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a step's holder may be silent before another takes over, 1 s to 1 h.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Who reports. Until it has an e-mail address, no report can be signed.</summary>
    public ReporterSettings Reporter { get; init; } = new();

    internal IEnumerable<string> Wrong()
    {
        if (Reporter.Email.Length > 0 && !Reporter.Email.Contains('@', StringComparison.Ordinal))
        {
            yield return $"Referrals:Reporter:Email is '{Reporter.Email}', which is not an e-mail address.";
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
        {
            yield return $"Referrals:Timeout is {Timeout}. It takes 1 s to 10 min.";
        }

        if (UploadTimeout < TimeSpan.FromMinutes(1) || UploadTimeout > TimeSpan.FromHours(24))
        {
            yield return $"Referrals:UploadTimeout is {UploadTimeout}. It takes 1 min to 24 h.";
        }

        if (AtOnce is < 1 or > 16)
        {
            yield return $"Referrals:AtOnce is {AtOnce}. It takes 1 to 16.";
        }

        if (Lease < TimeSpan.FromSeconds(1) || Lease > TimeSpan.FromHours(1))
        {
            yield return $"Referrals:Lease is {Lease}. It takes 1 s to 1 h.";
        }
    }
}

/// <summary>Who reports, as NCMEC will read it. <c>Jaga__Referrals__Reporter__…</c></summary>
public sealed record ReporterSettings
{
    /// <summary>The reporting person's or team's address. Empty: reports are drafted and wait; none can be signed.</summary>
    public string Email { get; init; } = "";

    public string FirstName { get; init; } = "";

    public string LastName { get; init; } = "";

    /// <summary>The service's name, e.g. <c>Plaza</c>.</summary>
    public string Service { get; init; } = "";

    /// <summary>What NCMEC should know about the company, in every report.</summary>
    public string CompanyTemplate { get; init; } = "";

    /// <summary>The terms that were broken, at most 3,000 characters.</summary>
    public string TermsOfService { get; init; } = "";

    /// <summary>Where legal process is sent.</summary>
    public string LegalUrl { get; init; } = "";

    /// <summary>A report as it stands now: one that was drafted before the house said who reports has the address that it says since.</summary>
    internal TipReport On(TipReport says) => says.Reporter.Person.Emails.Count > 0 || Email.Length == 0 ? says
        : says with { Reporter = says.Reporter with { Person = says.Reporter.Person with { Emails = [new(Email)] } } };
}
