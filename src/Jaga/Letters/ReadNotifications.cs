using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>What mail servers told of letters, newest first.</summary>
public sealed class ReadNotifications(Db db)
{
    /// <summary>One notification. <c>Says</c> is the mail server's words, or why it was set aside.</summary>
    public sealed record Row(Id<StatusNotification> Id, DateTimeOffset At, NotificationState State, Id<Party>? Recipient, Id<Delivery>? Delivery, string? Action, string? Status, string Says);

    public async Task<Page<Row>> Run(NotificationState? state, PageRequest page, CancellationToken ct)
    {
        var rows = db.StatusNotifications.AsNoTracking();
        rows = state is { } one ? rows.Where(s => s.State == one) : rows;
        rows = page.AfterId<StatusNotification>() is { } after ? rows.Where(s => s.Id < after) : rows;
        return Page<Row>.Of([.. (await rows.OrderByDescending(s => s.Id).Take(page.Rows + 1).ToListAsync(ct)).Select(Show)], page.Rows, r => r.Id.ToString());
    }

    internal static Row Show(StatusNotification s) => new(s.Id, s.At, s.State, s.Party, s.Delivery, s.Action, s.Status, s.Says);

    /// <summary><c>GET /letters/notifications</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/letters/notifications", async (Choice<NotificationState>? state, string? after, int? size, ReadNotifications read, CancellationToken ct) => TypedResults.Ok(await read.Run(state?.Value, new(after, size), ct)))
        .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("What mail servers told of letters");
}
