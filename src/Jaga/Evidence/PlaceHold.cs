using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Places a legal hold.</summary>
public sealed class PlaceHold(Db db, Held held, AuditLog audit, TimeProvider clock)
{
    private const int MaxText = 500;

    /// <param name="Over">What is held, as <c>KIND/ID</c>: <c>evidence/…</c>, <c>exhibit/…</c>, or what evidence is about, e.g. <c>case/…</c>.</param>
    /// <param name="Matter">The matter, e.g. a court's file number.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Request(string Over, string Matter, string Reason);

    /// <exception cref="BadInput">Something is missing.</exception>
    public async Task<LegalHold> Run(Request request, Actor actor, CancellationToken ct)
    {
        var over = (request.Over ?? "").Split('/', 2);
        if (over is not [{ Length: > 0 and <= 32 }, { Length: > 0 and <= 200 }])
        {
            throw new BadInput("over", "What is held is written KIND/ID, such as case/0197….");
        }

        if (request.Matter is not { Length: > 0 and <= MaxText } || string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > MaxText)
        {
            throw new BadInput("matter", $"A hold names its matter and its reason, each of at most {MaxText} characters.");
        }

        await using var transaction = await db.Begin(ct);
        await held.TakeTurns(ct);
        var hold = new LegalHold { Id = Id<LegalHold>.New(clock), Over = new(over[0], over[1]), Matter = request.Matter, PlacedAt = clock.GetUtcNow() };
        db.Add(hold);
        audit.Record(actor, "hold.placed", hold.Subject, request.Reason, new { over = hold.Over.ToString(), hold.Matter });
        return await transaction.Commit(hold, ct);
    }

    /// <summary><c>POST /evidence/holds</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/holds", (Request request, PlaceHold place, Actor actor, CancellationToken ct) => place.Run(request, actor, ct))
        .Requires(Permission.HoldEvidence).WithSummary("Keep evidence from being destroyed, whatever its retention says");
}
