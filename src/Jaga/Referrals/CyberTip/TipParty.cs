namespace Jaga.Referrals.CyberTip;

/// <summary>
/// A person or account in a report: reported, recipient, victim, or an associated account. The schema allows each of them other fields;
/// <see cref="TipRules"/> refuses a field in the wrong place, so that nothing is dropped unseen.
/// </summary>
public sealed record TipParty
{
    public TipPerson? Person { get; init; }

    /// <summary>The platform's own id, at most 255 characters.</summary>
    public string? EspIdentifier { get; init; }

    /// <summary>At most 100 characters.</summary>
    public string? EspService { get; init; }

    public bool? Compromised { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? ScreenName { get; init; }

    public IReadOnlyList<string> DisplayNames { get; init; } = [];

    public IReadOnlyList<string> ProfileUrls { get; init; } = [];

    public string? ProfileBio { get; init; }

    public IReadOnlyList<TipCapture> Captures { get; init; } = [];

    public IReadOnlyList<TipDevice> Devices { get; init; } = [];

    /// <summary>NCMEC's numbers of earlier reports about the same one.</summary>
    public IReadOnlyList<long> PriorReports { get; init; } = [];

    /// <summary>The organised group's name or id, at most 255 characters. Not of a victim.</summary>
    public string? GroupIdentifier { get; init; }

    public TipDisabled? TemporarilyDisabled { get; init; }

    public TipDisabled? PermanentlyDisabled { get; init; }

    public TipLocation? EstimatedLocation { get; init; }

    public bool? AllEmailsReported { get; init; }

    /// <summary>Of a reported one and of a victim.</summary>
    public IReadOnlyList<TipAssociated> Associated { get; init; } = [];

    /// <summary>Of a reported one.</summary>
    public string? VehicleDescription { get; init; }

    /// <summary>Of a reported one: whether it is on somebody else's service.</summary>
    public bool? ThirdPartyUser { get; init; }

    /// <summary>Of a victim.</summary>
    public string? SchoolName { get; init; }

    public string? AdditionalInfo { get; init; }
}

/// <summary>How an account belongs to another.</summary>
public enum TipAssociation
{
    Billing,
    Linked,
    Business,
    Creator,
    ParentOrGuardian,
    Other,
}

/// <summary>An account that belongs to somebody in the report.</summary>
public sealed record TipAssociated
{
    public required TipAssociation Type { get; init; }

    public string? Platform { get; init; }

    /// <summary>Whether that platform is somebody else's; only with <see cref="Platform"/>.</summary>
    public bool? ThirdPartyPlatform { get; init; }

    public string? MiddleName { get; init; }

    public required TipParty Party { get; init; }
}

/// <summary>What is known of a person.</summary>
public sealed record TipPerson
{
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public IReadOnlyList<TipPhone> Phones { get; init; } = [];

    public IReadOnlyList<TipEmail> Emails { get; init; } = [];

    public IReadOnlyList<TipAddress> Addresses { get; init; } = [];

    /// <summary>Years, 0 to 150. Not of a contact.</summary>
    public int? Age { get; init; }

    /// <summary>Not of a contact.</summary>
    public DateOnly? Born { get; init; }
}

/// <summary>What an e-mail address is for.</summary>
public enum TipEmailType
{
    Home,
    Work,
    Business,
    Recovery,
}

/// <summary>An e-mail address, at most 255 characters, and whether the platform verified it.</summary>
public sealed record TipEmail(string Address, TipEmailType? Type = null, bool? Verified = null, DateTimeOffset? VerifiedAt = null);

/// <summary>What a telephone number is for.</summary>
public enum TipPhoneType
{
    Mobile,
    Home,
    Business,
    Work,
    Fax,
    Internet,
    Recovery,
}

/// <summary>A telephone number, at most 50 characters.</summary>
/// <param name="CallingCode">With its plus, one to three digits, e.g. <c>+62</c>.</param>
/// <param name="Extension">Digits.</param>
public sealed record TipPhone(string Number, TipPhoneType? Type = null, bool? Verified = null, DateTimeOffset? VerifiedAt = null, string? CallingCode = null, string? Extension = null);

/// <summary>What a postal address is for.</summary>
public enum TipAddressType
{
    Home,
    Business,
    Billing,
    Shipping,
    Technical,
}

/// <summary>A postal address. <paramref name="UsaState"/> is a code of the United States, <paramref name="OtherState"/> any other; <paramref name="Country"/> is ISO 3166-1 alpha-2.</summary>
public sealed record TipAddress(string? Street = null, string? City = null, string? Zip = null, string? UsaState = null, string? OtherState = null, string? Country = null, TipAddressType? Type = null);

/// <summary>What happened when an address or device was seen.</summary>
public enum TipEvent
{
    Login,
    Registration,
    Purchase,
    Upload,
    Other,
    Unknown,
}

/// <summary>An IP address that was seen.</summary>
/// <param name="Port">1 to 65,535.</param>
public sealed record TipCapture(string Address, TipEvent? Event = null, DateTimeOffset? At = null, bool? PossibleProxy = null, int? Port = null);

/// <summary>A device that was seen, e.g. by its IMEI. At most 255 and 2,083 characters.</summary>
public sealed record TipDevice(string IdType, string Id, TipEvent? Event = null, DateTimeOffset? At = null);

/// <summary>Where somebody may be.</summary>
public sealed record TipLocation(string? City = null, string? Region = null, string? Country = null, bool? Verified = null, DateTimeOffset? At = null);

/// <summary>That an account was shut, and whether its holder knows.</summary>
/// <param name="Reenabled">Only of one that was shut for a time.</param>
public sealed record TipDisabled(bool Disabled, DateTimeOffset? At = null, bool? UserNotified = null, DateTimeOffset? UserNotifiedAt = null, DateTimeOffset? Reenabled = null);
