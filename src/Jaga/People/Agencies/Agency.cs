using System.Text.RegularExpressions;
using Jaga.Audit;

namespace Jaga.People.Agencies;

/// <summary>What sort of authority an agency is; what the law lets it ask for hangs on this.</summary>
public enum AgencyKind
{
    /// <summary>A ministry or another institution of the executive.</summary>
    Ministry,

    /// <summary>Police, prosecutors and other investigators.</summary>
    LawEnforcement,

    /// <summary>A court.</summary>
    Court,

    /// <summary>An independent authority that supervises, e.g. a Digital Services Coordinator.</summary>
    Regulator,

    /// <summary>Any other body with powers of its own.</summary>
    Other,
}

/// <summary>
/// An authority that sends orders and asks for data: its territory, what it is competent for, the rules that it acts under, and who made sure that it is what it says.
/// Its officers and keys speak for it (<see cref="Subject"/>), and for nobody else.
/// </summary>
public sealed partial class Agency : IEntity, IAudited
{
    /// <summary>In <see cref="Competence"/>: everything, as a court may be.</summary>
    public const string Everything = "*";

    /// <summary>The most categories and the most regimes one agency names.</summary>
    public const int MostWords = 50;

    public required Id<Agency> Id { get; init; }

    /// <summary>As it signs; 1 to 200 characters, unique.</summary>
    public required string Name { get; set; }

    public AgencyKind Kind { get; set; }

    /// <summary>The territory that it may speak for: ISO 3166-1 alpha-2, or <c>EU</c>.</summary>
    public required string Country { get; set; }

    /// <summary>The categories that it may order about, e.g. <c>csam</c>; or <see cref="Everything"/> alone.</summary>
    public required IReadOnlyList<string> Competence { get; set; }

    /// <summary>The regimes that it may act under, by their ids, e.g. <c>id-permenkominfo-5-2020</c>; the first is meant where it names none.</summary>
    public required IReadOnlyList<string> Regimes { get; set; }

    /// <summary>Whom to call or write to, in words; 1 to 500 characters.</summary>
    public required string Contact { get; set; }

    /// <summary>The language in which it is answered: <c>id</c> or <c>en</c>.</summary>
    public required string Language { get; set; }

    /// <summary>The webhook in Deliveries that is told of receipts and answers besides the agency's door, by its name; null for none.</summary>
    public string? Receiver { get; set; }

    /// <summary>Where receipts and answers go by e-mail besides the agency's door; null for nowhere.</summary>
    public string? Email { get; set; }

    public DateTimeOffset AddedAt { get; init; }

    /// <summary>Who made sure that it is what it says, as in the audit log; null while nobody has.</summary>
    public string? VerifiedBy { get; private set; }

    /// <summary>Their name at the time.</summary>
    public string? VerifiedByName { get; private set; }

    public DateTimeOffset? VerifiedAt { get; private set; }

    /// <summary>How: e.g. which published number was called back. 1 to 1,000 characters.</summary>
    public string? VerifiedHow { get; private set; }

    /// <summary>When it was closed: nobody comes in for it any more, and what it sent stays.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    public Subject Subject => Subject.Of("agency", Id);

    /// <summary>Whether its officers and keys may be made: somebody made sure of it, and it is not closed.</summary>
    public bool IsTrusted => VerifiedAt is not null && ClosedAt is null;

    /// <summary>Somebody made sure of the agency.</summary>
    /// <exception cref="BadInput"><paramref name="how"/> says nothing.</exception>
    /// <exception cref="RuleBroken">The agency is closed.</exception>
    public void Verify(string how, Actor by, DateTimeOffset now)
    {
        MustBeOpen();
        VerifiedHow = how.Trim() is { Length: >= 1 and <= 1000 } said ? said : throw new BadInput("how", "Say in 1 to 1,000 characters how you made sure, for example which published number was called back.");
        (VerifiedBy, VerifiedByName, VerifiedAt) = (by.ToString(), by.Name, now);
    }

    /// <exception cref="RuleBroken">It is closed already.</exception>
    internal void Close(DateTimeOffset now)
    {
        MustBeOpen();
        ClosedAt = now;
    }

    /// <exception cref="RuleBroken">Nobody made sure of it yet, or it is closed.</exception>
    internal void MustBeTrusted()
    {
        MustBeOpen();
        if (VerifiedAt is null)
        {
            throw new RuleBroken("Nobody has made sure of this agency yet. Verify it first; then its officers and keys can be made.");
        }
    }

    internal void MustBeOpen()
    {
        if (ClosedAt is not null)
        {
            throw new RuleBroken("This agency is closed.");
        }
    }

    /// <summary>The row, for reading and changing.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    internal static async Task<Agency> Find(Db db, Id<Agency> id, CancellationToken ct) =>
        await db.Agencies.SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound("agency with this id");

    /// <summary>The agency that <paramref name="actor"/> speaks for.</summary>
    /// <exception cref="NotFound">The actor speaks for none, or it is closed.</exception>
    public static async Task<Agency> Of(Db db, Actor actor, CancellationToken ct) =>
        actor.For is { Kind: "agency", Id: var text } && Id<Agency>.TryParse(text, null, out var id) && await db.Agencies.SingleOrDefaultAsync(a => a.Id == id && a.ClosedAt == null, ct) is { } agency
            ? agency
            : throw new NotFound("agency that you speak for");

    /// <summary>Whether <paramref name="speaksFor"/> is an agency that is closed.</summary>
    internal static Task<bool> IsClosed(Db db, Subject speaksFor, CancellationToken ct) =>
        speaksFor.Kind is "agency" && Id<Agency>.TryParse(speaksFor.Id, null, out var id) ? db.Agencies.AnyAsync(a => a.Id == id && a.ClosedAt != null, ct) : Task.FromResult(false);

    /// <summary>The words of a form, each once and checked.</summary>
    internal static IReadOnlyList<string> Words(string field, IReadOnlyList<string> words) =>
        words.Count is >= 1 and <= MostWords && words.All(w => w == Everything || Word().IsMatch(w))
            ? [.. words.Distinct()]
            : throw new BadInput(field, $"Give 1 to {MostWords} words of small letters, digits and hyphens.");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex Word();

    internal sealed class Table : IEntityTypeConfiguration<Agency>
    {
        public void Configure(EntityTypeBuilder<Agency> builder)
        {
            builder.ToTable("agencies").Ignore(a => a.Subject).Ignore(a => a.IsTrusted);
            builder.Property(a => a.Competence).HasWords();
            builder.Property(a => a.Regimes).HasWords();
        }
    }
}
