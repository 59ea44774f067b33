using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// A member of staff sees to what an urgent notice tells: nobody else is called about it any more. What was raised above its owner is taken by whoever was called by name,
/// or by a lead or an administrator. Taking it twice is no error.
/// </summary>
public sealed class TakeNotice(Db db, AuditLog audit, TimeProvider clock)
{
    /// <exception cref="NotFound">There is no such notice.</exception>
    /// <exception cref="RuleBroken">Somebody else has taken it, or it was raised to others.</exception>
    public async Task Run(Id<Notice> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        var notice = (await db.Notices.FromSqlRaw($$"""SELECT * FROM notices WHERE id = {0} {{db.ForUpdate()}}""", id.Value).ToListAsync(ct)).SingleOrDefault() ?? throw new NotFound($"notice {id}");
#pragma warning restore EF1002
        if (!MayBeTaken(notice.Reached, notice.Persons, actor))
        {
            throw new RuleBroken("This was raised above those who work on it: a lead or an administrator takes it, or whoever was called.");
        }

        notice.Take(actor, clock.GetUtcNow());
        audit.Record(actor, "notice.taken", Subject.Of("notice", id), details: new { notice.About, notice.Calls });
        await transaction.Commit(ct);
    }

    /// <summary>Whether <paramref name="actor"/> may take a notice that has reached this level, for which these persons were called last.</summary>
    public static bool MayBeTaken(Whom reached, IReadOnlyList<string> persons, Actor actor) =>
        actor.May(Permission.TakeNotices) && (reached is Whom.Owner || persons.Contains(actor.Id) || actor.May(Permission.EditDuties));

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/notices/{id}/take", async (Id<Notice> id, Actor actor, TakeNotice take, CancellationToken ct) =>
        {
            await take.Run(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.TakeNotices).WithTags("Obligations").WithSummary("See to what an urgent notice tells");
}
