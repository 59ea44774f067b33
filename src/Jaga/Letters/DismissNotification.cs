using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>A person looked at a notification that was set aside, and says what it was.</summary>
public sealed class DismissNotification(Db db, AuditLog audit)
{
    public sealed record Request(string Why);

    public async Task<ReadNotifications.Row> Run(Id<StatusNotification> id, Request request, Actor actor, CancellationToken ct)
    {
        var why = LetterForm.Words(request.Why, "why", 2000);
        await using var transaction = await db.Begin(ct);
        var aside = await db.StatusNotifications.SingleOrDefaultAsync(s => s.Id == id, ct) ?? throw new NotFound("such notification");
        aside.Dismiss();
        audit.Record(actor, "notification.dismissed", aside.Subject, why);
        return await transaction.Commit(ReadNotifications.Show(aside), ct);
    }

    /// <summary><c>POST /letters/notifications/{id}/dismiss</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/notifications/{id}/dismiss", async (Id<StatusNotification> id, Request request, DismissNotification dismiss, Actor actor, CancellationToken ct) => TypedResults.Ok(await dismiss.Run(id, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Be done with a notification that was set aside, and say what it was");
}
