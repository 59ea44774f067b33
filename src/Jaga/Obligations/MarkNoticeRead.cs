namespace Jaga.Obligations;

/// <summary>A member of staff has read a notice. Reading twice is no error.</summary>
public sealed class MarkNoticeRead(Db db, TimeProvider clock)
{
    public async Task Run(Id<Notice> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        if (!await db.Notices.AnyAsync(n => n.Id == id, ct))
        {
            throw new NotFound($"notice {id}");
        }

        var me = actor.ToString();
        if (!await db.NoticeReads.AnyAsync(r => r.Notice == id && r.Reader == me, ct))
        {
            db.Add(new NoticeRead { Notice = id, Reader = me, At = clock.GetUtcNow() });
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/notices/{id}/read", async (Id<Notice> id, Actor actor, MarkNoticeRead mark, CancellationToken ct) =>
        {
            await mark.Run(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("Mark a notice as read by the caller");
}
