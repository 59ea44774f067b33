namespace Jaga.Obligations;

/// <summary>What staff were told, newest first.</summary>
public sealed class ReadNotices(Db db)
{
    /// <summary>One notice, whether the reader has read it, and whether they may take it.</summary>
    public sealed record Told(Id<Notice> Id, DateTimeOffset At, Whom Whom, string Queue, string? Person, Subject About, bool Urgent, Sentence Says, bool Read, bool Calling, bool MayTake, string? TakenBy);

    /// <param name="reader">Whose reading counts for <see cref="Told.Read"/> and <paramref name="unread"/>.</param>
    /// <param name="unread">Only what this reader has not read.</param>
    public async Task<Page<Told>> Run(Actor reader, bool unread, PageRequest page, CancellationToken ct)
    {
        var me = reader.ToString();
        var query = db.Notices.AsNoTracking();
        query = page.AfterId<Notice>() is { } after ? query.Where(n => n.Id < after) : query;
        query = unread ? query.Where(n => !db.NoticeReads.Any(r => r.Notice == n.Id && r.Reader == me)) : query;
        var rows = await query.OrderByDescending(n => n.Id).Take(page.Rows + 1)
            .Select(n => new { Notice = n, Read = db.NoticeReads.Any(r => r.Notice == n.Id && r.Reader == me) }).ToListAsync(ct);
        return Page<Told>.Of(
            [.. rows.Select(r => new Told(r.Notice.Id, r.Notice.At, r.Notice.Whom, r.Notice.Queue, r.Notice.Person, r.Notice.About, r.Notice.Urgent, new(r.Notice.SaysEn, r.Notice.SaysId), r.Read, r.Notice.NextCallAt is not null,
                r.Notice.NextCallAt is not null && TakeNotice.MayBeTaken(r.Notice.Reached, r.Notice.Persons, reader), r.Notice.TakenBy))],
            page.Rows, n => n.Id.ToString());
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/notices", (bool? unread, string? after, int? size, Actor actor, ReadNotices read, CancellationToken ct) => read.Run(actor, unread ?? false, new(after, size), ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("What staff were told, newest first");
}
