namespace Jaga.Referrals.CyberTip;

/// <summary>Something that helps NCMEC to find a child or an offender, that its schema has a place for, and that a draft does not say. None of it is required.</summary>
public enum TipGap
{
    /// <summary>Nobody is named as reported.</summary>
    Reported,

    /// <summary>No name, e-mail address or telephone number of whoever is reported.</summary>
    Contact,

    /// <summary>No IP address was seen.</summary>
    Address,

    /// <summary>Nowhere on the internet is named.</summary>
    Place,

    /// <summary>Neither a file nor written words.</summary>
    Matter,

    /// <summary>When a file was uploaded.</summary>
    UploadTime,

    /// <summary>Whether a file could be seen by the public.</summary>
    Audience,

    /// <summary>What class a reported file is of.</summary>
    Class,

    /// <summary>Nobody viewed a file whole.</summary>
    Viewed,

    /// <summary>Whether the account was shut.</summary>
    AccountAction,

    /// <summary>Where legal process is sent.</summary>
    LegalUrl,
}

/// <summary>Finds what a draft does not say.</summary>
public static class TipGaps
{
    /// <summary>What is not said, in the order of <see cref="TipGap"/>.</summary>
    public static IReadOnlyList<TipGap> In(TipReport report, IReadOnlyList<TipFile> files)
    {
        var (who, person) = (report.Reported, report.Reported?.Person);
        var matter = files.Where(f => f.Relevance is not TipRelevance.Supplemental).ToList();
        (TipGap Gap, bool IsOpen)[] asked =
        [
            (TipGap.Reported, who is null),
            (TipGap.Contact, who is not null && person is not { FirstName: not null } and not { LastName: not null } and not { Emails.Count: > 0 } and not { Phones.Count: > 0 }),
            (TipGap.Address, who is not { Captures.Count: > 0 } && !files.Any(f => f.Capture is not null)),
            (TipGap.Place, report.Places.Count == 0),
            (TipGap.Matter, files.Count == 0 && !report.Places.Any(p => !string.IsNullOrWhiteSpace(p.Content)) && string.IsNullOrWhiteSpace(report.AdditionalInfo)),
            (TipGap.UploadTime, files.Any(f => f.UploadedAt is null)),
            (TipGap.Audience, matter.Any(f => f.PubliclyAvailable is null)),
            (TipGap.Class, matter.Any(f => f.Class is null)),
            (TipGap.Viewed, files.Any(f => f.Viewed is not true)),
            (TipGap.AccountAction, who is { EspIdentifier: not null, PermanentlyDisabled: null, TemporarilyDisabled: null }),
            (TipGap.LegalUrl, report.Reporter.LegalUrl is null),
        ];
        return [.. asked.Where(a => a.IsOpen).Select(a => a.Gap)];
    }
}
