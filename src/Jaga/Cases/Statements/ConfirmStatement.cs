using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Cases.Statements;

/// <summary>The platform has a statement: by its answer to the webhook, or by a call of its own after a pull. That keeps the duty, and nothing else does.</summary>
public sealed class ConfirmStatement(Db db, TimeProvider clock, AuditLog audit, StatementSettings settings, Duties duties) : IOnDelivered
{
    /// <param name="Receipt">The platform's own reference, 1 to 200 characters.</param>
    public sealed record Request(string Receipt);

    public string Type => IssueStatements.Type;

    public async Task Run(Id<Statement> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Receipt is not { Length: > 0 and <= 200 })
        {
            throw new BadInput("receipt", "A receipt has 1 to 200 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var now = clock.GetUtcNow();
        var statement = await db.Statements.SingleOrDefaultAsync(s => s.Id == id && s.IssuedAt <= now, ct) ?? throw new NotFound("such statement");
        if (statement.State is StatementState.Withheld or StatementState.Cancelled)
        {
            throw new NotFound("such statement");
        }

        await Take(statement, new("receipt", request.Receipt), actor, ct);
        await transaction.Commit(ct);
    }

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (Id<Statement>.TryParse(delivery.About.Id, null, out var id) && await db.Statements.SingleOrDefaultAsync(s => s.Id == id, ct) is { } statement)
        {
            await Take(statement, delivery.Subject, Actor.System("deliveries"), ct);
        }
    }

    private async Task Take(Statement statement, Subject proof, Actor actor, CancellationToken ct)
    {
        if (statement.Deliver(settings.ObjectMonths, clock.GetUtcNow()))
        {
            audit.Record(actor, "statement.delivered", statement.Subject, "", new { proof, statement.ObjectUntil });
            await duties.Keep(statement.Subject, IssueStatements.Clause, proof, actor, ct);
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/statements/{id}/receipt", async (Id<Statement> id, Request request, ConfirmStatement confirm, Actor actor, CancellationToken ct) =>
        {
            await confirm.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.ConfirmActions)
        .WithSummary("Confirm a statement of reasons").WithDescription("For platforms that pull: the platform has the statement and passes it on to the person.");
}
