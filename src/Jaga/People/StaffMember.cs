using System.Net.Mail;
using System.Security.Cryptography;
using Jaga.Audit;

namespace Jaga.People;

/// <summary>A person who signs in: a member of staff, or an officer who speaks for an agency.</summary>
public sealed class StaffMember : IEntity, IAudited
{
    /// <summary>Wrong passwords or codes in a row before the account is locked.</summary>
    public const int FailuresBeforeLock = 5;

    /// <summary>The first lock; each further failure doubles it.</summary>
    public static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);

    /// <summary>No lock is longer. It shuts the way by password only: whoever keeps guessing can hold that shut, and its owner still comes in by a passkey.</summary>
    public static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);

    /// <summary>The languages of the console.</summary>
    public static readonly IReadOnlyList<string> Languages = ["id", "en"];

    /// <summary>The roles that members of staff may be given.</summary>
    public static readonly IReadOnlyList<Role> StaffRoles = [Role.Administrator, Role.Lead, Role.Reviewer, Role.Auditor];

    public required Id<StaffMember> Id { get; init; }

    /// <summary>The name to sign in with, unique, in lower case.</summary>
    public required string Email { get; init; }

    /// <summary>As shown to colleagues and in the audit log; 1 to 100 characters.</summary>
    public required string Name { get; set; }

    /// <summary><c>id</c> or <c>en</c>.</summary>
    public required string Language { get; set; }

    /// <summary>At least one of <see cref="StaffRoles"/>; or <see cref="Role.Officer"/> alone, for whoever speaks for an agency.</summary>
    public required IReadOnlyList<Role> Roles { get; set; }

    /// <summary>The agency that an officer speaks for; null for members of staff.</summary>
    public Subject? SpeaksFor { get; init; }

    /// <summary>PBKDF2 in the framework's format, or null until a password was chosen.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes with everything that must end half-finished sign-ins: password, second factor, disabling.</summary>
    public string SecurityStamp { get; private set; } = NewStamp();

    /// <summary>The shared secret of the authenticator app, sealed under the master key; null for none.</summary>
    public byte[]? TotpSecret { get; set; }

    /// <summary>When the first code proved that the app has the secret; until then it is not asked for.</summary>
    public DateTimeOffset? TotpSince { get; set; }

    /// <summary>The time step of the last code that was accepted: no code is accepted twice (RFC 6238, section 5.2).</summary>
    public long TotpLastStep { get; set; }

    /// <summary>SHA-256 of each recovery code that is still unused, in hexadecimal.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    /// <summary>Wrong passwords or codes since the last success.</summary>
    public int FailedSignIns { get; private set; }

    public DateTimeOffset? LockedUntil { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the account was closed; it cannot sign in, and its name stays in the record.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    public Subject Subject => Subject.Of("staff", Id);

    public Actor Actor => new(ActorKind.Staff, Id.ToString(), Name) { For = SpeaksFor };

    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>A new member, without a password yet.</summary>
    /// <exception cref="BadInput">The address, name, language or roles cannot be.</exception>
    public static StaffMember New(string email, string name, string language, IReadOnlyList<Role> roles, DateTimeOffset now) => new()
    {
        Id = Id<StaffMember>.New(now),
        Email = CheckEmail(email),
        Name = CheckName(name),
        Language = CheckLanguage(language),
        Roles = CheckRoles(roles),
        CreatedAt = now,
    };

    /// <summary>A new officer of an agency, without a password yet.</summary>
    /// <exception cref="BadInput">The address, name or language cannot be.</exception>
    public static StaffMember NewOfficer(string email, string name, string language, Subject agency, DateTimeOffset now) => new()
    {
        Id = Id<StaffMember>.New(now),
        Email = CheckEmail(email),
        Name = CheckName(name),
        Language = CheckLanguage(language),
        Roles = [Role.Officer],
        SpeaksFor = agency,
        CreatedAt = now,
    };

    /// <summary>The address as it is stored and compared.</summary>
    public static string Normal(string email) => email.Trim().ToLowerInvariant();

    public static string CheckName(string name) =>
        name.Trim() is { Length: >= 1 and <= 100 } good && !good.Any(char.IsControl) ? good : throw new BadInput("name", "A name has 1 to 100 characters.");

    public static string CheckLanguage(string language) =>
        Languages.Contains(language) ? language : throw new BadInput("language", $"The console speaks {string.Join(" and ", Languages)}.");

    public static IReadOnlyList<Role> CheckRoles(IReadOnlyList<Role> roles)
    {
        if (roles.Count == 0)
        {
            throw new BadInput("roles", "Give at least one role.");
        }

        return roles.All(StaffRoles.Contains) ? [.. roles.Distinct().Order()] : throw new BadInput("roles", $"Members of staff are given one or more of: {string.Join(", ", StaffRoles)}.");
    }

    /// <summary>One more wrong password or code: from the fifth in a row the account is locked, each time twice as long.</summary>
    public void Fail(DateTimeOffset now)
    {
        if (++FailedSignIns >= FailuresBeforeLock)
        {
            var doublings = Math.Min(FailedSignIns - FailuresBeforeLock, 10);
            var wait = FirstLock * Math.Pow(2, doublings);
            LockedUntil = now + (wait < LongestLock ? wait : LongestLock);
        }
    }

    /// <summary>A sign-in succeeded: earlier failures are forgotten.</summary>
    public void Succeed() => (FailedSignIns, LockedUntil) = (0, null);

    public void Restamp() => SecurityStamp = NewStamp();

    /// <summary>Forgets authenticator app and recovery codes.</summary>
    public void RemoveTotp()
    {
        (TotpSecret, TotpSince, RecoveryCodes) = (null, null, []);
        Restamp();
    }

    public void Disable(DateTimeOffset now)
    {
        if (DisabledAt is not null)
        {
            throw new RuleBroken($"{Name}'s account is closed already.");
        }

        DisabledAt = now;
        Restamp();
    }

    public void Enable()
    {
        if (DisabledAt is null)
        {
            throw new RuleBroken($"{Name}'s account is open already.");
        }

        DisabledAt = null;
        Succeed();
    }

    /// <summary>The row, held against other writers until the transaction ends.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    internal static async Task<StaffMember> Hold(Db db, Id<StaffMember> id, CancellationToken ct)
    {
        // An update that changes nothing takes the row's lock on either store.
        await db.Staff.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.FailedSignIns, s => s.FailedSignIns), ct);
        return await db.Staff.SingleOrDefaultAsync(s => s.Id == id, ct) ?? throw new NotFound("member of staff with this id");
    }

    public override string ToString() => $"{Name} ({Id})";

    internal static string CheckEmail(string email) =>
        Normal(email) is { Length: <= 200 } good && MailAddress.TryCreate(good, out var address) && address.Address == good
            ? good
            : throw new BadInput("email", "This is not an e-mail address.");

    private static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    internal sealed class Table : IEntityTypeConfiguration<StaffMember>
    {
        public void Configure(EntityTypeBuilder<StaffMember> builder)
        {
            builder.ToTable("staff").Ignore(s => s.Subject).Ignore(s => s.Actor);
            builder.Property(s => s.Roles).HasWords();
            builder.Property(s => s.SpeaksFor).HasSubject();
            builder.Property(s => s.RecoveryCodes).HasWords();
        }
    }
}
