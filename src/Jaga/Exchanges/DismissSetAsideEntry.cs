using Jaga.Audit;

namespace Jaga.Exchanges;

/// <summary>A person decides to do without an entry that cannot be read, and says why. Should the exchange tell of it again, it is set aside again.</summary>
public sealed class DismissSetAsideEntry(Db db, AuditLog audit)
{
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="NotFound">Nothing is set aside under this id.</exception>
    /// <exception cref="BadInput">No reason is given.</exception>
    public async Task Run(Id<Exchange> id, Id<SetAsideEntry> entry, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why it can be done without.");
        }

        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        var row = await db.SetAsideEntries.SingleOrDefaultAsync(s => s.Id == entry && s.Bank == exchange.Bank, ct) ?? throw new NotFound("such entry set aside");
        db.Remove(row);
        audit.Record(actor, "exchange.entry-dismissed", exchange.Subject, request.Why, new { row.Key, row.IsPage, row.Reason });
        await transaction.Commit(ct);
    }

    /// <summary><c>POST /exchanges/{id}/set-aside/{entry}/dismiss</c>: 204.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges/{id}/set-aside/{entry}/dismiss", async (Id<Exchange> id, Id<SetAsideEntry> entry, Request request, DismissSetAsideEntry dismiss, Actor actor, CancellationToken ct) =>
        {
            await dismiss.Run(id, entry, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditBanks)
        .WithName("DismissSetAsideEntry").WithSummary("Be done with an entry that could not be read");
}
