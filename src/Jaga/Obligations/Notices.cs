namespace Jaga.Obligations;

/// <summary>Tells staff something, in the caller's transaction.</summary>
public sealed class Notices(Db db, TimeProvider clock, IEnumerable<INotify> outside, ILogger<Notices> logger)
{
    /// <summary>Writes a notice, and leaves word outside Jaga wherever that is set up.</summary>
    public async Task<Notice> Tell(Whom whom, string queue, string? person, Subject about, Sentence says, bool urgent, Id<Rung>? rung, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var notice = new Notice
        {
            Id = Id<Notice>.New(now), At = now, Whom = whom, Queue = queue, Person = whom is Whom.Owner ? person : null,
            About = about, Rung = rung, Urgent = urgent, SaysEn = says.En, SaysId = says.Id,
        };
        db.Add(notice);
        foreach (var way in outside)
        {
            try
            {
                await way.Notify(notice, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The notice itself stands. A way out that fails must not stop the ladders of everything else.
                logger.LogError(failure, "Notice {Notice} could not be passed on by {Way}", notice.Id, way.GetType().Name);
            }
        }

        return notice;
    }
}
