using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>How a letter reaches a recipient.</summary>
public enum Way
{
    Email,

    /// <summary>On paper: the tracking number and the receipt are entered by hand.</summary>
    Post,

    /// <summary>Laid into the agency's own portal.</summary>
    Portal,
}

/// <summary>How far a letter has come with one recipient.</summary>
public enum PartyState
{
    /// <summary>A signatory of a letter that came in: nothing is to reach them by this letter.</summary>
    Listed,

    /// <summary>Nothing has left for them; on paper: it is to be posted.</summary>
    Waiting,

    /// <summary>It left, and nobody has said that they have it.</summary>
    UnderWay,

    /// <summary>It lies in their portal, unread.</summary>
    PostedToPortal,

    /// <summary>The mail server took it on.</summary>
    Accepted,

    /// <summary>They have it: their mail server says so, the post's receipt was entered, or they opened it in the portal.</summary>
    Received,

    /// <summary>It came back, or their mail server does not want it.</summary>
    Bounced,
}

/// <summary>Somebody a letter is from or to, on a row of their own: sixty who signed one letter are sixty rows, and so are the sixty answers.</summary>
public sealed class Party : IEntity
{
    public Id<Party> Id { get; init; }

    public Id<Letter> Letter { get; init; }

    /// <summary>Their place on the letter, from 1.</summary>
    public int Position { get; init; }

    /// <summary>At most 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Empty for a person on their own behalf; at most 200 characters.</summary>
    public string Organisation { get; init; } = "";

    public string? Email { get; private set; }

    /// <summary>On the envelope, in lines; at most 500 characters.</summary>
    public string? PostalAddress { get; private set; }

    /// <summary>The agency whose portal it is, by its id; at most 100 characters.</summary>
    public string? Agency { get; private set; }

    public Way Way { get; private set; }

    public PartyState State { get; private set; }

    /// <summary>The newest delivery to them, by e-mail.</summary>
    public Id<Delivery>? Delivery { get; private set; }

    /// <summary>The post's number.</summary>
    public string? Tracking { get; private set; }

    /// <summary>Their proof, in the words in which it came: the mail server's answer, the post's receipt, who opened it. At most 1,000 characters.</summary>
    public string? Receipt { get; private set; }

    /// <summary>When it left for them.</summary>
    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>When the mail server took it on, or the receipt says that they had it.</summary>
    public DateTimeOffset? ReachedAt { get; private set; }

    /// <summary>When it was first opened in the portal.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>Why it came back, or what keeps it, in the mail server's words; at most 1,000 characters.</summary>
    public string? Trouble { get; private set; }

    public Subject Subject => Subject.Of("recipient", Id);

    /// <summary>Whether this recipient has it.</summary>
    public bool Has => State is PartyState.Accepted or PartyState.Received;

    internal static Party Of(PartyForm form, Id<Letter> letter, int position, bool signs, DateTimeOffset now) => new()
    {
        Id = Id<Party>.New(now), Letter = letter, Position = position, Name = form.Name.Trim(), Organisation = form.Organisation?.Trim() ?? "",
        Email = Clean(form.Email), PostalAddress = Clean(form.PostalAddress), Agency = form.AgencyId, Way = form.Chosen,
        State = signs ? PartyState.Listed : PartyState.Waiting,
    };

    /// <summary>The form that would make this row again.</summary>
    internal PartyForm Form => new(Name, Organisation.Length > 0 ? Organisation : null, Email, PostalAddress, Agency, Way);

    /// <summary>The letter leaves for them. Paper waits for the post; the portal has it at once.</summary>
    internal void Leave(DateTimeOffset now) => (State, LeftAt, Trouble) = Way switch
    {
        Way.Email => (PartyState.UnderWay, (DateTimeOffset?)now, (string?)null),
        Way.Portal => (PartyState.PostedToPortal, now, null),
        _ => (PartyState.Waiting, null, null),
    };

    /// <summary>Its delivery was written.</summary>
    internal void Handed(Id<Delivery> delivery) => Delivery = delivery;

    /// <summary>It was given to the post.</summary>
    internal void Posted(string tracking, DateTimeOffset at)
    {
        if (Way is not Way.Post || State is not (PartyState.Waiting or PartyState.UnderWay or PartyState.Bounced))
        {
            throw new RuleBroken(Way is Way.Post ? "This recipient has it already." : "This recipient is not reached by post.");
        }

        (State, Tracking, LeftAt, Trouble) = (PartyState.UnderWay, tracking, at, null);
    }

    /// <summary>The mail server took it on.</summary>
    internal void Take(string receipt, DateTimeOffset now) => (State, Receipt, ReachedAt, Trouble) = (PartyState.Accepted, Cut(receipt), now, null);

    /// <summary>They have it, by a receipt.</summary>
    internal void Receive(string receipt, DateTimeOffset at) => (State, Receipt, ReachedAt, Trouble) = (PartyState.Received, Cut(receipt), at, null);

    /// <summary>They opened it in their portal.</summary>
    internal void Read(string reader, DateTimeOffset now) => (State, Receipt, ReachedAt, ReadAt) = (PartyState.Received, Cut(reader), ReachedAt ?? now, ReadAt ?? now);

    /// <summary>It is late, by no fault that is final yet.</summary>
    internal void Delay(string why) => Trouble = Cut(why);

    internal void Bounce(string why) => (State, ReachedAt, Trouble) = (PartyState.Bounced, null, Cut(why));

    /// <summary>Another try, perhaps to another address or by another way.</summary>
    internal void Again(PartyForm form, DateTimeOffset now)
    {
        if (State is not (PartyState.Bounced or PartyState.UnderWay or PartyState.Waiting or PartyState.PostedToPortal))
        {
            throw new RuleBroken("This recipient has it already.");
        }

        (Email, PostalAddress, Agency, Way, Delivery, Tracking, Receipt) = (Clean(form.Email), Clean(form.PostalAddress), form.AgencyId, form.Chosen, null, null, null);
        Leave(now);
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Cut(string words) => words.Length > 1000 ? words[..1000] : words;

    internal sealed class Table : IEntityTypeConfiguration<Party>
    {
        public void Configure(EntityTypeBuilder<Party> builder)
        {
            builder.ToTable("parties").Ignore(p => p.Subject).Ignore(p => p.Has).Ignore(p => p.Form);
            builder.HasOne<Letter>().WithMany().HasForeignKey(p => p.Letter);
        }
    }
}
