namespace Jaga.Banks;

/// <summary>What a match with a bank asks for, the gravest first.</summary>
public enum OnMatch
{
    /// <summary>The item is held back until a person has decided.</summary>
    Hold,

    /// <summary>A case is opened; the item stays up meanwhile.</summary>
    Case,

    /// <summary>The match is recorded, and nothing else: how a new list is tried out.</summary>
    Watch,

    /// <summary>
    /// The bank is an allow-list: what is in it is known to be harmless. A match suppresses those of every other bank for the same item, and that is recorded.
    /// A bank is made so and stays so.
    /// </summary>
    Allow,
}

/// <summary>Whose judgement a bank holds.</summary>
public enum BankOrigin
{
    /// <summary>What this house decided in its cases. It fills itself; no file is imported into it.</summary>
    Decisions,

    /// <summary>A list that this house keeps.</summary>
    Own,

    /// <summary>A list that somebody else keeps: a hotline, an authority, an exchange.</summary>
    ThirdParty,
}

/// <summary>A list of signals that mean the same thing, and what is done when one of them is met.</summary>
public sealed class Bank : IEntity, IAudited
{
    /// <summary>The Hamming distance within which two PDQ hashes show the same picture, as its authors recommend.</summary>
    public const int DefaultMaxDistance = 31;

    /// <summary>The largest distance that may be set; the index is exact up to here.</summary>
    public const int LargestMaxDistance = 63;

    /// <summary>The PDQ quality below which a hash says too little to be compared, as its authors recommend.</summary>
    public const int DefaultMinQuality = 50;

    /// <summary>The distance of the two vectors that are farthest apart: 255 in each of 144 places.</summary>
    public const int LargestVectorDistance = 255 * 12;

    public const int MaxNameLength = 100;

    private const int MaxDescriptionLength = 2000;

    public Id<Bank> Id { get; private init; }

    /// <summary>The short number by which its signals, of which there may be millions, point at it.</summary>
    public int Number { get; private init; }

    /// <summary>1 to 100 characters; no other bank has the same, upper and lower case taken as one.</summary>
    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    /// <summary>What the bank is about, in the law's categories: <c>csam</c>, <c>terrorism</c>, <c>gambling</c>, <c>copyright</c>, …</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    public BankOrigin Origin { get; private init; }

    public OnMatch OnMatch { get; private set; }

    /// <summary>Bits by which a PDQ hash may differ and still match, 0 to 63.</summary>
    public int MaxDistance { get; private set; } = DefaultMaxDistance;

    /// <summary>PDQ quality, 0 to 100, below which neither an item nor a signal takes part.</summary>
    public int MinQuality { get; private set; } = DefaultMinQuality;

    /// <summary>Bits by which a text's fingerprint may differ, 0 to 63.</summary>
    public int TextDistance { get; private set; } = Hashing.TextFingerprint.UsualDistance;

    /// <summary>Bits by which frames of two films may differ, 0 to 31.</summary>
    public int FilmDistance { get; private set; } = DefaultMaxDistance;

    /// <summary>PDQ quality, 0 to 100, below which a frame of a film is left out.</summary>
    public int FilmQuality { get; private set; } = DefaultMinQuality;

    /// <summary>The least share of an item's frames, 0 to 100 %, that must be in the banked film.</summary>
    public double FilmQueryPercent { get; private set; } = 80;

    /// <summary>The least share of the banked film's frames, 0 to 100 %, that must be in the item.</summary>
    public double FilmSignalPercent { get; private set; }

    /// <summary>
    /// The Euclidean distance of vectors of 144 bytes, 0 to 3,060, that still match. 0, equality, unless the terms under which such hashes come tell another.
    /// </summary>
    public double VectorDistance { get; private set; }

    /// <summary>The share of its signals, 0 to 1, that take part: always the same ones. How a large list is brought in step by step.</summary>
    public double EnabledRatio { get; private set; } = 1;

    public bool Enabled { get; private set; } = true;

    /// <summary>Whether a signal is put out of use here when the newest opinion about it is that it is wrong.</summary>
    public bool DropsDeconfirmed { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When, in the sequence that followers follow, it last changed.</summary>
    public long ChangedSeq { get; internal set; }

    public Subject Subject => Subject.Of("bank", Id);

    /// <exception cref="BadInput">A wish cannot be; each is named with its reason.</exception>
    internal static Bank Create(int number, BankOrigin origin, BankWish wish, DateTimeOffset now)
    {
        var bank = new Bank { Id = Id<Bank>.New(now), Number = number, Origin = origin, CreatedAt = now };
        bank.Change(wish with { Name = wish.Name ?? "" });
        return bank;
    }

    /// <summary>Changes what <paramref name="wish"/> names and leaves the rest.</summary>
    /// <exception cref="BadInput">A wish cannot be; each is named with its reason, and nothing was changed.</exception>
    internal void Change(BankWish wish)
    {
        var wrong = new Dictionary<string, string[]>();
        Check("name", wish.Name is null || (wish.Name.Trim().Length is > 0 and <= MaxNameLength && !wish.Name.Any(char.IsControl)), $"A bank's name has 1 to {MaxNameLength} characters.");
        Check("description", wish.Description is null or { Length: <= MaxDescriptionLength }, $"A description has at most {MaxDescriptionLength:N0} characters.");
        Check("labels", wish.Labels is null || (wish.Labels.Count <= LabelWords.MaxCount && wish.Labels.All(LabelWords.IsWord)), LabelWords.Rule);
        Check("maxDistance", wish.MaxDistance is null or (>= 0 and <= LargestMaxDistance), $"The distance is 0 to {LargestMaxDistance} bits; {DefaultMaxDistance} is the recommendation.");
        Check("minQuality", wish.MinQuality is null or (>= 0 and <= 100), "PDQ quality is 0 to 100.");
        Check("textDistance", wish.TextDistance is null or (>= 0 and <= LargestMaxDistance), $"The distance of texts is 0 to {LargestMaxDistance} bits; {Hashing.TextFingerprint.UsualDistance} is usual.");
        Check("filmDistance", wish.FilmDistance is null or (>= 0 and <= DefaultMaxDistance), $"The distance of frames is 0 to {DefaultMaxDistance} bits.");
        Check("filmQuality", wish.FilmQuality is null or (>= 0 and <= 100), "PDQ quality is 0 to 100.");
        Check("filmQueryPercent", wish.FilmQueryPercent is null or (>= 0 and <= 100), "A share of frames is 0 to 100 %.");
        Check("filmSignalPercent", wish.FilmSignalPercent is null or (>= 0 and <= 100), "A share of frames is 0 to 100 %.");
        Check("vectorDistance", wish.VectorDistance is null or (>= 0 and <= LargestVectorDistance), $"The distance of vectors is 0 to {LargestVectorDistance:N0}.");
        Check("enabledRatio", wish.EnabledRatio is null or (>= 0 and <= 1), "The share is 0 to 1.");
        if (Number > 0)
        {
            // An edit that turned a list of the forbidden into one of the harmless would let all of it through at once.
            Check("onMatch", wish.OnMatch is null || Name.Length == 0 || (wish.OnMatch is OnMatch.Allow) == (OnMatch is OnMatch.Allow), "An allow-list is made as one and stays one; no other bank becomes one.");
            Check("onMatch", wish.OnMatch is not OnMatch.Allow || Origin is BankOrigin.Own, "Only a list that this house keeps itself can be an allow-list.");
        }

        if (wrong.Count > 0)
        {
            throw new BadInput(wrong);
        }

        Name = wish.Name?.Trim() ?? Name;
        Description = wish.Description ?? Description;
        Labels = wish.Labels?.Distinct().ToList() ?? Labels;
        OnMatch = wish.OnMatch ?? OnMatch;
        MaxDistance = wish.MaxDistance ?? MaxDistance;
        MinQuality = wish.MinQuality ?? MinQuality;
        TextDistance = wish.TextDistance ?? TextDistance;
        FilmDistance = wish.FilmDistance ?? FilmDistance;
        FilmQuality = wish.FilmQuality ?? FilmQuality;
        FilmQueryPercent = wish.FilmQueryPercent ?? FilmQueryPercent;
        FilmSignalPercent = wish.FilmSignalPercent ?? FilmSignalPercent;
        VectorDistance = wish.VectorDistance ?? VectorDistance;
        EnabledRatio = wish.EnabledRatio ?? EnabledRatio;
        Enabled = wish.Enabled ?? Enabled;
        DropsDeconfirmed = wish.DropsDeconfirmed ?? DropsDeconfirmed;

        void Check(string field, bool right, string reason)
        {
            if (!right)
            {
                wrong[field] = [reason];
            }
        }
    }

    internal sealed class Table : IEntityTypeConfiguration<Bank>
    {
        public void Configure(EntityTypeBuilder<Bank> builder)
        {
            builder.ToTable("banks").Ignore(b => b.Subject);
            builder.Property(b => b.Labels).HasConversion(LabelWords.Column, LabelWords.Comparer);
            builder.Property(b => b.ChangedSeq).IsConcurrencyToken();
        }
    }
}

/// <summary>How somebody wants a bank to be. What is null stays as it is, or takes its default in a new bank. See <see cref="Bank"/> for the ranges.</summary>
public sealed record BankWish
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Labels { get; init; }

    public OnMatch? OnMatch { get; init; }

    public int? MaxDistance { get; init; }

    public int? MinQuality { get; init; }

    public int? TextDistance { get; init; }

    public int? FilmDistance { get; init; }

    public int? FilmQuality { get; init; }

    public double? FilmQueryPercent { get; init; }

    public double? FilmSignalPercent { get; init; }

    public double? VectorDistance { get; init; }

    public double? EnabledRatio { get; init; }

    public bool? Enabled { get; init; }

    public bool? DropsDeconfirmed { get; init; }
}
