using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>The register, and one letter with everything about it.</summary>
public sealed class ReadLetters(Db db)
{
    /// <summary>The most versions that are read at once: each may have 50,000 characters.</summary>
    public const int MostVersions = 20;

    /// <summary>One letter in the register.</summary>
    /// <param name="Parties">Who it is from or to: the first, by organisation or name.</param>
    /// <param name="Recipients">How many it is from or to.</param>
    /// <param name="Receipts">How many of them are known to have it.</param>
    /// <param name="Bounced">How many it came back from.</param>
    public sealed record Card(
        Id<Letter> Id, Direction Direction, string Title, string Reference, string Language, string? About, Id<Letter>? Answers, string? Owner, LetterState State, string Parties, int Recipients, int Receipts, int Bounced,
        DateTimeOffset At, DateTimeOffset? DueAt, DateTimeOffset? DoneAt, int Version, int? ApprovedVersion, string? ApprovedBy, string? ClosedBecause);

    /// <summary>One letter: its text or newest versions, who it is from or to, and what answers it.</summary>
    /// <param name="Versions">At most <see cref="MostVersions"/>, the newest last; those before them are read one by one.</param>
    /// <param name="Fewer">Why it goes to fewer than all who signed the letter that it answers; null where it does not.</param>
    public sealed record Story(Card Letter, string Body, string By, string? Fewer, IReadOnlyList<Version> Versions, IReadOnlyList<Recipient> Parties, IReadOnlyList<Card> AnsweredBy);

    /// <summary>One version as it was written.</summary>
    public sealed record Version(int Number, string Title, string Body, string Note, string By, DateTimeOffset At);

    /// <summary>A signatory or recipient, and how far the letter has come with them.</summary>
    public sealed record Recipient(
        Id<Party> Id, int Position, string Name, string Organisation, string? Email, string? PostalAddress, string? Agency, Way Way, PartyState State, Id<Delivery>? Delivery, string? Tracking, string? Receipt,
        DateTimeOffset? LeftAt, DateTimeOffset? ReachedAt, DateTimeOffset? ReadAt, string? Trouble);

    /// <summary>Which letters: one way, unsent (written and not with everyone), due (somebody waits), and words in the subject, the reference or a name.</summary>
    public sealed record Filter(Direction? Direction = null, bool? Unsent = null, bool? Due = null, string? Words = null, LetterState? State = null);

    /// <summary>The counts that a card shows.</summary>
    internal sealed record Tally(string First, int Recipients, int Receipts, int Bounced)
    {
        public static Tally Of(IReadOnlyList<PartyForm> forms) => new(forms[0].Organisation is { Length: > 0 } organisation ? organisation.Trim() : forms[0].Name.Trim(), forms.Count, 0, 0);

        public static Tally Of(IReadOnlyList<Party> parties) =>
            new(parties[0].Organisation.Length > 0 ? parties[0].Organisation : parties[0].Name, parties.Count, parties.Count(p => p.Has), parties.Count(p => p.State is PartyState.Bounced));
    }

    /// <summary>A page: what somebody waits for by due time, all else newest first.</summary>
    public async Task<Page<Card>> Run(Filter filter, PageRequest page, CancellationToken ct)
    {
        var letters = Matching(filter);
        var after = page.AfterId<Letter>() is { } id ? await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new BadInput("after", "This cursor was not given out by this list.") : null;
        var rows = filter.Due is true
            ? await (after is null ? letters : letters.Where(l => l.DueAt > after.DueAt || (l.DueAt == after.DueAt && l.Id > after.Id))).OrderBy(l => l.DueAt).ThenBy(l => l.Id).Take(page.Rows + 1).ToListAsync(ct)
            : await (after is null ? letters : letters.Where(l => l.Id < after.Id)).OrderByDescending(l => l.Id).Take(page.Rows + 1).ToListAsync(ct);
        var tallies = await Tallies([.. rows.Select(r => r.Id)], ct);
        return Page<Card>.Of([.. rows.Select(l => Show(l, tallies[l.Id]))], page.Rows, c => c.Id.ToString());
    }

    /// <summary>One letter.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Story> One(Id<Letter> id, CancellationToken ct)
    {
        var letter = await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new NotFound("such letter");
        var parties = await db.Parties.AsNoTracking().Where(p => p.Letter == id).OrderBy(p => p.Position).ToListAsync(ct);
        var versions = await db.Drafts.AsNoTracking().Where(d => d.Letter == id).OrderByDescending(d => d.Number).Take(MostVersions).ToListAsync(ct);
        var answers = await db.Letters.AsNoTracking().Where(l => l.Answers == id).OrderBy(l => l.Id).Take(Page<Card>.MaxSize).ToListAsync(ct);
        var tallies = await Tallies([.. answers.Select(a => a.Id)], ct);
        return new(
            Show(letter, Tally.Of(parties)), letter.Body, letter.By, letter.Fewer,
            [.. versions.AsEnumerable().Reverse().Select(v => new Version(v.Number, v.Title, v.Body, v.Note, v.By, v.At))], [.. parties.Select(Row)], [.. answers.Select(a => Show(a, tallies[a.Id]))]);
    }

    /// <summary>One version of a letter.</summary>
    /// <exception cref="NotFound">There is none with this number.</exception>
    public async Task<Version> OneVersion(Id<Letter> id, int number, CancellationToken ct) =>
        await db.Drafts.AsNoTracking().Where(d => d.Letter == id && d.Number == number).Select(v => new Version(v.Number, v.Title, v.Body, v.Note, v.By, v.At)).SingleOrDefaultAsync(ct) ?? throw new NotFound("such version");

    internal static Card Show(Letter l, Tally tally) => new(
        l.Id, l.Direction, l.Title, l.Reference, l.Language, l.About, l.Answers, l.Owner, l.State, tally.First, tally.Recipients, tally.Receipts, tally.Bounced,
        l.At, l.DueAt, l.DoneAt, l.Version, l.ApprovedVersion, l.ApprovedBy, l.ClosedBecause);

    internal static Recipient Row(Party p) => new(
        p.Id, p.Position, p.Name, p.Organisation, p.Email, p.PostalAddress, p.Agency, p.Way, p.State, p.Delivery, p.Tracking, p.Receipt, p.LeftAt, p.ReachedAt, p.ReadAt, p.Trouble);

    /// <summary>A letter, locked until the transaction ends.</summary>
    /// <exception cref="NotFound">There is none with this id.</exception>
    internal static async Task<Letter> Locked(Db db, Id<Letter> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.Letters.FromSqlRaw($"SELECT * FROM letters WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw new NotFound("such letter");
#pragma warning restore EF1002

    internal static async Task<Tally> Tallied(Db db, Id<Letter> id, CancellationToken ct) => Tally.Of(await db.Parties.AsNoTracking().Where(p => p.Letter == id).OrderBy(p => p.Position).ToListAsync(ct));

    private IQueryable<Letter> Matching(Filter filter)
    {
        var letters = db.Letters.AsNoTracking();
        letters = filter.Direction is { } way ? letters.Where(l => l.Direction == way) : letters;
        letters = filter.State is { } state ? letters.Where(l => l.State == state) : letters;
        letters = filter.Unsent is true ? letters.Where(l => l.State == LetterState.Draft || l.State == LetterState.Approved || l.State == LetterState.Sending) : letters;
        letters = filter.Due is true ? letters.Where(l => l.DueAt != null && (l.State == LetterState.Open || l.State == LetterState.Draft || l.State == LetterState.Approved || l.State == LetterState.Sending)) : letters;
        if (string.IsNullOrWhiteSpace(filter.Words))
        {
            return letters;
        }

#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL, where no culture is.
        var words = filter.Words.Trim().ToLowerInvariant();
        return letters.Where(l => l.Title.ToLower().Contains(words) || l.Reference.ToLower().Contains(words)
            || db.Parties.Any(p => p.Letter == l.Id && (p.Name.ToLower().Contains(words) || p.Organisation.ToLower().Contains(words) || (p.Email != null && p.Email.ToLower().Contains(words)))));
#pragma warning restore CA1304, CA1311, CA1862
    }

    private async Task<Dictionary<Id<Letter>, Tally>> Tallies(List<Id<Letter>> ids, CancellationToken ct)
    {
        var counts = await db.Parties.Where(p => ids.Contains(p.Letter)).GroupBy(p => p.Letter).Select(g => new
        {
            g.Key,
            Count = g.Count(),
            Receipts = g.Count(p => p.State == PartyState.Accepted || p.State == PartyState.Received),
            Bounced = g.Count(p => p.State == PartyState.Bounced),
        }).ToListAsync(ct);
        var firsts = await db.Parties.Where(p => ids.Contains(p.Letter) && p.Position == 1).Select(p => new { p.Letter, p.Organisation, p.Name }).ToDictionaryAsync(p => p.Letter, ct);
        return counts.ToDictionary(c => c.Key, c => new Tally(firsts[c.Key].Organisation.Length > 0 ? firsts[c.Key].Organisation : firsts[c.Key].Name, c.Count, c.Receipts, c.Bounced));
    }

    /// <summary><c>GET /letters</c> and <c>GET /letters/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/letters", async (Choice<Direction>? direction, Choice<LetterState>? state, bool? unsent, bool? due, string? words, string? after, int? size, ReadLetters read, CancellationToken ct) =>
                TypedResults.Ok(await read.Run(new(direction?.Value, unsent, due, words, state?.Value), new(after, size), ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("The register of letters, in and out");
        api.MapGet("/letters/{id}", async (Id<Letter> id, ReadLetters read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("One letter: its newest 20 versions, recipients, receipts, answers");
        api.MapGet("/letters/{id}/versions/{number}", async (Id<Letter> id, int number, ReadLetters read, CancellationToken ct) => TypedResults.Ok(await read.OneVersion(id, number, ct)))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("One version of a letter");
    }
}
