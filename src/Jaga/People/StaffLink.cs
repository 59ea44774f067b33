namespace Jaga.People;

/// <summary>What a one-time link opens.</summary>
public enum LinkKind
{
    /// <summary>Creates the first administrator, while nobody is there.</summary>
    SetUp,

    /// <summary>Signs a member of staff in.</summary>
    SignIn,

    /// <summary>Lets an invited member of staff choose a password.</summary>
    Invitation,
}

/// <summary>A link that works once, for a while. Whoever holds it is taken for its addressee.</summary>
public sealed class StaffLink : IEntity
{
    public required Id<StaffLink> Id { get; init; }

    public required LinkKind Kind { get; init; }

    /// <summary>Whose link it is; null for <see cref="LinkKind.SetUp"/>.</summary>
    public Id<StaffMember>? StaffId { get; init; }

    /// <summary>SHA-256 of the token in the link.</summary>
    public required byte[] Hash { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>How long each kind of link works.</summary>
    public static TimeSpan Life(LinkKind kind) => kind switch
    {
        LinkKind.SignIn => TimeSpan.FromMinutes(10),
        LinkKind.SetUp => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(7),
    };

    /// <summary>The page of Jaga that takes a link of this kind.</summary>
    public static string Path(LinkKind kind, string token) => kind switch
    {
        LinkKind.SignIn => $"/sign-in/link?token={token}",
        LinkKind.SetUp => $"/set-up?token={token}",
        _ => $"/invitation?token={token}",
    };

    /// <summary>Makes a link in the caller's transaction, in place of earlier ones of its kind for the same person, and gives its token.</summary>
    internal static async Task<string> New(Db db, LinkKind kind, Id<StaffMember>? staff, DateTimeOffset now, CancellationToken ct)
    {
        await db.StaffLinks.Where(l => l.Kind == kind && l.StaffId == staff).ExecuteDeleteAsync(ct);
        var token = Token.New();
        db.Add(new StaffLink { Id = Id<StaffLink>.New(now), Kind = kind, StaffId = staff, Hash = Token.Hash(token), ExpiresAt = now + Life(kind) });
        return token;
    }

    /// <summary>Finds an unused link without using it, for a page that asks before it acts.</summary>
    internal static Task<StaffLink?> Find(Db db, LinkKind kind, string token, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Token.Hash(token);
        return db.StaffLinks.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.Kind == kind && l.UsedAt == null && l.ExpiresAt > now, ct);
    }

    /// <summary>Uses the link up in the caller's transaction.</summary>
    /// <exception cref="RuleBroken">It was used, is too old, or never was.</exception>
    internal static async Task<StaffLink> Use(Db db, LinkKind kind, string token, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Token.Hash(token);
        // The conditional update decides between two who come at once.
        var used = await db.StaffLinks.Where(l => l.Hash == hash && l.Kind == kind && l.UsedAt == null && l.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), ct);
        return used == 1
            ? await db.StaffLinks.AsNoTracking().SingleAsync(l => l.Hash == hash, ct)
            : throw new RuleBroken("This link was used already or is too old. Ask for a new one.");
    }

    internal sealed class Table : IEntityTypeConfiguration<StaffLink>
    {
        public void Configure(EntityTypeBuilder<StaffLink> builder)
        {
            builder.ToTable("staff_links").HasOne<StaffMember>().WithMany().HasForeignKey(r => r.StaffId);
        }
    }
}
