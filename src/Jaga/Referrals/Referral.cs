using System.Text.Json;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// A report to an authority about a case: drafted, signed by a second person, and then sent step by step until the receipt, each step on this row before the next.
/// What it says is sealed under the master key.
/// </summary>
public sealed partial class Referral : IEntity, IAudited
{
    /// <summary>NCMEC deletes an unfinished report this long after it was opened, or <see cref="Idle"/> after its last change, whichever is later.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>See <see cref="Life"/>.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    public Id<Referral> Id { get; private init; }

    /// <summary>The case.</summary>
    public Subject About { get; private init; }

    /// <summary>Who is reported, by the platform's own id; null where nobody is known.</summary>
    public string? Account { get; private init; }

    /// <summary>The one that it follows up, or takes the place of; null for the first.</summary>
    public Id<Referral>? Follows { get; private init; }

    /// <summary>Whom it goes to, e.g. <c>ncmec</c>.</summary>
    public string Authority { get; private init; } = "";

    /// <summary>Whether it goes to their production or is a trial. Fixed when it is signed.</summary>
    public bool Production { get; private set; }

    public ReferralState State { get; private set; }

    /// <summary>What it says, as JSON, sealed.</summary>
    public byte[] SealedDraft { get; private set; } = [];

    /// <summary>Counts the changes; whoever signs names the version they read, and every step holds the row by it.</summary>
    public int Version { get; private set; }

    public DateTimeOffset DraftedAt { get; private init; }

    /// <summary>Who wrote it last, as <see cref="Actor.Id"/>; they cannot sign it.</summary>
    public string DraftedBy { get; private set; } = "";

    public string? SignedBy { get; private set; }

    public DateTimeOffset? SignedAt { get; private set; }

    /// <summary>NCMEC's number of the report, of this try.</summary>
    public long? ReportId { get; private set; }

    /// <summary>1 at first; one more each time that it expired at the other end and was opened as new.</summary>
    public int Generation { get; private set; }

    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>The last change that the other side took.</summary>
    public DateTimeOffset? TouchedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Asked to be taken back; done when the other side says so.</summary>
    public string? RetractBecause { get; private set; }

    public DateTimeOffset? RetractedAt { get; private set; }

    /// <summary>Nothing is sent before: the decision that caused it can be taken back until then. Null where nothing can.</summary>
    public DateTimeOffset? NotBefore { get; private init; }

    /// <summary>When the next step is due; null when none is, or a person has to act first.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>Failures since the last step that went well.</summary>
    public int Failures { get; private set; }

    /// <summary>Times that NCMEC lost or spoilt what it had taken, the report or a file of it. No step that goes well takes one back; a person who lets it go on does.</summary>
    public int Setbacks { get; private set; }

    /// <summary>Why a person has to act; null while it goes on by itself.</summary>
    public string? Halted { get; private set; }

    public Guid? LeasedBy { get; private set; }

    public DateTimeOffset? LeasedUntil { get; private set; }

    public Subject Subject => Subject.Of("referral", Id);

    private string Purpose => $"referral/{Id}";

    public static Referral New(Subject about, string? account, string authority, TipReport says, Actor by, MasterKey master, DateTimeOffset now, Id<Referral>? follows = null, DateTimeOffset? notBefore = null)
    {
        var referral = new Referral { Id = Id<Referral>.New(now), About = about, Account = account, Authority = authority, DraftedAt = now, Generation = 1, Follows = follows, NotBefore = notBefore };
        referral.Write(says, by, master);
        return referral;
    }

    /// <summary>What it says.</summary>
    public TipReport Says(MasterKey master) => JsonSerializer.Deserialize<TipReport>(master.Open(Purpose, SealedDraft), Json.Options)!;

    /// <summary>Rewrites the draft.</summary>
    /// <exception cref="RuleBroken">It is signed, or somebody changed it since <paramref name="seen"/>.</exception>
    public void Edit(TipReport says, int seen, Actor by, MasterKey master)
    {
        MustBe(ReferralState.Draft, "It is signed; what is signed is not changed. Take it back, or follow it up with another.");
        MustBeSeen(seen);
        Write(says, by, master);
    }

    /// <summary>A draft learns a fact that came after it was written. Who wrote it stays; whoever read it before reads it again.</summary>
    internal void Learn(TipReport says, MasterKey master)
    {
        MustBe(ReferralState.Draft, "What is signed is not changed.");
        Seal(says, master);
    }

    /// <summary>The second signature: from here on it goes out by itself.</summary>
    /// <exception cref="RuleBroken">It is no draft, was changed since it was read, or the signer wrote it.</exception>
    public void Sign(int seen, bool production, Actor by, DateTimeOffset now)
    {
        MustBe(ReferralState.Draft, "It is signed already.");
        MustBeSeen(seen);
        if (by.Id == DraftedBy)
        {
            throw new RuleBroken("Whoever wrote a report does not sign it: a second person reads it first.");
        }

        (State, Production, SignedBy, SignedAt, DueAt) = (ReferralState.Countersigned, production, by.Id, now, Soonest(now));
        Version++;
    }

    /// <summary>Gives a draft up.</summary>
    public void Drop()
    {
        MustBe(ReferralState.Draft, "Only a draft can be dropped.");
        (State, DueAt) = (ReferralState.Dropped, null);
        Version++;
    }

    /// <summary>Asks for it to be taken back. What the other side never had is over at once.</summary>
    /// <exception cref="RuleBroken">It is finished, or was never signed.</exception>
    public void Retract(string because, DateTimeOffset now)
    {
        if (State is not (ReferralState.Countersigned or ReferralState.Opened))
        {
            throw new RuleBroken(State is ReferralState.Finished ? "It is finished: nothing can be taken back at the other end. Follow it up with another report." : "There is nothing to take back.");
        }

        (RetractBecause, DueAt, Halted, Failures) = (because, now, null, 0);
        Version++;
    }

    /// <summary>Lets it go on after a person looked at what stopped it.</summary>
    /// <exception cref="RuleBroken">It is not on its way, or its next step is being tried already.</exception>
    public void Resume(DateTimeOffset now)
    {
        if (State is not (ReferralState.Countersigned or ReferralState.Opened))
        {
            throw new RuleBroken("There is nothing to be tried.");
        }

        if (Halted is null && DueAt <= now)
        {
            throw new RuleBroken("Its next step is being tried now.");
        }

        (DueAt, Halted, Failures, Setbacks) = (Soonest(now), null, 0, 0);
        Version++;
    }

    /// <summary>When the other side forgets it, if nothing more is sent; null unless it is open there.</summary>
    public DateTimeOffset? ExpiresAt => State is ReferralState.Opened && OpenedAt is { } opened && TouchedAt is { } touched
        ? opened + Life > touched + Idle ? opened + Life : touched + Idle
        : null;

    private DateTimeOffset Soonest(DateTimeOffset now) => NotBefore > now ? NotBefore.Value : now;

    private void Write(TipReport says, Actor by, MasterKey master)
    {
        Seal(says, master);
        DraftedBy = by.Id;
    }

    private void Seal(TipReport says, MasterKey master)
    {
        SealedDraft = master.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(says, Json.Options));
        Version++;
    }

    private void MustBe(ReferralState state, string otherwise)
    {
        if (State != state)
        {
            throw new RuleBroken(otherwise);
        }
    }

    private void MustBeSeen(int seen)
    {
        if (seen != Version)
        {
            throw new RuleBroken("This was changed since you read it. Read it again first.");
        }
    }

    /// <summary>The row, locked until the transaction ends: what a person does and what NCMEC answers happen one after another.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    internal static async Task<Referral> Hold(Db db, Id<Referral> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.Referrals.FromSqlRaw($"SELECT * FROM referrals WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw new NotFound("such referral");
#pragma warning restore EF1002

    internal sealed class Table : IEntityTypeConfiguration<Referral>
    {
        public void Configure(EntityTypeBuilder<Referral> builder)
        {
            builder.ToTable("referrals").Ignore(r => r.Subject).Ignore(r => r.ExpiresAt);
            builder.Property(r => r.Version).IsConcurrencyToken();
        }
    }
}
